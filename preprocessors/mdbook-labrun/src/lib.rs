//! Turns the fences of a lab chapter into what a reader of the book sees: numbered steps, their outputs, folded checks.
//!
//! The main type is [`Labrun`], an mdBook preprocessor. It can run inside a program that builds books itself, and the
//! binary of this package speaks mdBook's protocol with it. It works on the book that mdBook gives it. Beside that it opens
//! a wrong lab's chapter once more, only to say at which of the author's lines a fault is, and looks whether the lab's plain
//! script is there; it writes no file, and never runs what a chapter says.

mod check;
mod edits;
mod html;
mod labs;
mod page;
mod recorded;
mod words;
mod workers;

use std::collections::{BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::{Lab, SourceFile};
use labrun_parse::{LabEntry, expanded, has_directives, parse_chapter_and_fences};
use labrun_preprocessor::{Asset, Faults, Looks};
use labrun_recording::Standing;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use labrun_preprocessor::{Processed, Rejected, Strict, read_input, write_output};

use crate::labs::{labs, without_chapter};
use crate::page::LabFacts;
use crate::words::Words;

/// The looks of the steps, for the pages of any book.
pub const LOOKS: Looks = Looks {
    program: "mdbook-labrun",
    assets: &[
        Asset {
            name: "labrun.css",
            text: include_str!("../../../theme/labrun.css"),
            key: "additional-css",
        },
        Asset {
            name: "labrun.js",
            text: include_str!("../../../theme/labrun.js"),
            key: "additional-js",
        },
    ],
};

/// The preprocessor.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Labrun;

impl Labrun {
    /// The preprocessor.
    pub fn new() -> Self {
        Self
    }
}

impl Strict for Labrun {
    /// Makes the labs of a book readable. Chapters that are no labs keep every byte.
    fn process(
        &self,
        context: &PreprocessorContext,
        mut book: Book,
    ) -> std::result::Result<Processed, Rejected> {
        let mut faults = Faults::default();
        let told = labs(context, &mut faults).unwrap_or_default();
        let mut missing: HashMap<PathBuf, LabEntry> = told
            .labs
            .into_iter()
            .map(|entry| (entry.chapter.clone(), entry))
            .collect();
        let folders = Folders {
            root: &context.root,
            src: &context.config.book.src,
            kept: &kept(&context.root),
        };
        let style = Style {
            words: Words::of(context.config.book.language.as_deref()),
            is_html: context.renderer == "html",
            run_with: &told.run_with,
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
        let mut missing: Vec<LabEntry> = missing.into_values().collect();
        missing.sort_by(|one, other| one.chapter.cmp(&other.chapter));
        for entry in &missing {
            without_chapter(entry, &context.root, &mut faults);
        }
        faults.result(book, "labs")
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

/// How a page is written.
#[derive(Debug, Clone, Copy)]
struct Style<'a> {
    words: &'static Words,
    /// What readers type to run labrun.
    run_with: &'a str,
    /// Any other renderer gets the page as it is, without attributes.
    is_html: bool,
}

/// Where the book lies.
#[derive(Debug, Clone, Copy)]
struct Folders<'a> {
    /// The folder with its book.toml.
    root: &'a Path,
    /// The folder with its chapters, from there.
    src: &'a Path,
    /// The names in the folder with what is kept of each lab: asking for each lab's files where there are none takes long.
    kept: &'a BTreeSet<OsString>,
}

impl Folders<'_> {
    /// The path by which messages name a chapter.
    fn shown(self, chapter: &Path) -> String {
        format!("{}/{}", self.src.display(), chapter.display())
    }
}

/// The names in the folder `labs` of a book; none where there is no such folder.
fn kept(root: &Path) -> BTreeSet<OsString> {
    let entries = fs::read_dir(root.join("labs")).into_iter().flatten();
    entries.flatten().map(|entry| entry.file_name()).collect()
}

/// The text of a lab chapter as the page is to have it, and what is wrong with it. A wrong one is left as it is.
fn rewrite(
    entry: &LabEntry,
    text: String,
    folders: Folders<'_>,
    style: Style<'_>,
) -> (String, Faults) {
    let shown = folders.shown(&entry.chapter);
    let source = SourceFile::new(shown, text);
    let mut read = parse_chapter_and_fences(&entry.name, source, &entry.roles);
    // The author's file matters only where something must be said of it.
    let text = read.0.source.text();
    if (!read.2.is_empty() || has_directives(text))
        && let Some(source) = with_places(&entry.chapter, text, folders)
    {
        read = parse_chapter_and_fences(&entry.name, source, &entry.roles);
    }
    let (lab, fences, diagnostics) = read;
    let mut faults = Faults::default();
    faults.diagnostics(&diagnostics, &lab.source);
    let is_kept = style.is_html && folders.kept.contains(OsStr::new(&entry.name));
    let beside = folders.root.join("labs").join(&entry.name);
    let recording = is_kept
        .then(|| recording(&beside, &lab, &mut faults))
        .flatten();
    let facts = LabFacts {
        needs: &entry.needs,
        duration: entry.duration.as_deref(),
        has_script: is_kept && beside.join("lab.sh").is_file(),
        recording: recording.as_ref(),
    };
    let text = if faults.has_errors() {
        lab.source.into_text()
    } else {
        page::page(&lab, &facts, &fences, style)
    };
    (text, faults)
}

/// What the recording of a lab is worth; none where there is none. One that cannot be read is told, because the page would
/// say nothing of it.
fn recording(beside: &Path, lab: &Lab, faults: &mut Faults) -> Option<Standing> {
    let text = fs::read_to_string(beside.join("recording.json")).ok()?;
    match Standing::of(&text, lab) {
        Ok(standing) => Some(standing),
        Err(unreadable) => {
            faults.warning(format!(
                "warning: labs/{}/recording.json cannot be read: {}\n  = help: write it anew with `labrun record {}`\n",
                lab.name, unreadable.reason, lab.name
            ));
            None
        }
    }
}

/// A chapter as mdBook gives it, with the places of the author's file; none where that cannot be read.
fn with_places(chapter: &Path, text: &str, folders: Folders<'_>) -> Option<SourceFile> {
    let author = folders.root.join(folders.src).join(chapter);
    let shown = folders.shown(chapter);
    let author = fs::read_to_string(author).ok()?;
    Some(expanded(&shown, &author, text))
}
