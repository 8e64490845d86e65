//! What must not leave this machine with a bundle, and what stands in its place: the secrets of the chapter, and the names
//! of the machine and its user. Only what they are is found here; taking them out is `labrun-recording`'s.

use std::env;
use std::fs;
use std::path::Path;

use labrun_model::{AnswerText, Lab, Probe};
use labrun_recording::Mask;

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

/// The mask of a lab on a machine. The name of a machine or a user that the chapter itself says (`root`, `postgres`) is
/// no secret, and without it logs could not be read; values of variables that look like secrets are taken out as words.
pub(super) fn mask(lab: &Lab, surroundings: &Surroundings, variables: &[String]) -> Mask {
    let mut mask = Mask::new();
    for secret in secrets(lab) {
        mask.hide_everywhere(&secret, "***");
    }
    for value in variables {
        mask.hide(value, "***");
    }
    let Surroundings {
        host,
        user,
        home,
        book,
    } = surroundings;
    for (path, stand_in) in [(book, "<book>"), (home, "<home>")] {
        // A folder that is the root itself says nothing.
        if path.len() > 1 && path.starts_with('/') {
            mask.hide_everywhere(path, stand_in);
        }
    }
    let said =
        |name: &str| name == "root" || name == "localhost" || lab.source.text().contains(name);
    for (name, stand_in) in [(host, "<host>"), (user, "<user>")] {
        if !said(name) {
            mask.hide(name, stand_in);
        }
    }
    mask
}

/// What the chapter declares as an answer, and the passwords with which its checks log in.
fn secrets(lab: &Lab) -> Vec<String> {
    let answers = lab.steps().flat_map(|step| &step.answers);
    let mut secrets: Vec<String> = answers
        .filter_map(|answer| match &answer.text {
            AnswerText::Written(text) => Some(text.clone()),
            AnswerText::Secret(variable) => env::var(variable).ok(),
        })
        .collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::specimens;

    fn mask_of(user: &str) -> Mask {
        let surroundings = Surroundings {
            host: "canaryhost".to_owned(),
            user: user.to_owned(),
            home: "/home/canary".to_owned(),
            book: "/home/canary/book".to_owned(),
        };
        mask(
            &specimens::lab(),
            &surroundings,
            &["t0ken-of-mine".to_owned()],
        )
    }

    #[test]
    fn secrets_and_names_of_the_machine_are_replaced() {
        let text = "canary@canaryhost:/home/canary/book$ PGPASSWORD=s3cret psql; cat /home/canary/.pgpass; canaryhosts t0ken-of-mine";
        assert_eq!(
            mask_of("canary").text(text),
            "<user>@<host>:<book>$ PGPASSWORD=*** psql; cat <home>/.pgpass; canaryhosts ***"
        );
    }

    #[test]
    fn a_name_that_the_chapter_says_is_no_secret() {
        assert_eq!(mask_of("root").text("root: ok"), "root: ok");
        // The chapter's query asks pg_stat_replication, its check the container `standby`.
        assert_eq!(mask_of("standby").text("standby: ok"), "standby: ok");
    }
}
