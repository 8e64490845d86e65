//! Whether what draws the diagrams is there and named. Without it a page would be blank where its diagram is.

use labrun_model::{Diagnostic, SourceFile, Span};
use labrun_preprocessor::{Asset, BookToml, Faults, State};
use mdbook_preprocessor::PreprocessorContext;

use crate::install::LOOKS;
use crate::settings::{Script, Settings};

/// Looks at everything that the book's first diagram, which stands at `opening`, takes to be drawn.
pub(crate) fn look(
    settings: &Settings,
    context: &PreprocessorContext,
    book_toml: &BookToml,
    faults: &mut Faults,
    source: &SourceFile,
    opening: Span,
) {
    let looks = unnamed(context, book_toml, opening);
    let looks = looks.or_else(|| outdated(context, opening));
    let found: Vec<Diagnostic> = looks.into_iter().collect();
    faults.diagnostics(&found, source);
    let folder = &context.config.book.src;
    match settings.script(&context.root.join(folder)) {
        Script::Right => {}
        Script::Wrong(fault) => faults.error(fault.drawn(book_toml)),
        Script::Missing => {
            let path = format!("{}/{}", folder.display(), settings.script);
            let message = format!("this diagram needs `{path}`, and there is no such file");
            let help = "bring Mermaid's script there: `mdbook-diagram install` says how; `script` in \
                        `[preprocessor.diagram]` names another place";
            let missing = Diagnostic::error("missing-script", opening, message);
            faults.diagnostics(&[missing.with_help(help)], source);
        }
    }
}

/// Our files that book.toml does not name, as an error of the diagram that needs them.
fn unnamed(
    context: &PreprocessorContext,
    book_toml: &BookToml,
    opening: Span,
) -> Option<Diagnostic> {
    let assets = LOOKS.assets.iter();
    let missing: Vec<String> = assets
        .filter(|asset| named(asset, context, book_toml).is_none())
        .map(|asset| format!("`{}` names no {}", asset.key, asset.name))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!(
        "nothing would draw this diagram: {} in book.toml",
        missing.join(", and ")
    );
    let help =
        "`mdbook-diagram install` puts these files into theme/ and says the lines for book.toml";
    Some(Diagnostic::error("diagram-not-drawn", opening, message).with_help(help))
}

/// A file of ours that another version of `install` wrote: figures and script must fit.
fn outdated(context: &PreprocessorContext, opening: Span) -> Option<Diagnostic> {
    let old = LOOKS.assets.iter().find_map(|asset| {
        let name = listed(asset, context)?;
        let state = asset.state(LOOKS.program, &context.root.join(&name));
        (state.ok()? == State::Old).then_some(name)
    })?;
    let message = format!(
        "`{old}`, which draws this diagram, was written by another version of this program"
    );
    let help = "`mdbook-diagram install` writes it anew";
    Some(Diagnostic::warning("diagram-outdated", opening, message).with_help(help))
}

/// The path by which the book names a file of ours. A builder that knows of a name without a file may have taken it out of
/// mdBook's configuration, to go on, so the author's own text counts as well.
fn named(asset: &Asset, context: &PreprocessorContext, book_toml: &BookToml) -> Option<String> {
    let written = book_toml.list(&["output", "html", asset.key]);
    listed(asset, context).or_else(|| written.into_iter().find(|path| is_of(asset, path)))
}

fn listed(asset: &Asset, context: &PreprocessorContext) -> Option<String> {
    let key = format!("output.html.{}", asset.key);
    let list: Vec<String> = context.config.get(&key).ok().flatten().unwrap_or_default();
    list.into_iter().find(|path| is_of(asset, path))
}

fn is_of(asset: &Asset, path: &str) -> bool {
    path.rsplit(['/', '\\']).next() == Some(asset.name)
}
