//! The private marks by which a shell's own prompt says where it is, and the reader that takes them out of a byte
//! stream. Pure: bytes in, output and marks out.
//!
//! A mark is `ESC ] 7717 ; NONCE ; SESSION ; KIND [; PAYLOAD] BEL`: an operating system command that terminals ignore,
//! with a number that no shell integration uses and a nonce that printed data cannot guess. Where a prompt can hold only
//! a few bytes it is `ESC ] 7717 ; WORD KIND BEL`, with a word of seven letters in place of nonce and session.

use memchr::memmem::Finder;

/// What a prompt tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The session whose prompt it is; a new session gets a new number.
    pub session: u32,
    /// What the session is about to do.
    pub kind: MarkKind,
    /// A status, or what is missing; empty where there is none.
    pub payload: String,
}

/// The three moments in the life of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// The last command has ended and the next may be typed.
    Ready,
    /// A command has been read and now runs; what follows is its output.
    Executing,
    /// The command goes on in the next line.
    Continuation,
}

/// A stretch of the stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Bytes that a program printed.
    Output(&'a [u8]),
    /// A mark, which is no output.
    Mark(Mark),
}

/// Takes marks with one nonce out of a stream that arrives in pieces of any size.
pub struct MarkReader {
    nonce: String,
    /// The short words, each with its session.
    words: Vec<(String, u32)>,
    prefix: &'static [u8],
    finder: Finder<'static>,
    /// The beginning of what may become a mark, never longer than [`MarkReader::LONGEST`].
    pending: Vec<u8>,
}

impl MarkReader {
    /// A mark that is longer is not one of ours.
    const LONGEST: usize = 256;

    /// A reader for the marks that carry this nonce.
    pub fn new(nonce: &str) -> Self {
        Self {
            nonce: nonce.to_owned(),
            words: Vec::new(),
            finder: Finder::new(PREFIX),
            prefix: PREFIX,
            pending: Vec::new(),
        }
    }

    /// From now on the short marks of a session are read as well.
    pub fn know_short(&mut self, session: u32) {
        self.words.push((short_word(&self.nonce, session), session));
    }

