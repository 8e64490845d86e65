//! Turns the fences of a lab chapter into what a reader of the book sees: numbered steps, their outputs, folded checks.
//!
//! The main type is [`Labrun`], an mdBook preprocessor. It can run inside a program that builds books itself, and the
//! binary of this package speaks mdBook's protocol with it. It works on the book that mdBook gives it. Beside that it opens
//! a wrong lab's chapter once more, only to say at which of the author's lines a fault is, and looks whether the lab's plain
//! script is there; it writes no file, and never runs what a chapter says.

mod edits;
mod html;
mod labs;
mod page;
mod protocol;
mod words;
mod workers;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::{Diagnostic, Severity, SourceFile};
use labrun_parse::{LabEntry, expanded, has_directives, parse_chapter_and_fences};
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use protocol::{InputError, Version, read_input};

use crate::labs::labs;
use crate::page::LabFacts;
use crate::words::Words;

/// The preprocessor.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Labrun;

/// A book with its labs made readable.
#[derive(Debug)]
#[non_exhaustive]
pub struct Processed {
    /// The book.
    pub book: Book,
    /// Warnings about its labs, drawn as text of several lines each.
    pub warnings: Vec<String>,
}

/// The labs of a book are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejected {
    /// Every error and warning, drawn as text of several lines each, in the order of the book.
    pub faults: Vec<String>,
    /// How many of them are errors.
    pub errors: usize,
}

impl Labrun {
    /// The preprocessor.
    pub fn new() -> Self {
        Self
    }

    /// Makes the labs of a book readable. Chapters that are no labs keep every byte.
    ///
    /// # Errors
    /// When a lab or the configuration of the labs has an error; the book is then not to be built.
    pub fn process(
        self,
        context: &PreprocessorContext,
        mut book: Book,
    ) -> std::result::Result<Processed, Rejected> {
        let mut faults = Faults::default();
        let entries = labs(context, &mut faults);
        let mut missing: BTreeMap<PathBuf, LabEntry> = entries
            .into_iter()
            .map(|entry| (entry.chapter.clone(), entry))
            .collect();
        let folders = Folders {
            root: &context.root,
            src: &context.config.book.src,
        };
        let style = Style {
            words: Words::of(context.config.book.language.as_deref()),
            is_html: context.renderer == "html",
        };
        let mut labs = Vec::new();
        let mut places = BTreeSet::new();
        let mut place = 0..;
        book.for_each_chapter_mut(|chapter| {
            let place: usize = place.next().unwrap_or_default();
            let path = chapter.source_path.clone().or_else(|| chapter.path.clone());
            if let Some(entry) = path.and_then(|path| missing.remove(&path)) {
                labs.push((entry, std::mem::take(&mut chapter.content)));
                places.insert(place);
            }
        });
        // Each lab is read and written on its own; the book gets them back in its order.
        let rewritten =
            workers::in_order(labs, |(entry, text)| rewrite(&entry, text, folders, style));
        let mut rewritten = rewritten.into_iter();
        let mut place = 0..;
        book.for_each_chapter_mut(|chapter| {
            if place.next().is_some_and(|place| places.contains(&place))
                && let Some((text, found)) = rewritten.next()
            {
                chapter.content = text;
                faults.extend(found);
            }
        });
        for (chapter, entry) in missing {
            faults.error(format!(
                "error: book.toml makes `{}` the lab `{}`, but SUMMARY.md has no such chapter\n",
                chapter.display(),
                entry.name
            ));
        }
        faults.result(book)
    }
}

impl Preprocessor for Labrun {
    fn name(&self) -> &str {
        "labrun"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        Ok(self.process(context, book)?.book)
    }
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for fault in &self.faults {
            writeln!(formatter, "{fault}")?;
        }
        let plural = if self.errors == 1 { "" } else { "s" };
        write!(
            formatter,
            "{} error{plural} in the labs of this book",
            self.errors
        )
    }
}

impl std::error::Error for Rejected {}

/// How a page is written.
#[derive(Debug, Clone, Copy)]
struct Style {
    words: &'static Words,
    /// Any other renderer gets the page as it is, without attributes.
    is_html: bool,
}

/// What is wrong with the labs of a book, drawn.
#[derive(Debug, Default)]
struct Faults {
    drawn: Vec<String>,
    errors: usize,
}

impl Faults {
    fn error(&mut self, drawn: String) {
        self.errors += 1;
        self.drawn.push(drawn);
    }

    fn diagnostics(&mut self, diagnostics: &[Diagnostic], source: &SourceFile) {
        for diagnostic in diagnostics {
            self.errors += usize::from(diagnostic.severity == Severity::Error);
            self.drawn.push(diagnostic.draw(source));
        }
    }

    fn extend(&mut self, other: Self) {
        self.errors += other.errors;
        self.drawn.extend(other.drawn);
    }

    fn result(self, book: Book) -> std::result::Result<Processed, Rejected> {
        if self.errors == 0 {
            Ok(Processed {
                book,
                warnings: self.drawn,
            })
        } else {
            Err(Rejected {
                faults: self.drawn,
                errors: self.errors,
            })
        }
    }
}

/// Where the book lies.
#[derive(Debug, Clone, Copy)]
struct Folders<'a> {
    /// The folder with its book.toml.
    root: &'a Path,
    /// The folder with its chapters, from there.
    src: &'a Path,
}

impl Folders<'_> {
    /// The path by which messages name a chapter.
    fn shown(self, chapter: &Path) -> String {
        format!("{}/{}", self.src.display(), chapter.display())
    }
}

/// The text of a lab chapter as the page is to have it, and what is wrong with it. A wrong one is left as it is.
fn rewrite(entry: &LabEntry, text: String, folders: Folders<'_>, style: Style) -> (String, Faults) {
    let script = folders.root.join("labs").join(&entry.name).join("lab.sh");
    let facts = LabFacts {
        needs: &entry.needs,
        duration: entry.duration.as_deref(),
        has_script: style.is_html && script.is_file(),
    };
    let shown = folders.shown(&entry.chapter);
    let source = SourceFile::new(shown, text.as_str());
    let mut read = parse_chapter_and_fences(&entry.name, source);
    // The author's file matters only where something must be said of it.
    if (!read.2.is_empty() || has_directives(&text))
        && let Some(source) = with_places(&entry.chapter, &text, folders)
    {
        read = parse_chapter_and_fences(&entry.name, source);
    }
    let (lab, fences, diagnostics) = read;
    let mut faults = Faults::default();
    faults.diagnostics(&diagnostics, &lab.source);
    let text = if faults.errors == 0 {
        page::page(&lab, &facts, &fences, style)
    } else {
        text
    };
    (text, faults)
}

/// A chapter as mdBook gives it, with the places of the author's file; none where that cannot be read.
fn with_places(chapter: &Path, text: &str, folders: Folders<'_>) -> Option<SourceFile> {
    let author = folders.root.join(folders.src).join(chapter);
    let shown = folders.shown(chapter);
    let author = fs::read_to_string(author).ok()?;
    Some(expanded(&shown, &author, text))
}
