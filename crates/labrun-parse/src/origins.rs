//! Which line of the author's file each line of an expanded chapter comes from. Pure: two texts in, a map out.
//!
//! What an author wrote between two directives stands in the expanded text as it is and in the same order, so these
//! runs of lines are looked for as a whole. A run that could stand in several places is not guessed at: what lies
//! around it is known to come from the lines of the directives on both its sides. Where a run is missing, because
//! another program has changed the chapter too, the two texts are compared line by line.

use std::ops::Range;

use labrun_model::{LineOrigin, SourceFile};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::directives::{Directive, directives, has_directives};

/// A chapter as mdBook hands it on, `text`, with the places of the author's own file, `author`.
pub fn expanded(path: &str, author: &str, text: &str) -> SourceFile {
    if without_mark(author) == without_mark(text) && !has_directives(author) {
        return SourceFile::new(path, text);
    }
    let written = written(without_mark(author));
    let shown: Vec<&str> = lines(without_mark(text)).collect();
    let origins = by_runs(&written, &shown).unwrap_or_else(|| by_comparison(&written, &shown));
    SourceFile::with_origins(path, text, origins)
}

/// A line of the author's file.
#[derive(Debug)]
struct Written {
    /// As mdBook shows it.
    shown: String,
    /// A backslash is missing there.
    unescaped: bool,
    /// The column of a directive that is replaced; a line inside a directive has the first column.
    directive: Option<usize>,
}

impl Written {
    fn origin(&self, number: usize) -> LineOrigin {
        if self.unescaped {
            LineOrigin::Unescaped(number)
        } else {
            LineOrigin::Written(number)
        }
    }
}

fn written(author: &str) -> Vec<Written> {
    let mut directives = directives(author).into_iter().peekable();
    let mut start = 0;
    let mut written = Vec::new();
    for line in author.split('\n') {
        let end = start + line.len();
        let mut own = Written {
            shown: line.trim_end_matches('\r').to_owned(),
            unescaped: false,
            directive: None,
        };
        // From the last to the first, so that an offset still holds when something is taken out.
        let mut backslashes = Vec::new();
        while let Some(directive) = directives.peek() {
            let (Directive::Replaced(range) | Directive::Escaped(range)) = directive;
            if range.start > end {
                break;
            }
            if let Directive::Escaped(range) = directive {
                backslashes.push(range.start - start);
            } else if own.directive.is_none() {
                let before = author.get(start..range.start).unwrap_or_default();
                own.directive = Some(before.chars().count() + 1);
            }
            if range.end > end {
                break;
            }
            directives.next();
        }
        for backslash in backslashes.into_iter().rev() {
            own.shown.remove(backslash);
            own.unescaped = true;
        }
        written.push(own);
        start = end + 1;
    }
    written
}

/// The map by what stands between the directives; `None` where that does not stand in the text.
fn by_runs(written: &[Written], shown: &[&str]) -> Option<Vec<LineOrigin>> {
    let runs = runs(written);
    let earliest = earliest(written, &runs, shown)?;
    let latest = latest(written, &runs, shown)?;
    let mut origins = Vec::with_capacity(shown.len());
    // The end of the run before, in the author's file: where the directives begin that bring in what comes next.
    let mut from = 0;
    for ((run, early), late) in runs.iter().zip(&earliest).zip(&latest) {
        if early != late {
            continue;
        }
        let directives = from..run.start;
        if *early == origins.len() + directives.len()
            && is_left(written, &directives, shown, origins.len())
        {
            origins.extend(directives.map(|line| LineOrigin::Written(line + 1)));
        } else {
            origins.resize(*early, brought_in(written, directives));
        }
        origins.extend(run.clone().map(|line| written[line].origin(line + 1)));
        from = run.end;
    }
    Some(origins)
}