    /// Reads the next bytes and hands over the tokens in them. What may be the beginning of a mark is kept for later.
    pub fn read(&mut self, bytes: &[u8], mut token: impl FnMut(Token<'_>)) {
        if self.pending.is_empty() {
            let rest = self.scan(bytes, &mut token);
            self.pending.extend_from_slice(rest);
        } else {
            let mut joined = std::mem::take(&mut self.pending);
            joined.extend_from_slice(bytes);
            let rest = self.scan(&joined, &mut token).to_vec();
            self.pending = rest;
        }
    }

    /// Reads `NONCE;SESSION;KIND[;PAYLOAD]`, or a short mark.
    fn parse(&self, body: &[u8]) -> Option<Mark> {
        let text = std::str::from_utf8(body).ok()?;
        let whole = text
            .strip_prefix(&self.nonce)
            .and_then(|rest| rest.strip_prefix(';'));
        let Some(text) = whole else {
            let known =
                |(word, session): &(String, u32)| Some((text.strip_prefix(word)?, *session));
            let (letter, session) = self.words.iter().find_map(known)?;
            let payload = String::new();
            return MarkKind::of(letter).map(|kind| Mark {
                session,
                kind,
                payload,
            });
        };
        let mut parts = text.splitn(3, ';');
        Some(Mark {
            session: parts.next()?.parse().ok()?,
            kind: MarkKind::of(parts.next()?)?,
            payload: parts.next().unwrap_or("").to_owned(),
        })
    }

    /// Hands over all tokens that are whole and returns the bytes that may begin a mark.
    fn scan<'a>(&self, bytes: &'a [u8], token: &mut impl FnMut(Token<'_>)) -> &'a [u8] {
        let mut rest = bytes;
        loop {
            let Some(at) = self.finder.find(rest) else {
                let kept = partial_prefix(rest, self.prefix);
                emit(&rest[..rest.len() - kept], token);
                return &rest[rest.len() - kept..];
            };
            emit(&rest[..at], token);
            let body = &rest[at + self.prefix.len()..];
            let limit = body
                .len()
                .min(Self::LONGEST - self.prefix.len().min(Self::LONGEST));
            match memchr::memchr2(BELL, ESCAPE, &body[..limit]) {
                // What was begun is cut short, and what begins here may be a whole mark: there is no escape in one.
                Some(end) if body[end] == ESCAPE => {
                    emit(&rest[at..at + self.prefix.len() + end], token);
                    rest = &body[end..];
                }
                Some(end) => {
                    match self.parse(&body[..end]) {
                        Some(mark) => token(Token::Mark(mark)),
                        None => emit(&rest[at..=at + self.prefix.len() + end], token),
                    }
                    rest = &body[end + 1..];
                }
                None if limit < body.len() => {
                    emit(&rest[at..at + self.prefix.len()], token);
                    rest = body;
                }
                None => return &rest[at..],
            }
        }
    }
}

/// The bytes with which every mark begins.
const PREFIX: &[u8] = b"\x1b]7717;";

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;

/// Seven letters that stand for a nonce and a session: FNV-1a, to the base of 36.
pub fn short_word(nonce: &str, session: u32) -> String {
    let bytes = nonce.bytes().chain(session.to_le_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let letters = (0..7).map(|_| {
        let digit = u32::try_from(hash % 36).unwrap_or_default();
        hash /= 36;
        char::from_digit(digit, 36).unwrap_or('0')
    });
    letters.collect()
}

fn emit(bytes: &[u8], token: &mut impl FnMut(Token<'_>)) {
    if !bytes.is_empty() {
        token(Token::Output(bytes));
    }
}

/// How many bytes at the end are the beginning of the prefix.
fn partial_prefix(bytes: &[u8], prefix: &[u8]) -> usize {
    let longest = bytes.len().min(prefix.len() - 1);
    let window = &bytes[bytes.len() - longest..];
    memchr::memchr_iter(prefix[0], window)
        .map(|at| &window[at..])
        .find(|tail| prefix.starts_with(tail))
        .map_or(0, <[u8]>::len)
}

impl MarkKind {
    fn of(letter: &str) -> Option<Self> {
        match letter {
            "D" => Some(Self::Ready),
            "C" => Some(Self::Executing),
            "P" => Some(Self::Continuation),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STREAM: &[u8] =
        b"out\x1b]7717;n1;0;C\x07one\r\n\x1b[0m\x1b]7717;n1;0;D;3\x07\x1b]7717;xx;0;D;0\x07tail\x1b]77";

    fn tokens(chunks: &[&[u8]]) -> (Vec<u8>, Vec<Mark>) {
        let mut reader = MarkReader::new("n1");
        let (mut output, mut marks) = (Vec::new(), Vec::new());
        for chunk in chunks {
            reader.read(chunk, |token| match token {
                Token::Output(bytes) => output.extend_from_slice(bytes),
                Token::Mark(mark) => marks.push(mark),
            });
        }
        (output, marks)
    }

    #[test]
    fn marks_are_taken_out_wherever_the_stream_is_cut() {
        let whole = tokens(&[STREAM]);
        assert_eq!(whole.0, b"outone\r\n\x1b[0m\x1b]7717;xx;0;D;0\x07tail");
        assert_eq!(whole.1.len(), 2);
        assert_eq!(whole.1[1].payload, "3");
        for cut in 0..STREAM.len() {
            assert_eq!(
                tokens(&[&STREAM[..cut], &STREAM[cut..]]),
                whole,
                "cut at {cut}"
            );
        }
        let bytes: Vec<&[u8]> = STREAM.chunks(1).collect();
        assert_eq!(tokens(&bytes), whole);
    }

    #[test]
    fn a_mark_with_another_nonce_or_form_is_output() {
        assert!(tokens(&[b"\x1b]7717;n2;0;D;0\x07"]).1.is_empty());
        assert!(tokens(&[b"\x1b]7717;n1;x;D;0\x07"]).1.is_empty());
        assert!(tokens(&[b"\x1b]7717;n1;0;Z;0\x07"]).1.is_empty());
    }

    #[test]
    fn a_short_mark_is_one_when_its_session_is_known() {
        let word = short_word("n1", 7);
        let stream = format!("a\x1b]7717;{word}D\x07b\x1b]7717;{word}P\x07");
        assert!(tokens(&[stream.as_bytes()]).1.is_empty());
        let mut reader = MarkReader::new("n1");
        reader.know_short(7);
        let mut marks = Vec::new();
        reader.read(stream.as_bytes(), |token| {
            if let Token::Mark(mark) = token {
                marks.push((mark.session, mark.kind));
            }
        });
        assert_eq!(marks, [(7, MarkKind::Ready), (7, MarkKind::Continuation)]);
        assert_ne!(word, short_word("n1", 8));
        assert_ne!(word, short_word("n2", 7));
    }

    #[test]
    fn a_mark_is_one_whatever_was_printed_before_it() {
        let stream = b"say \x1b]7717;n1;0;\x1b]7717;n1;0;D;0\x07x\x07";
        for chunk in [1, 7, 100] {
            let (output, marks) = tokens(&stream.chunks(chunk).collect::<Vec<_>>());
            assert_eq!(marks.len(), 1);
            assert_eq!(output, b"say \x1b]7717;n1;0;x\x07");
        }
    }

    #[test]
    fn an_endless_mark_is_output() {
        let mut stream = b"\x1b]7717;n1;0;D;".to_vec();
        stream.extend_from_slice(&[b'x'; 4096]);
        let (output, marks) = tokens(&[&stream]);
        assert!(marks.is_empty());
        assert_eq!(output.len(), stream.len());
    }

    /// What a program prints, with a taste for beginnings of marks. It holds no mark of ours.
    fn printed() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            prop::sample::select(
                &[
                    "\x1b",
                    "\x1b]7717;",
                    "\x1b]77",
                    "]7717;n1;0;D;0\x07",
                    "\x1b]7717;n2;0;D\x07",
                    "\x07",
                    "n1;0;"
                ][..],
            )
            .prop_map(|text| text.as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..9),
            Just(vec![b'x'; 200]),
        ];
        prop::collection::vec(piece, 0..5)
            .prop_map(|pieces| pieces.concat())
            .prop_filter("no mark", |bytes| tokens(&[bytes]).1.is_empty())
    }

    proptest! {
        #[test]
        fn marks_are_found_in_any_stream_and_leave_nothing_in_it(
            parts in prop::collection::vec((printed(), 0_u32..1000, "[^\u{7}\u{1b}]{0,4}"), 0..6),
            cuts in prop::collection::vec(1_usize..40, 1..8),
        ) {
            let (mut stream, mut output) = (Vec::new(), Vec::new());
            for (text, session, payload) in &parts {
                stream.extend_from_slice(text);
                stream.extend_from_slice(format!("\x1b]7717;n1;{session};D;{payload}\x07").as_bytes());
                output.extend_from_slice(text);
            }
            let mut rest = stream.as_slice();
            let mut chunks = Vec::new();
            for length in cuts.iter().cycle() {
                let (chunk, others) = rest.split_at((*length).min(rest.len()));
                chunks.push(chunk);
                rest = others;
                if rest.is_empty() {
                    break;
                }
            }
            let (read, marks) = tokens(&chunks);
            prop_assert_eq!(read, output);
            let found: Vec<_> = marks.into_iter().map(|mark| (mark.session, mark.payload)).collect();
            let sent: Vec<_> = parts.into_iter().map(|(_, session, payload)| (session, payload)).collect();
            prop_assert_eq!(found, sent);
        }
    }
}
