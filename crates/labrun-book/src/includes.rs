//! The files that chapters bring in with `{{#include}}` and its relatives: where each is named, and what is missing.
//!
//! mdBook logs what it misses and goes on. Here each directive is known with its place; the text of files comes from a
//! function, so that nothing is opened here.

use std::path::{Path, PathBuf};

use labrun_model::{SourceFile, Span};

use crate::Fault;
use crate::{link, part};

/// How deep mdBook follows directives in what it brings in.
const DEEPEST: usize = 10;

/// A directive that brings in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Directive {
    /// The whole directive.
    span: Span,
    /// The name of the file in it.
    path: Span,
    /// The part of the file that it asks for. Without one it brings in the whole file, so that the directives in there count
    /// as well.
    part: Option<Span>,
}

/// What chapters bring in.
#[derive(Debug, Default)]
pub(crate) struct Included {
    /// Every file, whether it is there or not; the directory it is looked for in has no `..` taken away.
    pub(crate) files: Vec<PathBuf>,
    /// The directives that are reported, as they are written: mdBook complains about them as well.
    pub(crate) reported: Vec<String>,
    /// What is missing.
    pub(crate) faults: Vec<Fault>,
}

impl Included {
    /// Follows the directives of a chapter, or of a file that one brought in, which lies in `folder`.
    pub(crate) fn follow(
        &mut self,
        file: &SourceFile,
        folder: &Path,
        root: &Path,
        read: &dyn Fn(&Path) -> Result<String, String>,
    ) -> Vec<SourceFile> {
        let mut brought_in = Vec::new();
        self.follow_deeper(file, folder, root, read, 0, &mut brought_in);
        brought_in
    }

    fn follow_deeper(
        &mut self,
        file: &SourceFile,
        folder: &Path,
        root: &Path,
        read: &dyn Fn(&Path) -> Result<String, String>,
        depth: usize,
        brought_in: &mut Vec<SourceFile>,
    ) {
        for directive in directives(file.text()) {
            let path = folder.join(file.slice(directive.path));
            let shown = shown(&path, root);
            let text = read(&path);
            if !self.files.contains(&path) {
                self.files.push(path.clone());
            }
            match text {
                Err(why) => {
                    let written = file.slice(directive.span);
                    self.reported.push(written.to_owned());
                    let message = format!("`{shown}`, which is to be included, {why}");
                    let help = "the path counts from the folder of the file that includes it";
                    let fault = Fault::at(file, directive.path, "missing-include", message, help);
                    if !self.faults.contains(&fault) {
                        self.faults.push(fault);
                    }
                }
                Ok(text) => {
                    self.look_for_part(file, &directive, &text, &shown);
                    let inner = SourceFile::new(shown, text);
                    let folder = path.parent().unwrap_or(folder).to_owned();
                    if directive.part.is_none() && depth < DEEPEST {
                        self.follow_deeper(&inner, &folder, root, read, depth + 1, brought_in);
                    }
                    if !brought_in.contains(&inner) {
                        brought_in.push(inner);
                    }
                }
            }
        }
    }

    /// Reports a part that the file does not have.
    fn look_for_part(&mut self, file: &SourceFile, directive: &Directive, text: &str, shown: &str) {
        let Some(span) = directive.part else { return };
        if let Some(wrong) = part::wrong(text, file.slice(span)) {
            let message = format!("{} from `{shown}`", wrong.message);
            let fault = Fault::at(file, span, "missing-part", message, wrong.help);
            if !self.faults.contains(&fault) {
                self.faults.push(fault);
            }
        }
    }
}

/// A path as messages show it: from the root of the book, without detours.
fn shown(path: &Path, root: &Path) -> String {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            part => normal.push(part),
        }
    }
    let inside = normal.strip_prefix(root).unwrap_or(&normal);
    inside.display().to_string()
}

/// The directives of a text, as mdBook finds them: everywhere, in code as well, unless a backslash stands before.
fn directives(text: &str) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("{{").map(|at| from + at) {
        from = at + 2;
        if text[..at].ends_with('\\') {
            // An escape reaches to the last brace of its line.
            let line = text[at..].lines().next().unwrap_or("");
            from = at + line.rfind("}}").map_or(2, |end| end + 2);
            continue;
        }
        if let Some(directive) = directive(text, at) {
            from = directive.span.end;
            found.push(directive);
        }
    }
    found
}

