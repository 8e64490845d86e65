//! The pieces of HTML and Markdown that are put around the fences of a lab. Pure text; where they go is the page's.
//!
//! A piece of HTML ends at the first blank line, and what follows is Markdown again: so each piece has none inside, and
//! one before every fence.

use std::fmt::Write as _;

use labrun_model::{Action, ExpectedExit, Lab, Session, SessionKind, Step};
use similar::TextDiff;

use crate::page::LabFacts;
use crate::recorded;
use crate::words::{Words, filled};

/// One or more steps of a fence, as far as the page says something of them.
#[derive(Debug)]
pub(crate) struct ShownSteps<'a, 'b> {
    /// Each with the session that it is typed into; never empty.
    pub(crate) steps: &'b [(&'a Step, Session<'a>)],
    /// The lines of the fence that are typed, from 1, where the others are output; each with the length of its prompt.
    pub(crate) commands: Vec<(usize, usize)>,
    /// Whether the lab has several terminals, so that each step must say which.
    pub(crate) names_terminal: bool,
}

/// The tag and the caption before one or more steps of a fence.
pub(crate) fn step_opening(shown: &ShownSteps<'_, '_>, words: &Words) -> String {
    let steps = shown.steps;
    let first = steps.first().map_or(0, |(step, _)| step.number);
    let last = steps.last().map_or(0, |(step, _)| step.number);
    let number = if first == last {
        words.step
    } else {
        words.steps
    };
    let first = first.to_string();
    let number = filled(number, &[("n", &first), ("m", &last.to_string())]);
    let mut says = String::new();
    if let Some((step, session)) = steps.first() {
        says = what(step, session, words);
        for note in notes(step, shown.names_terminal, words) {
            says.push_str(" · ");
            says.push_str(&note);
        }
    }
    let is_file = matches!(steps.first(), Some((step, _)) if is_file(step));
    let class = if is_file {
        "labrun-step labrun-file"
    } else {
        "labrun-step"
    };
    let mut text = String::with_capacity(160 + says.len());
    let anchor = words.anchor;
    text.extend(["<div class=\"", class, "\" id=\"", anchor, "-", &first]);
    for (index, (line, prompt)) in shown.commands.iter().enumerate() {
        let separator = if index == 0 {
            "\" data-commands=\""
        } else {
            " "
        };
        let _ = write!(text, "{separator}{line}:{prompt}");
    }
    text.extend(["\">\n<p class=\"labrun-caption\"><a href=\"#", anchor, "-"]);
    text.extend([&first, "\">", &number, "</a> ", &says, "</p>\n"]);
    text
}

/// What else a reader must know before typing a step.
fn notes(step: &Step, names_terminal: bool, words: &Words) -> Vec<String> {
    let mut notes = Vec::new();
    if is_file(step) {
        return notes;
    }
    if names_terminal {
        let name = code(step.terminal.as_str());
        notes.push(filled(words.terminal, &[("name", &name)]));
    }
    if !step.answers.is_empty() {
        let answers: Vec<String> = step.answers.iter().map(|a| code(&a.text.shown())).collect();
        notes.push(filled(words.password, &[("name", &answers.join(", "))]));
    }
    let status = match &step.exit {
        ExpectedExit::Success => None,
        ExpectedExit::Failure => {
            notes.push(words.fails_somehow.to_owned());
            None
        }
        ExpectedExit::Status(status) => Some(format!("status {}", code(&status.to_string()))),
        ExpectedExit::SqlState(state) => Some(format!("SQLSTATE {}", code(state))),
    };
    notes.extend(status.map(|status| filled(words.fails, &[("name", &status)])));
    let limit = step.eventually.map(|limit| words.length(limit));
    notes.extend(limit.map(|limit| filled(words.repeated, &[("n", &limit)])));
    notes
}

fn is_file(step: &Step) -> bool {
    matches!(step.action, Action::Write(_))
}

/// What has changed in a file since a step wrote it before, folded; a sentence where nothing has.
pub(crate) fn changes(before: (&str, usize), content: &str, words: &Words) -> String {
    let (old, step) = before;
    let step = step.to_string();
    if old == content {
        let unchanged = filled(words.unchanged, &[("n", &step)]);
        return format!("<p class=\"labrun-caption\">{unchanged}</p>\n");
    }
    let changes = filled(words.changes, &[("n", &step)]);
    let difference = TextDiff::from_lines(old, content);
    let difference = difference.unified_diff().context_radius(3).to_string();
    let difference = fenced("diff", &difference);
    format!(
        "<details class=\"labrun-changes\">\n<summary>{changes}</summary>\n\n{difference}\n</details>\n"
    )
}

/// The tag and the caption before an output.
pub(crate) fn output_opening(words: &Words) -> String {
    format!(
        "<div class=\"labrun-output\">\n<p class=\"labrun-caption\">{}</p>\n",
        words.output
    )
}

/// Where a step is typed, or the file that it writes.
fn what(step: &Step, session: &Session<'_>, words: &Words) -> String {
    let named = |text: &str, name: &str| filled(text, &[("name", &code(name))]);
    if let Action::Write(file) = &step.action {
        return named(words.file, &file.path.to_string_lossy());
    }
    let program = match session.kind {
        SessionKind::Bash | SessionKind::Sh => {
            return match session.container {
                Some(name) => named(words.container, name),
                None => words.here.to_owned(),
            };
        }
        SessionKind::Psql => match port(session).filter(|_| session.container.is_none()) {
            Some(port) => return filled(words.psql_port, &[("name", port)]),
            None => "psql",
        },
        SessionKind::Sqlite => "sqlite3",
        SessionKind::Python => "Python",
    };
    let program = filled(words.program, &[("name", program)]);
    match session.container {
        Some(name) => format!("{program}, {}", named(words.container, name)),
        None => program,
    }
}

