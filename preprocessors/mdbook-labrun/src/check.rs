//! A check as the page shows it: folded, its title outside, what is asked and what must be answered inside. Pure text.

use std::fmt::Write as _;

use labrun_model::{
    Check, Expectation, ExpectedLine, FilePromise, HttpQuestion, Pattern, PortState, Probe,
};

use crate::html::{code, fenced, inline};
use crate::words::{Words, filled};

/// A check, folded: title, question, answer.
pub(crate) fn check_text(check: &Check, words: &Words) -> String {
    let mut text = format!(
        "<details class=\"labrun-check\">\n<summary><span class=\"labrun-caption\">{}</span> {}</summary>\n",
        words.check,
        inline(&check.title)
    );
    text.push_str(&question(&check.probe, words));
    if !check.holds.is_empty() {
        let relations: Vec<&str> = check.holds.iter().map(|held| held.text.as_str()).collect();
        let relations = fenced("text", &relations.join("\n"));
        let _ = write!(text, "<p>{}</p>\n\n{relations}\n", words.holds);
    }
    if let Some(limit) = check.eventually {
        let limit = words.length(limit);
        let _ = writeln!(text, "<p>{}</p>", filled(words.waits, &[("n", &limit)]));
    }
    if let Some(hint) = &check.hint {
        let _ = writeln!(text, "<p>{} {}</p>", words.hint, inline(hint));
    }
    text.push_str("</details>\n");
    text
}

/// The question and the answer, as HTML and Markdown.
fn question(probe: &Probe, words: &Words) -> String {
    match probe {
        Probe::Captures => String::new(),
        Probe::Postgres {
            connection,
            query,
            rows,
            ..
        } => rows_text(connection, query, rows, words),
        Probe::Container {
            name,
            state,
            health,
        } => {
            let asks = filled(words.asks_engine, &[("name", &code(name))]);
            let states: Vec<String> = state
                .map(|state| state.name())
                .into_iter()
                .chain(health.map(|health| health.name()))
                .map(code)
                .collect();
            format!("<p>{asks} {} {}</p>\n", words.answer, states.join(", "))
        }
        Probe::Tcp { address, state } => {
            let asks = words
                .asks_port
                .replace("{name}", &code(&address.to_string()));
            let state = match state {
                PortState::Open => words.open,
                PortState::Closed => words.closed,
            };
            format!("<p>{asks} {} {state}.</p>\n", words.answer)
        }
        Probe::Http(question) => http_text(question, words),
        Probe::File { path, promise } => {
            let name = code(&path.to_string_lossy());
            let asks = filled(words.asks_file, &[("name", &name)]);
            match promise {
                FilePromise::Present => format!("<p>{asks} {}</p>\n", words.present),
                FilePromise::Absent => format!("<p>{asks} {}</p>\n", words.absent),
                FilePromise::Contains(texts) => {
                    let texts = fenced("text", &texts.join("\n"));
                    format!("<p>{asks} {}</p>\n\n{texts}\n", words.contains)
                }
                FilePromise::Text(expected) => {
                    let lines = fenced("text", &content(expected));
                    format!("<p>{asks} {}</p>\n\n{lines}\n", words.reads)
                }
            }
        }
    }
}

fn rows_text(connection: &str, query: &str, rows: &[Vec<Pattern>], words: &Words) -> String {
    let asks = words
        .asks_server
        .replace("{name}", &code(&server(connection)));
    let mut text = format!("<p>{asks}</p>\n\n{}\n", fenced("sql", query));
    if rows.is_empty() {
        let _ = writeln!(text, "<p>{} {}</p>", words.answer, words.no_rows);
    } else {
        let rows: Vec<String> = rows.iter().map(|row| row_text(row)).collect();
        let rows = fenced("text", &rows.join("\n"));
        let _ = write!(text, "<p>{}</p>\n\n{rows}\n", words.answer);
    }
    text
}

fn http_text(question: &HttpQuestion, words: &Words) -> String {
    let asked = format!("{} {}", question.method.name(), question.url());
    let asks = filled(words.asks_web, &[("name", &code(&asked))]);
    let status = code(&question.status.to_string());
    let mut text = format!("<p>{asks} {} status {status}.</p>\n", words.answer);
    if let Some(body) = &question.body {
        let body = fenced("text", &content(body));
        let _ = write!(text, "<p>{}</p>\n\n{body}\n", words.body);
    }
    text
}

/// The lines that a text must have.
fn content(expected: &Expectation) -> String {
    let lines: Vec<String> = expected
        .lines()
        .iter()
        .map(|(_, line)| match line {
            ExpectedLine::Skip => "...".to_owned(),
            ExpectedLine::Text(text) => text.to_string(),
            ExpectedLine::TableHeader(cells) | ExpectedLine::TableRow(cells) => row_text(cells),
        })
        .collect();
    lines.join("\n")
}

/// Host and port of a libpq connection string; nothing of it that is a secret.
fn server(connection: &str) -> String {
    let value = |key: &str| {
        let pair = |word: &&str| word.split_once('=').is_some_and(|(name, _)| name == key);
        let found = connection.split_whitespace().find(pair)?;
        found
            .split_once('=')
            .map(|(_, value)| value.trim_matches('\''))
    };
    let host = value("host")
        .or_else(|| value("hostaddr"))
        .unwrap_or("localhost");
    format!("{host}:{}", value("port").unwrap_or("5432"))
}

fn row_text(row: &[Pattern]) -> String {
    let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
    cells.join(" | ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_shown_without_its_password() {
        assert_eq!(
            server("host=127.0.0.1 port=5454 user=me password=secret"),
            "127.0.0.1:5454"
        );
        assert_eq!(server("dbname=x"), "localhost:5432");
    }
}
