//! mdBook's warnings as faults: where one names a chapter, it gets its place there.

use labrun_model::{SourceFile, Span};

use crate::Fault;
use crate::source::Sources;

/// What mdBook has said, as a fault.
pub(crate) fn fault(said: &str, sources: &Sources) -> Fault {
    let help = "mdBook says this, and would build the book all the same; labrun does not";
    let Some(file) = chapter(said, sources) else {
        return Fault::of("the book", "mdbook", said, help);
    };
    match place(said, file.text()) {
        Some(span) => Fault::at(file, span, "mdbook", said, help),
        None => Fault::of(file.path(), "mdbook", said, help),
    }
}

/// The chapter that the words name. mdBook calls `README.md` by the name of its page.
fn chapter<'a>(said: &str, sources: &'a Sources) -> Option<&'a SourceFile> {
    let is_named = |path: &str| {
        said.split(['`', ' ', '\n', '"'])
            .any(|word| word.trim_end_matches([':', ',']) == path)
    };
    let chapter = sources.chapters.iter().find(|chapter| {
        let path = chapter.path.display().to_string();
        let index = path
            .strip_suffix("README.md")
            .map(|folder| format!("{folder}index.md"));
        is_named(&path) || index.is_some_and(|index| is_named(&index))
    })?;
    chapter.files.first()
}

/// What the words are about, in the chapter.
fn place(said: &str, text: &str) -> Option<Span> {
    let subject = said.split('`').nth(1)?;
    if said.starts_with("footnote ") {
        let mark = format!("[^{subject}]");
        let start = text.rfind(&mark)?;
        return Some(Span::new(start, start + mark.len()));
    }
    if let Some(name) = subject.strip_prefix("</") {
        return tags(text, name.trim_end_matches('>')).1;
    }
    if let Some(name) = subject.strip_prefix('<') {
        return tags(text, name.trim_end_matches('>')).0;
    }
    let start = text.find(subject)?;
    Some(Span::new(start, start + subject.len()))
}

/// The last tag of this name that is opened and not closed, and the first that is closed and was not opened.
fn tags(text: &str, name: &str) -> (Option<Span>, Option<Span>) {
    let mut open = Vec::new();
    let mut unopened = None;
    for (at, _) in text.match_indices('<') {
        let rest = &text[at + 1..];
        let (is_end, rest) = match rest.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let is_named = rest
            .get(..name.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(name))
            && !rest[name.len()..].starts_with(|next: char| next.is_alphanumeric() || next == '-');
        if !is_named {
            continue;
        }
        let length = text[at..].find('>').map_or(1 + name.len(), |end| end + 1);
        let span = Span::new(at, at + length);
        if !is_end {
            open.push(span);
        } else if open.pop().is_none() {
            unopened.get_or_insert(span);
        }
    }
    (open.pop(), unopened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(said: &str, text: &str, expected: Option<&str>) {
        let found = place(said, text);
        assert_eq!(found.map(|span| &text[span.start..span.end]), expected);
    }

    #[test]
    fn the_tag_or_the_footnote_is_found() {
        check(
            "unclosed HTML tag `<div>` found in `a.md`",
            "<div></div><divide><div class=x> é",
            Some("<div class=x>"),
        );
        check(
            "unexpected HTML end tag `</div>` found in `a.md`",
            "<div></div></DIV >",
            Some("</DIV >"),
        );
        check("footnote `n` in `a.md` is", "x [^m] [^n]: y", Some("[^n]"));
        check("odd `thing` in `a.md`", "some thing", Some("thing"));
        check(
            "odd `thing` in `a.md`",
            "nothing of it".get(..3).unwrap(),
            None,
        );
        check("no quotation", "text", None);
    }
}