/// The port that psql was told: `-p 5454`, `--port=5454`, or `port=5454` in a connection string.
fn port<'a>(session: &Session<'a>) -> Option<&'a str> {
    let arguments = &session.opener.as_ref()?.arguments;
    let mut texts = arguments
        .iter()
        .flat_map(|word| word.unquoted().split_whitespace());
    let port = loop {
        let text = texts.next()?;
        if matches!(text, "-p" | "--port") {
            break texts.next()?;
        }
        if let Some(attached) = text.trim_start_matches('-').strip_prefix("port=") {
            break attached;
        }
    };
    let is_number = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(port)
}

/// The box at the beginning of a lab: what it proves, what a reader needs, how long it takes, and how all of it is run.
pub(crate) fn introduction(
    lab: &Lab,
    facts: &LabFacts<'_>,
    run_with: &str,
    words: &Words,
) -> String {
    let checks = match lab.checks().count() {
        0 => String::new(),
        checks => format!("{}{}", words.and, words.check_count.of(checks)),
    };
    let counts = words.step_count.of(lab.steps().count()) + &checks;
    let proves = filled(words.proves, &[("what", &counts)]);
    let mut text =
        format!("<div class=\"labrun-box\">\n<p>{proves}</p>\n<dl class=\"labrun-facts\">\n");
    let mut fact = |name: &str, values: &[String]| {
        let _ = match values {
            [] => Ok(()),
            [value] => write!(text, "<dt>{name}</dt>\n<dd>{value}</dd>\n"),
            values => {
                let items = values.join("</li>\n<li>");
                write!(
                    text,
                    "<dt>{name}</dt>\n<dd><ul>\n<li>{items}</li>\n</ul></dd>\n"
                )
            }
        };
    };
    let needs: Vec<String> = facts.needs.iter().map(|need| inline(need)).collect();
    fact(words.needs, &needs);
    let duration: Vec<String> = facts.duration.iter().map(|text| inline(text)).collect();
    fact(words.duration, &duration);
    fact(words.run, &[code(&format!("{run_with} {}", lab.name))]);
    if facts.has_script {
        let script = code(&format!("bash labs/{}/lab.sh", lab.name));
        fact(words.script, &[script]);
    }
    if let Some(recording) = facts.recording {
        let (name, says) = recorded::standing(recording, words);
        fact(name, &[says]);
    }
    text.push_str("</dl>\n</div>\n");
    text
}

/// A fence with a marker that its text does not hold.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let longest = if text.contains('`') {
        text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
    } else {
        0
    };
    let marker = "`".repeat(longest.max(2) + 1);
    let text = text.trim_end_matches('\n');
    [&marker, language, "\n", text, "\n", &marker, "\n"].concat()
}

pub(crate) fn code(text: &str) -> String {
    ["<code>", &escaped(text), "</code>"].concat()
}

/// Words of the author for a line of HTML; between two backticks stands code.
pub(crate) fn inline(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`')
        && let Some((quoted, behind)) = after.split_once('`')
    {
        html.push_str(&escaped(before));
        html.push_str(&code(quoted));
        rest = behind;
    }
    html + &escaped(rest)
}

pub(crate) fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sign, behind)) = next_sign(rest) {
        html.push_str(before);
        html.push_str(sign);
        rest = behind;
    }
    html.push_str(rest);
    html
}

/// The first character that HTML would take for more than text: what stands before it, how it is written, what follows.
fn next_sign(text: &str) -> Option<(&str, &'static str, &str)> {
    let is_sign = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'\r' | b'\n');
    let at = text.bytes().position(is_sign)?;
    let sign = match text.as_bytes().get(at)? {
        b'&' => "&amp;",
        b'<' => "&lt;",
        b'>' => "&gt;",
        _ => " ",
    };
    Some((text.get(..at)?, sign, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_author_are_no_html() {
        assert_eq!(
            inline("a < b & `c > d`"),
            "a &lt; b &amp; <code>c &gt; d</code>"
        );
        assert_eq!(inline("one ` alone"), "one ` alone");
        assert_eq!(
            inline("`a` and `b` and `"),
            "<code>a</code> and <code>b</code> and `"
        );
        assert_eq!(inline("two\nlines"), "two lines");
    }

    #[test]
    fn a_change_is_shown_with_the_lines_around_it() {
        let words = Words::of(None);
        let drawn = changes(("a\nb\n```\n", 2), "a\nc\n```\n", words);
        assert!(drawn.contains("since step 2</summary>\n\n````diff\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n ```\n````\n\n</details>"), "{drawn}");
        assert!(!changes(("a\n", 2), "a\n", words).contains("<details"));
    }

    #[test]
    fn a_port_is_found_where_psql_is_told_it() {
        let check = |line: &str, expected: Option<&str>| {
            let session = Session {
                kind: labrun_model::SessionKind::Psql,
                container: None,
                opener: labrun_model::opener(line),
            };
            assert_eq!(port(&session), expected, "{line}");
        };
        check("psql -h 127.0.0.1 -p 5454 postgres", Some("5454"));
        check("psql --port 5454", Some("5454"));
        check("psql --port=5454", Some("5454"));
        check("psql 'host=x port=5455'", Some("5455"));
        check("psql -p $PORT", None);
        check("psql 'support=1' -p 5454", Some("5454"));
        check("psql -p", None);
        check("psql", None);
    }

    #[test]
    fn a_marker_is_longer_than_those_in_the_text() {
        assert_eq!(fenced("sql", "SELECT 1"), "```sql\nSELECT 1\n```\n");
        assert_eq!(fenced("sql", "a ```` b"), "`````sql\na ```` b\n`````\n");
    }
}
