//! mdBook in this process, with the preprocessors at hand. The only file that names its driver.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use labrun_model::{SourceFile, Span};
use labrun_preprocessor::{BookToml, Strict};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::Fault;

/// The configuration of a book: its book.toml, and what the environment says about it.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    config: Config,
}

/// A page of a book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BookPage {
    /// The chapter's path in the folder of the sources, where it has a file.
    pub(crate) source: Option<PathBuf>,
    /// The page's path from the root of the site.
    pub(crate) page: String,
}

/// What mdBook has made.
#[derive(Debug, Default)]
pub(crate) struct Rendered {
    /// The folder with the pages, where HTML was asked for.
    pub(crate) html: Option<PathBuf>,
    /// The pages in the order of the book.
    pub(crate) pages: Vec<BookPage>,
    /// What the preprocessors found, and what made mdBook stop.
    pub(crate) faults: Vec<Fault>,
}

impl Configuration {
    /// Reads the configuration of the book in `root`.
    pub(crate) fn read(root: &Path) -> std::result::Result<Self, Fault> {
        let path = root.join("book.toml");
        let read = || -> Result<Config> {
            let mut config = if path.exists() {
                Config::from_disk(&path)?
            } else {
                Config::default()
            };
            config.update_from_env()?;
            Ok(config)
        };
        read()
            .map(|config| Self { config })
            .map_err(|error| misconfigured(&words(&error), root))
    }

    /// The folder of the sources, from the book's root.
    pub(crate) fn src(&self) -> &Path {
        &self.config.book.src
    }

    /// The folder that the book is built into, from the book's root.
    pub(crate) fn build_dir(&self) -> &Path {
        &self.config.build.build_dir
    }

    /// The folder of the theme, from the book's root.
    pub(crate) fn theme(&self) -> PathBuf {
        self.html("theme").unwrap_or_else(|| "theme".into())
    }

    /// The address of the site, where one is known.
    pub(crate) fn site_url(&self) -> Option<String> {
        self.html("site-url")
    }

    /// The chapter for what is not found, where the book names one.
    pub(crate) fn not_found(&self) -> Option<String> {
        self.html("input-404")
    }

    /// Addresses that are sent on, and where to.
    pub(crate) fn redirects(&self) -> BTreeMap<String, String> {
        self.html("redirect").unwrap_or_default()
    }

    /// The author's own files for the pages: styles or scripts, from the book's root.
    pub(crate) fn additional(&self, key: &str) -> Vec<String> {
        self.html(key).unwrap_or_default()
    }

    /// Sets a value below `output.html`.
    pub(crate) fn set_html(&mut self, key: &str, value: impl Into<toml::Value>) {
        // It can fail only where `output.html` is no table, and then mdBook complains about that.
        let _ = self.config.set(format!("output.html.{key}"), value.into());
    }

    /// Takes a value below `output.html` away.
    pub(crate) fn unset_html(&mut self, key: &str) {
        if let Ok(Some(mut table)) = self.config.get::<toml::Table>("output.html") {
            table.remove(key);
            let _ = self.config.set("output.html", table);
        }
    }

    fn html<T: for<'de> serde::Deserialize<'de>>(&self, key: &str) -> Option<T> {
        self.config
            .get(&format!("output.html.{key}"))
            .ok()
            .flatten()
    }
}

/// Builds the book in `root` into the folder `dest`. Goes on after what a preprocessor of ours finds, so that everything
/// that is wrong is known at once.
pub(crate) fn render(
    root: &Path,
    configuration: &Configuration,
    book_toml: &BookToml,
    dest: &Path,
) -> Rendered {
    let mut config = configuration.config.clone();
    config.build.build_dir = dest.to_owned();
    // mdBook writes missing chapters by default: a slip of the pen in SUMMARY.md would be a new file.
    config.build.create_missing &= book_toml.says_true(&["build", "create-missing"]);
    let record = Record::default();
    let shared = Rc::new(RefCell::new(record));
    let work = || build(root, config, &shared);
    // mdBook panics where it finds itself in a state that it does not expect; the author's book must be told all the same.
    let ended = catch_unwind(AssertUnwindSafe(work));
    let mut record = shared.take();
    match ended {
        Ok(Ok(html)) => record.rendered.html = html.filter(|_| record.is_html),
        Ok(Err(error)) => record.rendered.faults.push(stopped(words(&error))),
        Err(_) => {
            let words = "mdBook broke down".to_owned();
            record.rendered.faults.push(stopped(words));
        }
    }
    record.rendered
}

