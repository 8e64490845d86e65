//! The recording of one terminal as an asciicast v3 file: a header and one JSON line for each piece of output, with the
//! seconds since the piece before. (Format: asciinema's documentation, "asciicast v3".)
//!
//! The lab's terminal does not echo, so what is typed is written here as a reader would have seen it. Marks never
//! reach a recording, and neither does a declared answer. A flood is cut, so that a recording stays small.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

use crate::secrets::Secrets;

/// Writes one terminal's recording.
pub(crate) struct Recording {
    file: BufWriter<File>,
    last: Instant,
    /// Bytes of a character that is not complete yet.
    carried: Vec<u8>,
    /// What may be the beginning of a secret.
    held: String,
    secrets: Secrets,
    /// What the step at hand may still write.
    allowance: usize,
    paused: bool,
    failed: Option<io::Error>,
}

impl Recording {
    /// How many bytes of one command's output are recorded.
    const PER_COMMAND: usize = 1 << 20;

    /// Starts a recording; the tags say what it was made with.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub(crate) fn create(
        path: &Path,
        title: &str,
        tags: &[String],
        secrets: &Secrets,
    ) -> io::Result<Self> {
        let mut file = BufWriter::new(File::create(path)?);
        let header = serde_json::json!({
            "version": 3,
            "term": { "cols": 200, "rows": 50, "type": "xterm-256color" },
            "title": title,
            "tags": tags,
        });
        writeln!(file, "{header}")?;
        Ok(Self {
            file,
            last: Instant::now(),
            carried: Vec::new(),
            held: String::new(),
            secrets: secrets.clone(),
            allowance: Self::PER_COMMAND,
            paused: false,
            failed: None,
        })
    }

    /// Records a line that is typed, behind the prompt sign that a reader would see.
    pub(crate) fn typed(&mut self, sign: &str, line: &str) {
        self.let_go();
        self.allowance = Self::PER_COMMAND;
        self.write(format!("{sign}{line}\r\n").as_bytes());
    }

    /// Records output.
    pub(crate) fn output(&mut self, bytes: &[u8]) {
        if self.allowance == 0 || self.paused {
            return;
        }
        let kept = bytes.len().min(self.allowance);
        self.allowance -= kept;
        self.write(&bytes[..kept]);
        if self.allowance == 0 {
            self.write(b"\r\n[labrun: the rest of this output is not recorded]\r\n");
        }
    }

    /// Leaves out what is printed until it is told to go on.
    pub(crate) fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Marks the beginning of a step, which players show as a chapter mark.
    pub(crate) fn marker(&mut self, label: &str) {
        self.let_go();
        self.event("m", label);
    }

    /// Writes out what is buffered.
    ///
    /// # Errors
    /// The first thing that went wrong since the beginning, for instance a full disk.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.let_go();
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.file.flush()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.carried.extend_from_slice(bytes);
        let complete = complete_characters(&self.carried);
        if complete == 0 {
            return;
        }
        let rest = self.carried.split_off(complete);
        let text = String::from_utf8_lossy(&self.carried)
            .replace('\n', "\r\n")
            .replace("\r\r\n", "\r\n");
        self.carried = rest;
        if self.secrets.are_none() {
            self.event("o", &text);
            return;
        }
        self.held.push_str(&text);
        let masked = self.secrets.text(&self.held);
        let begun = self.secrets.begun(&masked);
        self.held = masked[masked.len() - begun..].to_owned();
        if begun < masked.len() {
            self.event("o", &masked[..masked.len() - begun]);
        }
    }

    /// Writes what was held back: no more of the secret comes.
    fn let_go(&mut self) {
        let held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.event("o", &held);
        }
    }

    fn event(&mut self, code: &str, data: &str) {
        let now = Instant::now();
        let seconds = (now - self.last).as_secs_f64();
        self.last = now;
        let line = serde_json::json!([(seconds * 1e6).round() / 1e6, code, data]);
        // A recording that cannot be written must not end the run: it ends here, and the error is kept for the end. What
        // room there is on the disk is left to the journal.
        if self.failed.is_none()
            && let Err(error) = writeln!(self.file, "{line}")
        {
            self.failed = Some(error);
        }
    }
}

/// How many bytes at the front are whole characters; what can never become one counts as whole.
fn complete_characters(bytes: &[u8]) -> usize {
    let start = bytes.len().saturating_sub(3);
    let lead = (start..bytes.len())
        .rev()
        .find(|&at| bytes[at] & 0xC0 != 0x80);
    let Some(at) = lead else {
        return bytes.len();
    };
    let needed = match bytes[at] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => 1,
    };
    if at + needed > bytes.len() {
        at
    } else {
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_never_cut() {
        let text = "a→é𝄞".as_bytes();
        for cut in 0..=text.len() {
            let complete = complete_characters(&text[..cut]);
            assert!(
                std::str::from_utf8(&text[..complete]).is_ok(),
                "cut at {cut}"
            );
        }
        assert_eq!(complete_characters(b"\xff\xff"), 2);
        assert_eq!(complete_characters(b"\x80\x80\x80\x80"), 4);
    }
}
