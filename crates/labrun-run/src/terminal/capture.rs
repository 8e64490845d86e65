//! A step's output, bounded: the first and the last mebibyte and the total, so that a flood costs no memory.

/// The output of one command or step as bytes.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    head: Vec<u8>,
    /// A ring once it is full; `next` is where the oldest byte stands.
    tail: Vec<u8>,
    next: usize,
    total: u64,
}

impl Capture {
    /// How many bytes are kept of the beginning, and how many of the end.
    pub const KEPT: usize = 1 << 20;

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let room = Self::KEPT - self.head.len();
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        self.push_tail(rest);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.head.clear();
        self.tail.clear();
        self.next = 0;
        self.total = 0;
    }

    /// Gives back the memory of the first bytes, once they are read.
    pub(crate) fn forget_head(&mut self) {
        self.head = Vec::new();
    }

    /// How many bytes in the middle were let go.
    pub fn left_out(&self) -> u64 {
        self.total - (self.head.len() + self.tail.len()) as u64
    }

    /// The first bytes, at most [`Capture::KEPT`].
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The last bytes in order, in two parts, at most [`Capture::KEPT`] in all, without those that are in the head.
    pub fn tail(&self) -> [&[u8]; 2] {
        [&self.tail[self.next..], &self.tail[..self.next]]
    }

    fn push_tail(&mut self, bytes: &[u8]) {
        // Only the last KEPT bytes of a large piece can stay.
        let bytes = &bytes[bytes.len().saturating_sub(Self::KEPT)..];
        let grow = (Self::KEPT - self.tail.len()).min(bytes.len());
        let (fresh, wrapped) = bytes.split_at(grow);
        self.tail.extend_from_slice(fresh);
        let (to_end, from_start) = wrapped.split_at(wrapped.len().min(Self::KEPT - self.next));
        self.tail[self.next..self.next + to_end.len()].copy_from_slice(to_end);
        self.tail[..from_start.len()].copy_from_slice(from_start);
        if !wrapped.is_empty() {
            self.next = (self.next + wrapped.len()) % Self::KEPT;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_and_tail_and_total_are_kept() {
        for piece in [1000, 4096, 3 << 20, 777_777] {
            let mut capture = Capture::default();
            let data: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
            data.chunks(piece).for_each(|chunk| capture.push(chunk));
            assert_eq!(capture.total, data.len() as u64);
            assert_eq!(capture.head(), &data[..Capture::KEPT]);
            assert_eq!(capture.tail().concat(), &data[data.len() - Capture::KEPT..]);
            assert_eq!(capture.left_out() as usize, data.len() - 2 * Capture::KEPT);
        }
    }

    #[test]
    fn a_little_more_than_the_head_is_whole() {
        let mut capture = Capture::default();
        let data = vec![7; Capture::KEPT + 10];
        capture.push(&data);
        assert_eq!(capture.left_out(), 0);
        assert_eq!(capture.tail().concat().len(), 10);
        capture.clear();
        assert_eq!(
            (
                capture.total,
                capture.head().len(),
                capture.tail().concat().len()
            ),
            (0, 0, 0)
        );
    }
}