fn build(root: &Path, config: Config, record: &Rc<RefCell<Record>>) -> Result<Option<PathBuf>> {
    let mut book = MDBook::load_with_config(root, config)?;
    // A preprocessor of the same name takes the place of the command that book.toml names. One that book.toml does not
    // name has nothing to do.
    if book.config.contains_key("preprocessor.labrun") {
        book.with_preprocessor(Checked::new(mdbook_labrun::Labrun::new(), record));
    }
    if book.config.contains_key("preprocessor.diagram") {
        book.with_preprocessor(Checked::new(mdbook_diagram::Diagram::new(), record));
    }
    book.with_preprocessor(Recorder(Rc::clone(record)));
    book.build()?;
    Ok(Some(book.build_dir_for("html")))
}

/// What is learned while mdBook works.
#[derive(Debug, Default)]
struct Record {
    rendered: Rendered,
    is_html: bool,
}

/// A preprocessor whose errors and warnings are noted. After errors, the book is taken as it was.
struct Checked<P> {
    inner: P,
    record: Rc<RefCell<Record>>,
}

impl<P> Checked<P> {
    fn new(inner: P, record: &Rc<RefCell<Record>>) -> Self {
        let record = Rc::clone(record);
        Self { inner, record }
    }
}

impl<P: Strict> Preprocessor for Checked<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        let (book, drawn) = match self.inner.process(context, book.clone()) {
            Ok(processed) => (processed.book, processed.warnings),
            Err(rejected) => (book, rejected.faults),
        };
        let faults = &mut self.record.borrow_mut().rendered.faults;
        for fault in drawn.into_iter().map(Fault::drawn_as) {
            // Each renderer runs the preprocessors anew.
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        Ok(book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        self.inner.supports_renderer(renderer)
    }
}

/// The last preprocessor: notes the chapters as they are rendered, under the names of their pages.
struct Recorder(Rc<RefCell<Record>>);

impl Preprocessor for Recorder {
    fn name(&self) -> &str {
        "labrun-pages"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        if context.renderer == "html" {
            let mut record = self.0.borrow_mut();
            record.is_html = true;
            record.rendered.pages = book
                .chapters()
                .filter_map(|chapter| {
                    let page = chapter.path.as_ref()?.with_extension("html");
                    Some(BookPage {
                        source: chapter.source_path.clone(),
                        page: page.to_str()?.to_owned(),
                    })
                })
                .collect();
        }
        Ok(book)
    }
}

/// What mdBook does not take in book.toml. It says the line and the column in its words, and the cause in the last of them.
fn misconfigured(words: &str, root: &Path) -> Fault {
    let help = "mdBook's manual lists what book.toml can say";
    let words = words.trim_end();
    let number = |before: &str| -> Option<usize> {
        let (_, rest) = words.split_once(before)?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        digits.parse().ok()
    };
    let text = std::fs::read_to_string(root.join("book.toml")).unwrap_or_default();
    let file = SourceFile::new("book.toml", text);
    match (
        number("at line "),
        number(", column "),
        words.lines().last(),
    ) {
        (Some(line), Some(column), Some(cause)) => {
            let line = file.line_span(line);
            let start = (line.start + column.saturating_sub(1)).min(line.end);
            Fault::at(&file, Span::new(start, line.end), "book-toml", cause, help)
        }
        _ => Fault::of("book.toml", "book-toml", words, help),
    }
}

fn stopped(words: String) -> Fault {
    let help = "mdBook could not go on; what it did not reach is not checked";
    Fault::of("the book", "mdbook", words, help)
}

/// An error with its causes, each said once.
fn words(error: &Error) -> String {
    let mut words: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if !words.iter().any(|earlier| earlier.contains(&cause)) {
            words.push(cause);
        }
    }
    words.join(": ")
}

/// A chapter's text as mdBook's own preprocessors see it first: with what `{{#include}}` and its like bring in. The
/// chapter is named by its path below the book's `src`. Nothing is written, and a directive that names a file which
/// cannot be read stays as it is.
///
/// # Errors
/// When the book's `book.toml` cannot be read.
pub fn expand(
    root: &Path,
    chapter: &Path,
    text: &str,
) -> mdbook_preprocessor::errors::Result<String> {
    use mdbook_driver::builtin_preprocessors::LinkPreprocessor;
    use mdbook_preprocessor::book::{Book, BookItem, Chapter};
    use mdbook_preprocessor::config::Config;
    use mdbook_preprocessor::{Preprocessor as _, PreprocessorContext};

    let config = Config::from_disk(root.join("book.toml"))?;
    if !config.build.use_default_preprocessors && !config.contains_key("preprocessor.links") {
        return Ok(text.to_owned());
    }
    let alone = Chapter::new("", text.to_owned(), chapter, Vec::new());
    let book = Book::new_with_items(vec![BookItem::Chapter(alone)]);
    let context = PreprocessorContext::new(root.to_owned(), config, "html".to_owned());
    let book = LinkPreprocessor::new().run(&context, book)?;
    let chapter = book.chapters().next();
    Ok(chapter.map_or_else(|| text.to_owned(), |chapter| chapter.content.clone()))
}
