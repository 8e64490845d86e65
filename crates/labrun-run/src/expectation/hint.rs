//! What helps when a line differs from the page's in one value only: a name between angle brackets that is no placeholder,
//! or a value of a type that is hardly ever the same twice. Pure.
//!
//! A number is never proposed to become a placeholder: that it is another one is most often the fault.

use labrun_model::{DiffLine, Pattern, Placeholder, ValueKind};

use super::captures::Bindings;
use super::pattern::fits_exactly;

/// Types whose values vary from run to run, the narrowest first.
const VARYING: [ValueKind; 5] = [
    ValueKind::Uuid,
    ValueKind::Timestamp,
    ValueKind::Lsn,
    ValueKind::Ip,
    ValueKind::Duration,
];
/// Types that a misnamed value may have, the narrowest first.
const ANY_TYPE: [ValueKind; 7] = [
    ValueKind::Uuid,
    ValueKind::Timestamp,
    ValueKind::Lsn,
    ValueKind::Int,
    ValueKind::Ip,
    ValueKind::Duration,
    ValueKind::Id,
];
/// Shorter words in hexadecimal digits are words, or numbers.
const SHORTEST_HASH: usize = 7;

/// The help for lines that did not come, each beside the line that came in its place.
pub(super) fn for_lines(lines: &[DiffLine]) -> Option<String> {
    pairs(lines).find_map(|(wanted, came)| misnamed(wanted, came).or_else(|| varying(wanted, came)))
}

/// Each missing line with the extra line in its place.
fn pairs(lines: &[DiffLine]) -> impl Iterator<Item = (&str, &str)> {
    let starts = (0..lines.len()).filter(|&at| {
        let before = at.checked_sub(1).and_then(|before| lines.get(before));
        missing(&lines[at]).is_some() && before.is_none_or(|before| missing(before).is_none())
    });
    starts.flat_map(|start| {
        let wanted = lines.iter().skip(start).map_while(missing);
        let behind = start + wanted.clone().count();
        let came = lines.iter().skip(behind).map_while(|line| match line {
            DiffLine::Extra(text) => Some(text.as_str()),
            _ => None,
        });
        wanted.zip(came)
    })
}

fn missing(line: &DiffLine) -> Option<&str> {
    match line {
        DiffLine::Missing { text, .. } => Some(text),
        _ => None,
    }
}

/// `<date>` where a date came: the name is no placeholder, and the page seems to mean one.
fn misnamed(wanted: &str, came: &str) -> Option<String> {
    let (before, rest) = wanted.split_once('<')?;
    let (name, after) = rest.split_once('>')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_name = !name.is_empty() && name.chars().all(is_word);
    if !is_name || before.ends_with('\\') || Placeholder::parse(name).is_some() {
        return None;
    }
    let value = came.strip_prefix(before)?.strip_suffix(after)?;
    let kind = ANY_TYPE.into_iter().find(|kind| is_of(*kind, value))?;
    Some(format!(
        "`<{name}>` is no placeholder, so it stands for itself; what came is of the type `<{}>`",
        kind.name()
    ))
}

/// The same line but for one value that varies.
fn varying(wanted: &str, came: &str) -> Option<String> {
    if wanted.contains('<') {
        return None;
    }
    let (start, end, end_came) = difference(wanted, came)?;
    // A length of time has its unit behind a blank.
    let behind = came.get(end_came..)?;
    let unit = next_word(wanted.get(end..)?).filter(|unit| behind.starts_with(unit));
    [0, unit.map_or(0, str::len)].into_iter().find_map(|more| {
        let (old, new) = (
            wanted.get(start..end + more)?,
            came.get(start..end_came + more)?,
        );
        let both = |kind: ValueKind| is_of(kind, old) && is_of(kind, new);
        let kind = VARYING.into_iter().find(|kind| both(*kind));
        let kind = kind.or((is_hash(old) && is_hash(new)).then_some(ValueKind::Id))?;
        Some(format!(
            "where `{new}` is another one in each run, the page shows a placeholder: `{}<{}>{}`",
            wanted.get(..start)?,
            kind.name(),
            wanted.get(end + more..)?
        ))
    })
}

