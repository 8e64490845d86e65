//! `book.toml` as far as it is about labs: `[preprocessor.labrun.labs.NAME]`, and where the chapters are.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

use labrun_model::{Allowed, Diagnostic, SourceFile, Span};
use toml::de::{DeTable, DeValue};

use crate::book_roles::Roles;
use crate::codes;
use crate::fences::floor_boundary;
use crate::tables::Reader;
use crate::values;

/// What `book.toml` says about the book and its labs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The book's title, where it has one.
    pub title: Option<String>,
    /// The folder with the chapters, relative to the book's root; `src` where `book.toml` says nothing.
    pub src: PathBuf,
    /// What this book's readers type to run labrun, such as `script/labrun`; `labrun` where `book.toml` says nothing.
    pub run_with: String,
    /// The labs in the order of `book.toml`.
    pub labs: Vec<LabEntry>,
}

/// One lab of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabEntry {
    /// The name by which it is run.
    pub name: String,
    /// The chapter's file, relative to [`Book::src`].
    pub chapter: PathBuf,
    /// What a reader needs before the first step, in the author's words; between two backticks stands code.
    pub needs: Vec<String>,
    /// How long it takes a reader, in the author's words.
    pub duration: Option<String>,
    /// Whether nothing may run beside the lab, where the author says so; otherwise its text tells.
    pub alone: Option<bool>,
    /// The codes of the warnings that the author accepts for this lab, each with its place. Whether there are such codes
    /// is for those to say who warn.
    pub allow: Vec<Allowed>,
    /// What the book says of fences with names of its own; what it says for this lab goes before.
    pub roles: Roles,
    /// Where `book.toml` names it.
    pub span: Span,
}

impl Default for Book {
    /// What a book is of which `book.toml` says nothing.
    fn default() -> Self {
        Self {
            title: None,
            src: PathBuf::from("src"),
            run_with: "labrun".to_owned(),
            labs: Vec::new(),
        }
    }
}

/// Every key that the table of a lab can have.
pub(crate) const LAB_KEYS: [&str; 7] = [
    "chapter", "needs", "duration", "alone", "allow", "roles", "prompts",
];

/// The keys of our preprocessor: mdBook's own, how readers call labrun, what the book's fences are, and the labs.
pub(crate) const PREPROCESSOR_KEYS: [&str; 9] = [
    "command",
    "before",
    "after",
    "optional",
    "renderers",
    "run-with",
    "labs",
    "roles",
    "prompts",
];

/// Reads the text of `book.toml`. The diagnostics are sorted by place.
///
/// A lab with a wrong name or a wrong chapter is reported and left out.
pub fn parse_book(source: &SourceFile) -> (Book, Vec<Diagnostic>) {
    let place = |range: Range<usize>| {
        let start = floor_boundary(source.text(), range.start);
        let end = floor_boundary(source.text(), range.end);
        Span::new(start, end.max(start))
    };
    let mut book = Book::default();
    let mut reader = Reader::new(&place);
    if let Some(table) = reader.parse(source.text()) {
        read(&mut reader, &table, &mut book);
    }
    // The parser sorts keys by name; a person sorts them by place.
    book.labs.sort_by_key(|lab| lab.span);
    let mut diagnostics = reader.diagnostics;
    diagnostics.extend(repeated_chapters(source, &book.labs));
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    (book, diagnostics)
}

fn read(reader: &mut Reader<'_>, root: &DeTable<'_>, book: &mut Book) {
    if let Some(table) = reader.table(root, "book") {
        book.title = reader.string(table, "title").map(|(title, _)| title);
        if let Some((src, _)) = reader.words(table, "src") {
            book.src = PathBuf::from(src);
        }
    }
    let Some(preprocessors) = reader.table(root, "preprocessor") else {
        return;
    };
    let Some(labrun) = reader.table(preprocessors, "labrun") else {
        return;
    };
    reader.check_keys(labrun, &PREPROCESSOR_KEYS);
    if let Some((run_with, _)) = reader.words(labrun, "run-with") {
        book.run_with = run_with;
    }
    let roles = Roles::read(reader, labrun);
    let Some(labs) = reader.table(labrun, "labs") else {
        return;
    };
    for (name, value) in labs {
        let span = reader.span(name);
        let place = reader.span(value);
        match value.get_ref() {
            DeValue::Table(table) => {
                let lab = lab(reader, (name.get_ref(), span), table, &roles);
                book.labs.extend(lab);
            }
            other => reader.wrong_type(name.get_ref(), place, "a table", other),
        }
    }
}

fn lab(
    reader: &mut Reader<'_>,
    (name, span): (&str, Span),
    table: &DeTable<'_>,
    roles: &Roles,
) -> Option<LabEntry> {
    reader.check_keys(table, &LAB_KEYS);
    let lab_name = values::lab_name(name);
    if let Err(help) = &lab_name {
        let message = format!("a lab cannot be named `{}`", name.escape_debug());
        reader.fault(codes::BAD_LAB_NAME, span, message, help);
    }
    let chapter = if table.contains_key("chapter") {
        chapter(reader, table)
    } else {
        Some(PathBuf::from(format!("{name}.md")))
    };
    Some(LabEntry {
        name: lab_name.ok()?,
        chapter: chapter?,
        needs: reader.list_of_words(table, "needs"),
        duration: reader.words(table, "duration").map(|(text, _)| text),
        alone: reader.switch(table, "alone"),
        allow: reader
            .placed_words(table, "allow")
            .into_iter()
            .map(|(code, span)| Allowed { code, span })
            .collect(),
        roles: Roles::read(reader, table).over(roles),
        span,
    })
}

fn chapter(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<PathBuf> {
    let (text, place) = reader.string(table, "chapter")?;
    match values::relative_path(&text) {
        Ok(path) => Some(path),
        Err(help) => {
            let message = format!("`chapter` cannot be `{}`", text.escape_debug());
            reader.fault(codes::BAD_VALUE, place, message, help);
            None
        }
    }
}

fn repeated_chapters(source: &SourceFile, labs: &[LabEntry]) -> Vec<Diagnostic> {
    let mut seen: HashMap<&PathBuf, &LabEntry> = HashMap::new();
    let mut diagnostics = Vec::new();
    for lab in labs {
        if let Some(earlier) = seen.get(&lab.chapter) {
            let message = format!(
                "the chapter `{}` is the lab `{}` already",
                lab.chapter.display(),
                earlier.name
            );
            let line = source.line(earlier.span.start);
            let fault = Diagnostic::error(codes::REPEATED_CHAPTER, lab.span, message);
            diagnostics.push(fault.with_help(format!("keep this one or the one on line {line}")));
        } else {
            seen.insert(&lab.chapter, lab);
        }
    }
    diagnostics
}