fn directive(text: &str, start: usize) -> Option<Directive> {
    let after = text[start + 2..].trim_start();
    let rest = after.strip_prefix('#')?;
    let end_of_word = rest.find(char::is_whitespace)?;
    let (word, rest) = rest.split_at(end_of_word);
    let arguments = rest.split('}').next()?;
    if !rest[arguments.len()..].starts_with("}}") {
        return None;
    }
    let argument = arguments.split_whitespace().next()?;
    let length_before = text.len() - rest.len();
    let argument_at = length_before + arguments.find(argument)?;
    let (path, range) = match word {
        "include" | "rustdoc_include" => match argument.split_once(':') {
            Some((path, range)) => (path, Some(range)),
            None => (argument, None),
        },
        "playground" | "playpen" => (argument, None),
        _ => return None,
    };
    Some(Directive {
        span: Span::new(start, length_before + arguments.len() + 2),
        path: Span::new(argument_at, argument_at + path.len()),
        part: range.map(|range| {
            let start = argument_at + path.len() + 1;
            Span::new(start, start + range.len())
        }),
    })
}

/// Whether mdBook's words are about a directive that is reported already.
pub(crate) fn is_known(said: &str, reported: &[String]) -> bool {
    reported.iter().any(|written| {
        said.starts_with(&format!("Error updating \"{written}\""))
            || (said.starts_with("Caused By: ") && said.contains(file_of(written)))
    }) || (!reported.is_empty() && is_bare_cause(said))
}

/// What the system says under mdBook's own words; it names no file.
fn is_bare_cause(said: &str) -> bool {
    said.starts_with("Caused By: ") && said.contains("(os error")
}

/// The last part of the path in a directive.
fn file_of(written: &str) -> &str {
    let argument = written.split_whitespace().nth(1).unwrap_or(written);
    let path = argument
        .trim_end_matches('}')
        .split(':')
        .next()
        .unwrap_or("");
    path.rsplit('/').next().unwrap_or(path)
}

/// Reads a file for [`Included::follow`], with the reason in words.
pub(crate) fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "is not there".to_owned(),
        _ => format!("cannot be read: {error}"),
    })
}

/// The name of a file in an address, decoded, for a message.
pub(crate) fn file_name(address: &str) -> String {
    let path = address.split(['#', '?']).next().unwrap_or("");
    link::decode(path.rsplit('/').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, &str, Option<&str>)]) {
        let found = directives(text);
        let slice = |span: Span| &text[span.start..span.end];
        let found: Vec<(&str, &str, Option<&str>)> = found
            .iter()
            .map(|found| (slice(found.span), slice(found.path), found.part.map(slice)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn directives_are_found_as_mdbook_finds_them() {
        check(
            "a {{#include x.md}} b {{ #rustdoc_include ../y.rs:2:3 }} {{#playground z.rs editable}}",
            &[
                ("{{#include x.md}}", "x.md", None),
                ("{{ #rustdoc_include ../y.rs:2:3 }}", "../y.rs", Some("2:3")),
                ("{{#playground z.rs editable}}", "z.rs", None),
            ],
        );
        check(
            "```\n{{#include\n x.md}}\n```",
            &[("{{#include\n x.md}}", "x.md", None)],
        );
        check(
            "\\{{#include x.md}} {{#title T}} {{#include}} {{#include x} {{ {{#include ",
            &[],
        );
        check(
            "\\{{#include x}}\n{{#include y}}",
            &[("{{#include y}}", "y", None)],
        );
    }

    #[test]
    fn what_is_missing_is_shown_where_it_is_named() {
        let files = |path: &Path| match path.to_str() {
            Some("/b/src/in/a.md") => Ok("{{#include gone.md}}".to_owned()),
            Some("/b/src/in/../part.md") => Ok("{{#include never.md}}".to_owned()),
            Some("/b/src/loop.md") => Ok("{{#include loop.md}}".to_owned()),
            _ => Err("is not there".to_owned()),
        };
        let chapter = "{{#include in/a.md}}\n{{#include in/../part.md:1}} {{#include loop.md}}";
        let file = SourceFile::new("src/c.md", chapter);
        let mut included = Included::default();
        let brought_in = included.follow(&file, Path::new("/b/src"), Path::new("/b"), &files);
        let drawn: Vec<&str> = included.faults.iter().map(Fault::drawn).collect();
        assert_eq!(drawn.len(), 1, "{drawn:?}");
        assert!(drawn[0].contains("`src/in/gone.md`, which is to be included, is not there"));
        assert!(drawn[0].contains("--> src/in/a.md:1:12"), "{}", drawn[0]);
        let names: Vec<&str> = brought_in.iter().map(SourceFile::path).collect();
        assert_eq!(names, ["src/in/a.md", "src/part.md", "src/loop.md"]);
        assert!(is_known(
            "Error updating \"{{#include gone.md}}\", Could",
            &included.reported
        ));
        assert!(!is_known(
            "Error updating \"{{#include x.md}}\", Could",
            &included.reported
        ));
    }
}