/// The lines between directives; the first run and the last can be empty.
fn runs(written: &[Written]) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (number, line) in written.iter().enumerate() {
        if line.directive.is_some() {
            // Between two directives without a line there is nothing to look for.
            if number > start || runs.is_empty() {
                runs.push(start..number);
            }
            start = number + 1;
        }
    }
    runs.push(start..written.len());
    runs
}

/// Where each run stands when all are as far up as they can be. The first begins the text, the last ends it.
fn earliest(written: &[Written], runs: &[Range<usize>], shown: &[&str]) -> Option<Vec<usize>> {
    let last = runs.len() - 1;
    let mut places = Vec::with_capacity(runs.len());
    let mut free = 0;
    for (index, run) in runs.iter().enumerate() {
        let end = shown.len().checked_sub(run.len())?;
        let mut candidates = match index {
            0 if last == 0 => exactly(0, end),
            0 => 0..1,
            _ if index == last => end.max(free)..end + 1,
            _ => free..end + 1,
        };
        let place = candidates.find(|place| stands_at(written, run, shown, *place))?;
        places.push(place);
        // Every directive leaves at least one line, be it an empty one.
        free = place + run.len() + 1;
    }
    Some(places)
}

/// Where each run stands when all are as far down as they can be.
fn latest(written: &[Written], runs: &[Range<usize>], shown: &[&str]) -> Option<Vec<usize>> {
    let mut places = Vec::with_capacity(runs.len());
    let mut free = shown.len();
    for (index, run) in runs.iter().enumerate().rev() {
        let end = free.checked_sub(run.len())?;
        let mut candidates = match index {
            0 => 0..1,
            _ if index + 1 == runs.len() => end..end + 1,
            _ => 0..end + 1,
        };
        let place = candidates.rfind(|place| stands_at(written, run, shown, *place))?;
        places.push(place);
        free = place.saturating_sub(1);
    }
    places.reverse();
    Some(places)
}

/// The place where the only run of a text without directives stands: it is the whole text.
fn exactly(place: usize, end: usize) -> Range<usize> {
    if place == end {
        place..place + 1
    } else {
        place..place
    }
}

/// Whether mdBook has replaced nothing in the author's lines, so that they are the author's own after all.
fn is_left(written: &[Written], lines: &Range<usize>, shown: &[&str], place: usize) -> bool {
    let own = written.get(lines.clone()).unwrap_or_default();
    own.iter().all(|line| !line.unescaped) && stands_at(written, lines, shown, place)
}

fn stands_at(written: &[Written], run: &Range<usize>, shown: &[&str], place: usize) -> bool {
    let own = written.get(run.clone()).unwrap_or_default();
    let there = shown.get(place..place + own.len()).unwrap_or_default();
    own.len() == there.len()
        && own
            .iter()
            .zip(there)
            .all(|(line, shown)| line.shown == *shown)
}

/// What the directives in a range of the author's lines bring in.
fn brought_in(written: &[Written], range: Range<usize>) -> LineOrigin {
    let has_directive = |line: &usize| written.get(*line).is_some_and(|w| w.directive.is_some());
    let first = range.clone().find(has_directive);
    let last = range.clone().rfind(has_directive);
    let (first, last) = (first.unwrap_or(range.start), last.unwrap_or(range.start));
    LineOrigin::BroughtIn {
        first: first + 1,
        last: last + 1,
        column: written
            .get(first)
            .and_then(|line| line.directive)
            .unwrap_or(1),
    }
}

