//! `labrun completions`, and the answers to a shell that completes: commands, options, and the names of the book's labs.
//!
//! The script that a shell reads knows none of these. It calls labrun with a variable set, and labrun says what fits.

use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, CompletionCandidate};

use crate::args::{Completions, with_short_form};
use crate::book::OpenBook;
use crate::exit::Exit;
use crate::report;

/// The variable by which a shell asks.
const ASKED: &str = "LABRUN_COMPLETE";

/// Answers a shell, when one asks.
pub(crate) fn if_asked() -> Option<Exit> {
    let asked = CompleteEnv::with_factory(with_short_form).var(ASKED);
    let folder = std::env::current_dir().ok();
    match asked.try_complete(std::env::args_os(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(Exit::Passed),
        Err(error) => {
            report::error(&error.to_string(), None);
            Some(Exit::Wrong)
        }
    }
}

/// Prints the script that makes a shell ask.
pub(crate) fn completions(arguments: &Completions) -> anyhow::Result<Exit> {
    let program = std::env::current_exe()?;
    let shell = arguments.shell.to_string();
    let mut script = Vec::new();
    if let Some(shell) = Shells::builtins().completer(&shell) {
        let program = program.to_string_lossy();
        shell.write_registration(ASKED, "labrun", "labrun", &program, &mut script)?;
    }
    report::data(&String::from_utf8_lossy(&script));
    Ok(Exit::Passed)
}

/// The labs of the book that the words typed so far speak of, with their chapters. A book that cannot be read has none:
/// nobody wants to hear of it while typing.
pub(crate) fn labs() -> Vec<CompletionCandidate> {
    let book = named_book(std::env::args_os()).or_else(|| std::env::var_os("LABRUN_BOOK"));
    let book = book.filter(|book| !book.is_empty()).map(PathBuf::from);
    let Ok(book) = OpenBook::open(book.as_deref()) else {
        return Vec::new();
    };
    let labs = book.book.labs.iter();
    labs.map(|lab| {
        let chapter = book.book.src.join(&lab.chapter).display().to_string();
        CompletionCandidate::new(&lab.name).help(Some(chapter.into()))
    })
    .collect()
}

/// The value of `--book`.
fn named_book(words: impl Iterator<Item = OsString>) -> Option<OsString> {
    let mut words = words.skip_while(|word| word != "--book" && !is_assigned(word));
    let found = words.next()?;
    match found.to_str().and_then(|word| word.strip_prefix("--book=")) {
        Some(folder) => Some(folder.into()),
        None => words.next(),
    }
}

fn is_assigned(word: &OsString) -> bool {
    word.to_str()
        .is_some_and(|word| word.starts_with("--book="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_book_is_the_one_that_is_being_typed() {
        let check = |words: &[&str], expected: Option<&str>| {
            let found = named_book(words.iter().map(OsString::from));
            assert_eq!(found, expected.map(OsString::from), "{words:?}");
        };
        check(&["labrun", "--book", "x", "run", ""], Some("x"));
        check(&["labrun", "run", "", "--book=a/b"], Some("a/b"));
        check(&["labrun", "--book"], None);
        check(&["labrun", "run"], None);
    }
}
