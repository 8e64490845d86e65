//! The part of a file that an include asks for, by lines or by an anchor, and whether the file has it. Pure.
//!
//! Where the file has not, mdBook brings in nothing, or something else, and says nothing.

use labrun_parse::suggest;

/// Why a file has no such part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// What is wrong with what was asked for.
    pub(crate) message: String,
    /// What would mend it.
    pub(crate) help: String,
}

/// What is wrong with a part of a text, which is written as behind the colon of an include: `2:10`, `2:`, `:10`, `2` or the
/// name of an anchor.
pub(crate) fn wrong(text: &str, part: &str) -> Option<Wrong> {
    let mut numbers = part.split(':');
    let first = numbers.next().unwrap_or("");
    if !first.is_empty() && first.parse::<usize>().is_err() {
        return wrong_anchor(text, first);
    }
    wrong_lines(text, first, numbers.next(), numbers.next().is_some())
}

fn wrong_lines(text: &str, first: &str, last: Option<&str>, has_more: bool) -> Option<Wrong> {
    let count = text.lines().count();
    let fault = |message: String| {
        let plural = if count == 1 { "" } else { "s" };
        let help =
            format!("the file has {count} line{plural}; `2:10` is from the second to the tenth");
        Some(Wrong { message, help })
    };
    let start = first.parse::<usize>().ok();
    let end = match last {
        None => start,
        Some("") => None,
        Some(number) => match number.parse::<usize>() {
            Ok(end) => Some(end),
            Err(_) => return fault(format!("`{number}` is no line of a file")),
        },
    };
    if has_more {
        return fault("a part has a first and a last line, and nothing else".to_owned());
    }
    let outside = [start, end].into_iter().flatten();
    if let Some(line) = outside.into_iter().find(|line| !(1..=count).contains(line)) {
        return fault(format!("there is no line {line} to be included"));
    }
    match (start, end) {
        (Some(start), Some(end)) if end < start => fault(format!(
            "line {end}, the last one, stands before line {start}"
        )),
        _ => None,
    }
}

fn wrong_anchor(text: &str, wanted: &str) -> Option<Wrong> {
    let mut names: Vec<&str> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let starts = anchor(line, "ANCHOR:");
        names.extend(starts);
        if starts == Some(wanted) {
            is_open = true;
        } else if is_open && anchor(line, "ANCHOR_END:") == Some(wanted) {
            return None;
        }
    }
    if is_open {
        return Some(Wrong {
            message: format!("the anchor `{wanted}` has no end"),
            help: format!("write `ANCHOR_END: {wanted}` behind its last line"),
        });
    }
    let help = if names.is_empty() {
        "no line of the file has an anchor; `ANCHOR: name` stands before the part, `ANCHOR_END: name` behind it".to_owned()
    } else {
        suggest(wanted, &names, "its anchors are")
    };
    Some(Wrong {
        message: format!("there is no anchor `{wanted}` to be included"),
        help,
    })
}

/// The name behind a mark in a line.
fn anchor<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.match_indices(mark).find_map(|(at, _)| {
        let rest = line[at + mark.len()..].trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
        let name = &rest[..end.unwrap_or(rest.len())];
        (!name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "1\n// ANCHOR: one\n3\n// ANCHOR_END: one\n/* ANCHOR:open */\n6\n";

    #[track_caller]
    fn check(part: &str, expected: Option<(&str, &str)>) {
        let found = wrong(TEXT, part);
        let found = found
            .as_ref()
            .map(|wrong| (wrong.message.as_str(), wrong.help.as_str()));
        match (found, expected) {
            (Some((message, help)), Some((wanted, part))) => {
                assert_eq!(message, wanted);
                assert!(help.contains(part), "{help}");
            }
            (found, expected) => assert_eq!(found, expected, "{part}"),
        }
    }

    #[test]
    fn what_the_file_has_is_fine() {
        for part in ["", ":", "1", "6", "2:", ":6", "2:6", "3:3", "one"] {
            check(part, None);
        }
    }

    #[test]
    fn what_it_has_not_is_said() {
        check("0", Some(("there is no line 0 to be included", "6 lines")));
        check("7", Some(("there is no line 7 to be included", "6 lines")));
        check("2:9", Some(("there is no line 9 to be included", "`2:10`")));
        check(
            "4:2",
            Some(("line 2, the last one, stands before line 4", "6 lines")),
        );
        check("2:x", Some(("`x` is no line of a file", "6 lines")));
        check(
            "1:2:3",
            Some((
                "a part has a first and a last line, and nothing else",
                "6 lines",
            )),
        );
        check(
            "ones",
            Some((
                "there is no anchor `ones` to be included",
                "did you mean `one`?",
            )),
        );
        check(
            "open",
            Some(("the anchor `open` has no end", "ANCHOR_END: open")),
        );
        let none = wrong("a\n", "x").unwrap();
        assert!(none.help.starts_with("no line of the file"), "{none:?}");
    }
}