/// The map by a comparison of the lines.
fn by_comparison(written: &[Written], shown: &[&str]) -> Vec<LineOrigin> {
    let own: Vec<&str> = written.iter().map(|line| line.shown.as_str()).collect();
    let mut origins = Vec::with_capacity(shown.len());
    for operation in capture_diff_slices(Algorithm::Myers, &own, shown) {
        let (old, new) = (operation.old_range(), operation.new_range());
        if operation.tag() == DiffTag::Equal {
            origins.extend(old.map(|line| written[line].origin(line + 1)));
        } else {
            // What is only added belongs to the line above it.
            let first = old.start.min(written.len().saturating_sub(1));
            let first = if old.is_empty() {
                first.saturating_sub(1)
            } else {
                first
            };
            let changed = LineOrigin::BroughtIn {
                first: first + 1,
                last: first + old.len().max(1),
                column: written
                    .get(first)
                    .and_then(|line| line.directive)
                    .unwrap_or(1),
            };
            origins.extend(new.map(|_| changed));
        }
    }
    origins
}

/// The lines of a text without their endings; behind a last line break there is an empty one.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').map(|line| line.trim_end_matches('\r'))
}

/// mdBook takes a byte order mark away.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws each line with where it comes from: `12` written there, `12\` without a backslash, `12-14:3` brought in.
    #[track_caller]
    fn check(author: &str, text: &str, expected: &str) {
        let file = expanded("a.md", author, text);
        let drawn: Vec<String> = (1..=text.split('\n').count())
            .map(|line| match file.origin(line) {
                LineOrigin::Written(line) => line.to_string(),
                LineOrigin::Unescaped(line) => format!("{line}\\"),
                LineOrigin::BroughtIn {
                    first,
                    last,
                    column,
                } => format!("{first}-{last}:{column}"),
            })
            .collect();
        assert_eq!(drawn.join(" "), expected, "{author:?} became {text:?}");
    }

    #[test]
    fn what_an_include_brings_in_is_at_the_include() {
        check(
            "a\n{{#include x}}\nb",
            "a\n1\n2\n3\nb",
            "1 2-2:1 2-2:1 2-2:1 3",
        );
        check("a\n# {{#include x}} .\nb\n", "a\n# 1 .\nb\n", "1 2-2:3 3 4");
        check("{{#include x}}", "1\n2", "1-1:1 1-1:1");
        check("{{#include x}}\n", "\n", "1-1:1 2");
        check("a\n{{#include\nx}}\nb", "a\n1\nb", "1 2-3:1 4");
        check(
            "\u{feff}a\r\n{{#include x}}\r\n",
            "a\r\n1\n2\r\n",
            "1 2-2:1 2-2:1 3",
        );
    }

    #[test]
    fn a_file_that_repeats_the_chapter_is_told_apart() {
        check("a\n{{#include x}}\nb", "a\na\nb\nb", "1 2-2:1 2-2:1 3");
        check(
            "a\n{{#include x}}\nb\n{{#include y}}\na",
            "a\n1\nb\n2\na",
            "1 2-2:1 3 4-4:1 5",
        );
        check(
            "a\n{{#include x}}\nb\n{{#include y}}\na",
            "a\n1\nb\nb\n2\na",
            "1 2-4:1 2-4:1 2-4:1 2-4:1 5",
        );
        check(
            "{{#include x}}\n{{#include y}}\na",
            "1\n2\n3\na",
            "1-2:1 1-2:1 1-2:1 3",
        );
    }

    #[test]
    fn a_directive_that_is_left_is_at_itself() {
        check("a\n{{#include x}}\nb", "a\n{{#include x}}\nb", "1 2 3");
        check("a\n\\{{#include x}}\nb", "a\n{{#include x}}\nb", "1 2\\ 3");
        check("a {{.Names}}\n{{#if x}}", "a {{.Names}}\n{{#if x}}", "1 2");
    }

    #[test]
    fn what_another_program_changes_is_at_the_lines_it_changed() {
        check("a\nb\nc", "a\nB\nB\nc", "1 2-2:1 2-2:1 3");
        check("a\nb", "a\nx\nb", "1 1-1:1 2");
        check("a\nb\nc", "a\nc", "1 3");
        check("a\n{{#include x}}\nb", "A\n1\nb", "1-2:1 1-2:1 3");
        check("", "a\nb", "1-1:1 1-1:1");
    }
}
