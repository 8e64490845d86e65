//! The values that attributes and keys take: lengths of time, names, paths and the ways in which a step ends.
//!
//! Each function reads the whole value or says, as a help for the author, what it would take.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use labrun_model::{ExpectedExit, Language};

/// A length of time: `500ms`, `15s`, `1.5s`, `2m`.
pub(crate) fn duration(text: &str) -> Result<Duration, &'static str> {
    const HELP: &str = "a length of time is a number and `ms`, `s` or `m`, above zero and at most an hour: `500ms`, `15s`, `1.5s`, `2m`";
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    let unit_at = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(unit_at.unwrap_or(text.len()));
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return Err(HELP),
    };
    let parts: Vec<&str> = number.split('.').collect();
    if parts.len() > 2 || parts.iter().any(|part| part.is_empty()) {
        return Err(HELP);
    }
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * seconds).ok())
        .filter(|length| !length.is_zero() && *length <= LONGEST)
        .ok_or(HELP)
}

/// The name of a step or a terminal. It begins with a letter, so that it is never taken for a step's number.
pub(crate) fn name(text: &str) -> Result<String, &'static str> {
    let valid = text.starts_with(|c: char| c.is_ascii_alphabetic()) && is_plain(text);
    valid
        .then(|| text.to_owned())
        .ok_or("a name begins with a letter; letters, digits, `-` and `_` follow")
}

/// The name of a lab.
pub(crate) fn lab_name(text: &str) -> Result<String, &'static str> {
    let valid = text.starts_with(|c: char| c.is_ascii_alphanumeric()) && is_plain(text);
    valid
        .then(|| text.to_owned())
        .ok_or("a lab's name begins with a letter or a digit; letters, digits, `-` and `_` follow")
}

/// The path of a file below some folder.
pub(crate) fn relative_path(text: &str) -> Result<PathBuf, &'static str> {
    if text.starts_with('~') {
        return Err("nothing expands `~` here: write a relative path");
    }
    if text.ends_with('/') || text.ends_with("/.") {
        return Err("name the file, not its folder");
    }
    if text.chars().any(char::is_control) {
        return Err("a path holds no control characters");
    }
    let mut path = PathBuf::new();
    for component in Path::new(text).components() {
        match component {
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::ParentDir => return Err("write a path that needs no `..`"),
            Component::RootDir | Component::Prefix(_) => return Err("write a relative path"),
        }
    }
    if path.as_os_str().is_empty() {
        return Err("write the path of a file");
    }
    Ok(path)
}

/// How a step that is expected to fail ends.
pub(crate) fn exit(text: &str, language: Language) -> Result<ExpectedExit, &'static str> {
    match language {
        _ if text == "failure" => Ok(ExpectedExit::Failure),
        Language::Shell => text
            .parse::<u8>()
            .ok()
            .filter(|status| *status > 0 && text.starts_with(|c: char| c.is_ascii_digit()))
            .map(ExpectedExit::Status)
            .ok_or("a shell step fails with a status from 1 to 255, or in any way with `exit=failure`; a step without `exit` must succeed"),
        Language::Sql => is_sql_state(text)
            .then(|| ExpectedExit::SqlState(text.to_owned()))
            .ok_or("a `sql` step fails with an SQLSTATE, five digits or capital letters, or in any way: `exit=42P01`, `exit=failure`"),
        Language::Python => Err("a `python` step fails by raising an exception: `exit=failure`"),
    }
}

/// The control characters and the invisible ones by which what runs can differ from what the page shows.
pub(crate) fn is_unseen(character: char) -> bool {
    let control = character.is_control() && character != '\t';
    let direction = matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let nothing = matches!(
        character,
        '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{2060}' | '\u{feff}'
    );
    control || direction || nothing
}

fn is_plain(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// Five characters; those that begin with `00` tell of success.
fn is_sql_state(text: &str) -> bool {
    let letters = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase();
    text.len() == 5 && text.chars().all(letters) && !text.starts_with("00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_duration(text: &str, milliseconds: Option<u64>) {
        let expected = milliseconds.map(Duration::from_millis);
        assert_eq!(duration(text).ok(), expected, "{text}");
    }

    #[test]
    fn lengths_of_time() {
        check_duration("500ms", Some(500));
        check_duration("15s", Some(15_000));
        check_duration("1.5s", Some(1_500));
        check_duration("2m", Some(120_000));
        check_duration("60m", Some(3_600_000));
        for wrong in [
            "",
            "s",
            "5",
            "5h",
            "0s",
            "0.0ms",
            "61m",
            "-1s",
            "+1s",
            "1e3s",
            ".5s",
            "5.s",
            "1.2.3s",
            "5 s",
            "١s",
            "99999999999999999999999999m",
        ] {
            check_duration(wrong, None);
        }
    }

    #[track_caller]
    fn check_path(text: &str, expected: Option<&str>) {
        assert_eq!(
            relative_path(text).ok(),
            expected.map(PathBuf::from),
            "{text}"
        );
    }

    #[test]
    fn paths_stay_below_their_folder() {
        check_path("a.yml", Some("a.yml"));
        check_path("./conf//a b.yml", Some("conf/a b.yml"));
        check_path("ünï", Some("ünï"));
        for wrong in [
            "", ".", "./", "a/", "a/.", "/a", "../a", "a/../b", "~/a", "a\tb",
        ] {
            check_path(wrong, None);
        }
    }

    #[test]
    fn names_are_plain_words() {
        assert!(name("standby-2_x").is_ok());
        for wrong in ["", "2", "-a", "a b", "é"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
        assert!(lab_name("3-replication").is_ok());
        for wrong in ["", "-a", "_a", "a.b", "a/b"] {
            assert!(lab_name(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_failure_is_a_status_or_an_sqlstate() {
        assert_eq!(exit("255", Language::Shell), Ok(ExpectedExit::Status(255)));
        for wrong in ["0", "256", "-1", "+1", "x", "42P01"] {
            assert!(exit(wrong, Language::Shell).is_err(), "{wrong}");
        }
        assert_eq!(
            exit("42P01", Language::Sql),
            Ok(ExpectedExit::SqlState("42P01".to_owned()))
        );
        for wrong in ["1", "42p01", "00000", "42P011"] {
            assert!(exit(wrong, Language::Sql).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_a_page_does_not_show_is_known() {
        assert!("\0\u{1b}\u{202e}\u{200b}\u{85}".chars().all(is_unseen));
        assert!(!"\ta é→日\u{200d}".chars().any(is_unseen));
    }
}
