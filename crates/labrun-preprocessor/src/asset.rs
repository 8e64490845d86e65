//! A file for the pages that a book carries in its theme folder, and whether it is still ours. Pure but for the reading.
//!
//! A file that is written here carries in its first line a checksum of the rest. So a later version knows an old file of
//! its own, which it may replace, from one that the book's author has edited, which it keeps.

use std::io::ErrorKind;
use std::path::Path;
use std::{fs, io};

/// A file of ours for a book.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name in the theme folder.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The key of `[output.html]` in book.toml that names it.
    pub key: &'static str,
}

/// What a file in the book is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Missing,
    /// It says what we say.
    Current,
    /// Another version of the program wrote it, and nobody has changed it.
    Old,
    /// Somebody has changed it.
    Edited,
}

impl Asset {
    /// What the file at `path` is.
    ///
    /// # Errors
    /// When there is one that cannot be read.
    pub fn state(&self, program: &str, path: &Path) -> io::Result<State> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::Missing),
            Err(error) => return Err(error),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Ok(State::Edited);
        };
        // A checkout may have changed the line endings; that is no edit.
        let text = text.replace("\r\n", "\n");
        let own = self.text.replace("\r\n", "\n");
        Ok(if text == own || text == stamped(program, &own) {
            State::Current
        } else if is_unedited(program, &text) {
            State::Old
        } else {
            State::Edited
        })
    }

    /// The file as it is written into a book.
    pub(crate) fn stamped(&self, program: &str) -> String {
        stamped(program, &self.text.replace("\r\n", "\n"))
    }
}

const STAMP_END: &str = " */";

fn stamp(program: &str) -> String {
    format!("/* Written by `{program} install`, which replaces it unless it is edited: ")
}

fn stamped(program: &str, text: &str) -> String {
    let stamp = stamp(program);
    format!("{stamp}{:016x}{STAMP_END}\n{text}", checksum(text))
}

/// Whether a text says itself what it was when it was written.
fn is_unedited(program: &str, text: &str) -> bool {
    let parts = text
        .strip_prefix(&stamp(program))
        .and_then(|behind| behind.split_once('\n'));
    parts.is_some_and(|(stamp, rest)| {
        let sum = stamp.strip_suffix(STAMP_END);
        sum.and_then(|sum| u64::from_str_radix(sum, 16).ok()) == Some(checksum(rest))
    })
}

/// FNV-1a: it tells an edit, and is the same in every version of this program.
fn checksum(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
