//! The book on disk: where it is, which labs it has, and their chapters, read and parsed.

use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::{Diagnostic, Lab, Severity, SourceFile};
use labrun_parse::{Book, LabEntry, expanded, has_directives, parse_book, parse_chapter};

use crate::args::command_names;

/// What a book without labs lacks.
pub(crate) const NO_LABS: &str = "book.toml has no labs; a chapter becomes one by a table [preprocessor.labrun.labs.NAME], which `labrun new` writes";
/// The code of a chapter that book.toml names and that cannot be read.
const UNREADABLE: &str = "lab-without-chapter";

/// A book whose book.toml has been read.
pub(crate) struct OpenBook {
    /// The folder that holds book.toml.
    pub(crate) root: PathBuf,
    /// What book.toml says.
    pub(crate) book: Book,
    /// book.toml itself.
    pub(crate) source: SourceFile,
}

/// Why there is no book or no lab to work with. Ends with exit code 2.
#[derive(Debug)]
pub(crate) enum BookError {
    /// A file is missing or cannot be read.
    File {
        /// What is wrong.
        what: String,
        /// What would mend it.
        help: String,
    },
    /// What an author wrote is wrong: the diagnostics as drawn.
    Diagnostics(Vec<String>),
}

impl OpenBook {
    /// Finds the book and reads its book.toml.
    ///
    /// # Errors
    /// When there is no book.toml, or it is wrong.
    pub(crate) fn open(start: Option<&Path>) -> Result<Self, BookError> {
        let start = match start {
            Some(folder) => folder.to_owned(),
            None => std::env::current_dir().map_err(|error| BookError::File {
                what: format!("the current folder cannot be read: {error}"),
                help: "go to the book's folder, or name it with `--book`".to_owned(),
            })?,
        };
        let start = start.canonicalize().map_err(|error| BookError::File {
            what: format!("the folder {} cannot be opened: {error}", start.display()),
            help: "name the book's folder, or any folder in it".to_owned(),
        })?;
        let root = start
            .ancestors()
            .find(|folder| folder.join("book.toml").is_file());
        let Some(root) = root else {
            return Err(BookError::File {
                what: format!("no book.toml in {} or above it", start.display()),
                help: "go to the book's folder, or name it with `--book`; `labrun new DIR` makes a book".to_owned(),
            });
        };
        let source = SourceFile::new("book.toml", read(&root.join("book.toml"), "book.toml")?);
        let (book, diagnostics) = parse_book(&source);
        refuse_errors(&source, &diagnostics)?;
        Ok(Self {
            root: root.to_owned(),
            book,
            source,
        })
    }

    /// The lab of this name.
    ///
    /// # Errors
    /// When there is none; the error names those there are, and the nearest.
    pub(crate) fn entry(&self, name: &str) -> Result<&LabEntry, BookError> {
        if let Some(entry) = self.book.labs.iter().find(|entry| entry.name == name) {
            return Ok(entry);
        }
        let nearest = nearest(name, &self.names())
            .map(|near| format!("did you mean `{near}`? "))
            .unwrap_or_default();
        Err(BookError::File {
            what: format!("there is no lab `{name}`"),
            help: format!("{nearest}{}", self.what_there_is()),
        })
    }

    /// The lab of the name that `labrun COMMAND` was given.
    ///
    /// # Errors
    /// When it was given none, or one of no lab; the error names those there are.
    pub(crate) fn named(&self, command: &str, name: Option<&str>) -> Result<&LabEntry, BookError> {
        let Some(name) = name else {
            return Err(BookError::File {
                what: format!("`labrun {command}` needs the name of a lab"),
                help: match command {
                    "run" if !self.book.labs.is_empty() => {
                        format!("{}; `labrun run --all` runs them all", self.what_there_is())
                    }
                    _ => self.what_there_is(),
                },
            });
        };
        self.entry(name)
    }

    fn names(&self) -> Vec<&str> {
        let labs = self.book.labs.iter();
        labs.map(|entry| entry.name.as_str()).collect()
    }

    /// The labs of the book in a sentence, or how a chapter becomes one.
    pub(crate) fn what_there_is(&self) -> String {
        match self.names().as_slice() {
            [] => NO_LABS.to_owned(),
            names => format!("the labs of this book: {}", names.join(", ")),
        }
    }

    /// The labs of these names, or all.
    ///
    /// # Errors
    /// When a name is unknown.
    pub(crate) fn entries(&self, names: &[String]) -> Result<Vec<&LabEntry>, BookError> {
        if names.is_empty() {
            return Ok(self.book.labs.iter().collect());
        }
        names.iter().map(|name| self.entry(name)).collect()
    }

    /// Reads and parses a lab's chapter, with whatever is wrong in it.
    ///
    /// # Errors
    /// When the chapter cannot be read.
    pub(crate) fn parse(&self, entry: &LabEntry) -> Result<(Lab, Vec<Diagnostic>), BookError> {
        match fs::read_to_string(self.chapter(entry)) {
            Ok(text) => self.parse_text(entry, text),
            Err(error) => Err(self.unreadable(entry, &error)),
        }
    }

