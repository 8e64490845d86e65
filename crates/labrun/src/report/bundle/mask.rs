//! What must not leave this machine, and what stands in its place: the secrets of the chapter, and the names of the
//! machine and its user. Finding what they are is at the edge; replacing is pure.

use std::env;
use std::fs;
use std::ops::Range;
use std::path::Path;

use labrun_model::{Lab, Probe};

/// Replaces texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mask {
    /// The longest first, so that a text that contains another is replaced as a whole.
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    text: String,
    stand_in: &'static str,
    /// Only where it is not a part of a longer word.
    whole_word: bool,
}

/// The names by which this machine could be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Surroundings {
    pub(super) host: String,
    pub(super) user: String,
    pub(super) home: String,
    pub(super) book: String,
}

impl Surroundings {
    /// As they are here.
    pub(super) fn find(book: &Path) -> Self {
        let variable = |name: &str| env::var(name).unwrap_or_default();
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let user = Some(variable("USER")).filter(|user| !user.is_empty());
        Self {
            host: host.trim().to_owned(),
            user: user.unwrap_or_else(|| variable("LOGNAME")),
            home: variable("HOME"),
            book: book.display().to_string(),
        }
    }
}

impl Mask {
    /// Shorter secrets are replaced only as whole words: a `y` that is typed somewhere must not eat every y.
    const SHORT: usize = 4;

    /// The mask of a lab on a machine. The name of a machine or a user that the chapter itself says (`root`, `postgres`) is
    /// no secret, and without it logs could not be read.
    pub(super) fn new(lab: &Lab, surroundings: &Surroundings) -> Self {
        let mut mask = Self::default();
        for secret in secrets(lab) {
            mask.add(&secret, "***", secret.chars().count() < Self::SHORT);
        }
        let Surroundings {
            host,
            user,
            home,
            book,
        } = surroundings;
        mask.add_path(book, "<book>");
        mask.add_path(home, "<home>");
        let said =
            |name: &str| name == "root" || name == "localhost" || lab.source.text().contains(name);
        for (name, stand_in) in [(host, "<host>"), (user, "<user>")] {
            if !said(name) {
                mask.add(name, stand_in, true);
            }
        }
        mask.rules
            .sort_by_key(|rule| std::cmp::Reverse(rule.text.len()));
        mask.rules.dedup();
        mask
    }

    /// The text with everything replaced.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut end = 0;
        for (range, stand_in) in self.found(text) {
            masked.push_str(&text[end..range.start]);
            masked.push_str(stand_in);
            end = range.end;
        }
        masked.push_str(&text[end..]);
        masked
    }

    /// Where something is to be replaced, in order and without overlaps, and by what.
    pub(super) fn found(&self, text: &str) -> Vec<(Range<usize>, &'static str)> {
        let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
        for rule in &self.rules {
            for (start, _) in text.match_indices(&rule.text) {
                let range = start..start + rule.text.len();
                let fits = !rule.whole_word || is_whole_word(text, &range);
                let overlaps = |(other, _): &(Range<usize>, &str)| {
                    other.start < range.end && range.start < other.end
                };
                if fits && !found.iter().any(overlaps) {
                    found.push((range, rule.stand_in));
                }
            }
        }
        found.sort_by_key(|(range, _)| range.start);
        found
    }

    /// Adds a text, also as it stands in JSON and in an address.
    fn add(&mut self, text: &str, stand_in: &'static str, whole_word: bool) {
        let json = serde_json::Value::from(text).to_string();
        let json = json.trim_matches('"').to_owned();
        for text in [text.to_owned(), json, percent_encoded(text)] {
            if !text.is_empty() {
                self.rules.push(Rule {
                    text,
                    stand_in,
                    whole_word,
                });
            }
        }
    }

    /// Adds a folder, unless it is so near to the root that it says nothing.
    fn add_path(&mut self, path: &str, stand_in: &'static str) {
        if path.len() > 1 && path.starts_with('/') {
            self.add(path, stand_in, false);
        }
    }
}

/// What the chapter declares as an answer, and the passwords with which its checks log in.
fn secrets(lab: &Lab) -> Vec<String> {
    let answers = lab.steps().flat_map(|step| &step.answers);
    let mut secrets: Vec<String> = answers.map(|answer| answer.text.clone()).collect();
    for check in lab.checks() {
        if let Probe::Postgres { connection, .. } = &check.probe {
            let passwords = connection
                .split_whitespace()
                .filter_map(|word| word.strip_prefix("password="));
            secrets.extend(passwords.map(|word| word.trim_matches('\'').to_owned()));
        }
    }
    secrets.retain(|secret| !secret.is_empty());
    secrets.sort();
    secrets.dedup();
    secrets
}

fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(is_word) && !after.is_some_and(is_word)
}

/// As in the user's part of a URL.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimens;

    fn mask(user: &str) -> Mask {
        let surroundings = Surroundings {
            host: "canaryhost".to_owned(),
            user: user.to_owned(),
            home: "/home/canary".to_owned(),
            book: "/home/canary/book".to_owned(),
        };
        Mask::new(&specimens::lab(), &surroundings)
    }

    #[test]
    fn secrets_and_names_of_the_machine_are_replaced() {
        let text = "canary@canaryhost:/home/canary/book$ PGPASSWORD=s3cret psql; cat /home/canary/.pgpass; canaryhosts";
        assert_eq!(
            mask("canary").apply(text),
            "<user>@<host>:<book>$ PGPASSWORD=*** psql; cat <home>/.pgpass; canaryhosts"
        );
    }

    #[test]
    fn a_secret_is_known_in_json_and_in_an_address() {
        let mut mask = Mask::default();
        mask.add("p\"a/ß@1", "***", false);
        assert_eq!(mask.apply(r#"{"a": "p\"a/ß@1"}"#), r#"{"a": "***"}"#);
        assert_eq!(
            mask.apply("postgres://u:p%22a%2F%C3%9F%401@h"),
            "postgres://u:***@h"
        );
    }

    #[test]
    fn a_name_that_the_chapter_says_is_no_secret() {
        assert_eq!(mask("root").apply("root: ok"), "root: ok");
        // The chapter's query asks pg_stat_replication, its check the container `standby`.
        assert_eq!(mask("standby").apply("standby: ok"), "standby: ok");
    }

    #[test]
    fn a_short_secret_is_replaced_as_a_word_only() {
        let mut mask = Mask::default();
        mask.add("y", "***", true);
        assert_eq!(mask.apply("y yes y."), "*** yes ***.");
    }
}