/// A blank and the word behind it, where a text begins so.
fn next_word(text: &str) -> Option<&str> {
    let word = text.strip_prefix(' ')?;
    let length = word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len());
    text.get(..=length).filter(|_| length > 0)
}

/// Where two lines differ, widened to whole values: the start in both, the end in one, and the end in the other.
fn difference(one: &str, other: &str) -> Option<(usize, usize, usize)> {
    let is_value = |c: char| c.is_alphanumeric() || matches!(c, '-' | ':' | '.' | '+' | '/' | '_');
    let same = |(a, b): &(char, char)| a == b;
    let head: usize = one
        .chars()
        .zip(other.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (rest, rest_other) = (one.get(head..)?, other.get(head..)?);
    let tail: usize = rest
        .chars()
        .rev()
        .zip(rest_other.chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let before = one.get(..head)?.trim_end_matches(is_value).len();
    let behind = one.get(one.len() - tail..)?;
    let tail = behind.trim_start_matches(is_value).len();
    Some((before, one.len() - tail, other.len() - tail))
}

/// Whether a text is a value of a type.
fn is_of(kind: ValueKind, text: &str) -> bool {
    let pattern = Pattern::parse(&format!("<{}>", kind.name()));
    fits_exactly(&pattern, text, &mut Bindings::default())
}

/// Whether a word is a hash, as of a commit or a container: hexadecimal digits, with a figure among them.
fn is_hash(word: &str) -> bool {
    word.len() >= SHORTEST_HASH
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use labrun_model::Place;

    use super::*;

    fn hint(wanted: &[&str], came: &[&str]) -> String {
        let place = Place {
            path: String::new(),
            line: 1,
            column: 1,
        };
        let mut lines = vec![DiffLine::Same("a".to_owned())];
        lines.extend(wanted.iter().map(|text| DiffLine::Missing {
            text: (*text).to_owned(),
            place: place.clone(),
        }));
        lines.extend(came.iter().map(|text| DiffLine::Extra((*text).to_owned())));
        for_lines(&lines).unwrap_or_default()
    }

    #[track_caller]
    fn check(wanted: &str, came: &str, part: &str) {
        let hint = hint(&[wanted], &[came]);
        assert!(hint.contains(part), "{hint}");
    }

    #[test]
    fn a_name_that_is_no_placeholder_is_told_with_the_type_that_came() {
        check("at <date>.", "at 2026-11-25.", "of the type `<ts>`");
        check(
            "pid <shellpid>",
            "pid 4711",
            "`<shellpid>` is no placeholder",
        );
        assert_eq!(hint(&["at <date>."], &["no"]), "");
        assert_eq!(hint(&["use <file>"], &["use a b c"]), "");
        assert_eq!(hint(&["a \\<date>"], &["a 2026-11-25"]), "");
        assert_eq!(hint(&["<x_pid>"], &["a"]), "");
    }

    #[test]
    fn a_value_that_varies_by_nature_may_become_a_placeholder() {
        let commit = "[main (root-commit) 3f2c1ab] First";
        check(
            commit,
            "[main (root-commit) c1b4293] First",
            "`[main (root-commit) <id>] First`",
        );
        check(
            "on 2026-11-25 10:11:12, é",
            "on 2027-01-02 03:04:05, é",
            "`on <ts>, é`",
        );
        check("took 12 ms", "took 13 ms", "`took <duration>`");
        check("from 10.0.0.2:80", "from 10.0.0.3:80", "");
        let lines = hint(
            &["one", commit],
            &["one!", "[main (root-commit) c1b4293] First"],
        );
        assert!(lines.contains("<id>"), "{lines}");
    }

    #[test]
    fn what_may_be_the_fault_is_not_hidden() {
        assert_eq!(hint(&["total: 49"], &["total: 50"]), "");
        assert_eq!(hint(&["state: up"], &["state: down"]), "");
        assert_eq!(hint(&["deadbee"], &["defaced"]), "");
        assert_eq!(hint(&["x"], &[]), "");
        assert_eq!(hint(&[""], &["y"]), "");
    }
}