    /// A chapter that cannot be read is a fault of book.toml, which names it.
    fn unreadable(&self, entry: &LabEntry, error: &std::io::Error) -> BookError {
        let shown = self.shown(entry);
        let fault = Diagnostic::error(
            UNREADABLE,
            entry.span,
            format!("{shown} cannot be read: {error}"),
        );
        // Whoever writes the path from the book's folder has `src` in it twice.
        let twice = entry.chapter.strip_prefix(&self.book.src).ok();
        let help = match twice.filter(|chapter| self.root.join(&self.book.src).join(chapter).is_file()) {
            Some(chapter) => format!(
                "a chapter's path begins in the book's `src`: write `chapter = \"{}\"`",
                chapter.display()
            ),
            None => "a lab is the chapter of its name, `NAME.md` in the book's `src`, unless `chapter = \"…\"` names another".to_owned(),
        };
        BookError::Diagnostics(vec![fault.with_help(help).draw(&self.source)])
    }

    /// Parses a text as a lab's chapter, as if it stood in the chapter's file.
    ///
    /// # Errors
    /// When mdBook cannot expand what the text includes.
    pub(crate) fn parse_text(
        &self,
        entry: &LabEntry,
        text: String,
    ) -> Result<(Lab, Vec<Diagnostic>), BookError> {
        let source = self.as_shown(entry, self.shown(entry), text)?;
        Ok(parse_chapter(&entry.name, source, &entry.roles))
    }

    /// The file of a lab's chapter.
    pub(crate) fn chapter(&self, entry: &LabEntry) -> PathBuf {
        self.root.join(&self.book.src).join(&entry.chapter)
    }

    /// The same as messages name it.
    pub(crate) fn shown(&self, entry: &LabEntry) -> String {
        self.book.src.join(&entry.chapter).display().to_string()
    }

    /// A chapter as its page shows it: what its directives bring in is a part of the lab. mdBook is needed only where
    /// there are directives.
    fn as_shown(
        &self,
        entry: &LabEntry,
        shown: String,
        text: String,
    ) -> Result<SourceFile, BookError> {
        if !has_directives(&text) {
            return Ok(SourceFile::new(shown, text));
        }
        match labrun_book::expand(&self.root, &entry.chapter, &text) {
            Ok(page) => Ok(expanded(&shown, &text, &page)),
            Err(error) => Err(BookError::File {
                what: format!("mdBook cannot expand the directives of {shown}: {error:#}"),
                help: "`labrun build` says more about what mdBook does not understand".to_owned(),
            }),
        }
    }

    /// Reads and parses a lab that is to be used.
    ///
    /// # Errors
    /// When the chapter cannot be read or is wrong: then with all its diagnostics.
    pub(crate) fn lab(&self, entry: &LabEntry) -> Result<Lab, BookError> {
        let (lab, diagnostics) = self.parse(entry)?;
        refuse_errors(&lab.source, &diagnostics)?;
        Ok(lab)
    }
}

impl BookError {
    /// The same, with the command that a word was most likely meant to be: `labrun buld` is short for `labrun run buld`.
    pub(crate) fn or_command(mut self, word: Option<&str>) -> Self {
        let commands = command_names();
        let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
        if let Self::File { help, .. } = &mut self
            && let Some(near) = word.and_then(|word| nearest_command(word, &commands))
        {
            help.insert_str(0, &format!("did you mean the command `labrun {near}`? "));
        }
        self
    }
}

impl std::fmt::Display for BookError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { what, .. } => formatter.write_str(what),
            Self::Diagnostics(drawn) => formatter.write_str(&drawn.join("\n")),
        }
    }
}

impl std::error::Error for BookError {}

/// The command that a word was most likely meant to be. Lab names are often as short as commands, so that two letters in
/// three say nothing.
fn nearest_command<'a>(word: &str, commands: &[&'a str]) -> Option<&'a str> {
    nearest(word, commands).filter(|near| strsim::damerau_levenshtein(word, near) <= near.len() / 3)
}

/// The name that a mistyped one was most likely meant to be.
pub(crate) fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), *known))
        .filter(|(distance, known)| *distance <= known.len().max(3) / 3 + 1)
        .min()
        .map(|(_, known)| known)
}

fn read(path: &Path, shown: &str) -> Result<String, BookError> {
    fs::read_to_string(path).map_err(|error| BookError::File {
        what: format!("{shown} cannot be read: {error}"),
        help: "it must be text in UTF-8 that this user may read".to_owned(),
    })
}

/// Refuses what has errors: with all its diagnostics, as drawn.
///
/// # Errors
/// Where one of them is more than a warning.
pub(crate) fn refuse_errors(
    source: &SourceFile,
    diagnostics: &[Diagnostic],
) -> Result<(), BookError> {
    if diagnostics
        .iter()
        .all(|diagnostic| diagnostic.severity == Severity::Warning)
    {
        return Ok(());
    }
    Err(BookError::Diagnostics(
        diagnostics
            .iter()
            .map(|diagnostic| diagnostic.draw(source))
            .collect(),
    ))
}
