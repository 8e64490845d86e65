//! Diagrams that are checked while the book is built, found by no search, and drawn in the reader's theme.
//!
//! The main type is [`Diagram`], an mdBook preprocessor. It reads every fence of the language `mermaid` with a parser
//! of Mermaid's language and reports what is wrong by its place in the author's file; then it lets mdbook-mermaid take
//! the fences over, and writes each as one line of HTML that the book's own script draws. Besides the book that mdBook
//! gives it, it reads the authors' files, to name places in them, Mermaid's script, which must be there and can be held
//! to a hash, and the script and the style that draw, which [`LOOKS`] brings into a book.

mod diagrams;
mod drawing;
mod figure;
mod install;
mod links;
mod settings;
mod syntax;

use labrun_model::{Diagnostic, SourceFile};
use labrun_parse::expanded;
use labrun_preprocessor::{BookToml, Faults};
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::errors::Result;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use install::{LOOKS, look_for_the_rest};
pub use labrun_preprocessor::{Processed, Rejected, Strict};

use crate::diagrams::{Diagram as Drawn, diagrams};
use crate::settings::Settings;
use crate::syntax::Checker;

/// The preprocessor.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Diagram;

impl Diagram {
    /// The preprocessor.
    pub fn new() -> Self {
        Self
    }
}

impl Strict for Diagram {
    /// Takes over the diagrams of a book that is made into HTML. Everything else keeps every byte.
    fn process(
        &self,
        context: &PreprocessorContext,
        mut book: Book,
    ) -> std::result::Result<Processed, Rejected> {
        let mut faults = Faults::default();
        if context.renderer != "html" {
            return faults.result(book, "diagrams");
        }
        let book_toml = BookToml::read(&context.root);
        let mut found = Vec::new();
        let settings = Settings::read(context, &mut found);
        for fault in found {
            faults.error(fault.drawn(&book_toml));
        }
        let checker = Checker::default();
        let mut pages = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            pages.push(Page::read(chapter, context, &checker, &mut faults));
        });
        let first = pages
            .iter()
            .find_map(|page| Some((&page.source, page.diagrams.first()?.opening)));
        // What draws matters only where something is to be drawn.
        if let Some((source, opening)) = first {
            drawing::look(&settings, context, &book_toml, &mut faults, source, opening);
        }
        take_over(&mut pages, context, &settings, &mut faults);
        let mut pages = pages.into_iter();
        book.for_each_chapter_mut(|chapter| {
            if let Some(text) = pages.next().and_then(|page| page.text) {
                chapter.content = text;
            }
        });
        faults.result(book, "diagrams")
    }
}

impl Preprocessor for Diagram {
    fn name(&self) -> &str {
        "diagram"
    }

    fn run(&self, context: &PreprocessorContext, book: Book) -> Result<Book> {
        Ok(self.process(context, book)?.book)
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }
}

/// A chapter with its diagrams.
#[derive(Debug)]
struct Page {
    source: SourceFile,
    diagrams: Vec<Drawn>,
    /// The chapter with its diagrams taken over, where it has some.
    text: Option<String>,
}

impl Page {
    fn read(
        chapter: &Chapter,
        context: &PreprocessorContext,
        checker: &Checker,
        faults: &mut Faults,
    ) -> Self {
        let source = source(chapter, context);
        let mut diagnostics = Vec::new();
        let diagrams = diagrams(&source, checker, &mut diagnostics);
        faults.diagnostics(&diagnostics, &source);
        Self {
            source,
            diagrams,
            text: None,
        }
    }
}

/// A chapter as mdBook gives it, with the places of the author's file as far as that can be read.
fn source(chapter: &Chapter, context: &PreprocessorContext) -> SourceFile {
    let folder = &context.config.book.src;
    let text = chapter.content.as_str();
    let Some(path) = chapter.source_path.as_ref().or(chapter.path.as_ref()) else {
        return SourceFile::new(chapter.name.as_str(), text);
    };
    let shown = format!("{}/{}", folder.display(), path.display());
    if !diagrams::are_possible(text) {
        return SourceFile::new(shown, text);
    }
    match std::fs::read_to_string(context.root.join(folder).join(path)) {
        Ok(author) => expanded(&shown, &author, text),
        Err(_) => SourceFile::new(shown, text),
    }
}

/// Writes the figures of all pages. Only a book without errors gets some.
fn take_over(
    pages: &mut [Page],
    context: &PreprocessorContext,
    settings: &Settings,
    faults: &mut Faults,
) {
    if faults.has_errors() {
        return;
    }
    let texts: Vec<&str> = pages
        .iter()
        .flat_map(|page| page.diagrams.iter().map(|diagram| diagram.text.as_str()))
        .collect();
    if texts.is_empty() {
        return;
    }
    let mut taken = figure::taken_over(context, &texts).into_iter();
    let language = context.config.book.language.as_deref();
    for page in pages.iter_mut().filter(|page| !page.diagrams.is_empty()) {
        let whole = page.source.text();
        let mut text = String::with_capacity(whole.len() * 2);
        let mut done = 0;
        for diagram in &page.diagrams {
            let Some(source) = taken.next().flatten() else {
                let message = "mdbook-mermaid did not take this diagram over";
                let lost = Diagnostic::error("diagram-lost", diagram.opening, message);
                faults.diagnostics(&[lost], &page.source);
                continue;
            };
            text.push_str(whole.get(done..diagram.span.start).unwrap_or_default());
            let line = figure::figure(&settings.script, &source, &diagram.words, language);
            text.push_str(&line);
            done = diagram.span.end;
        }
        text.push_str(whole.get(done..).unwrap_or_default());
        page.text = Some(text);
    }
}
