//! The report for GitHub Actions: an annotation on the chapter's line for each failure.
//!
//! What a step prints reaches the log of the job, and there a line such as `::add-mask::x` would be a command to the
//! runner of the job. So commands are switched off with a word that nobody can guess while labs run, and on again
//! before the annotations. Everything goes to standard error, because the order of two streams is not kept.

use std::io;

use labrun_model::{Diagnostic, Event, Failure, Lab, Severity, SourceFile};
use labrun_run::RunError;

use super::{Report, random_word, words};

/// Says failures as annotations.
pub(crate) struct GitHub {
    /// The word that switches commands on again.
    token: String,
    /// The failures of the labs that have not ended yet, each with its lab's name.
    failures: Vec<(String, Failure)>,
    /// What is to be said when commands are on again.
    annotations: String,
}

impl GitHub {
    /// A report that switches the job's commands off at once.
    pub(crate) fn new() -> Self {
        let token = format!("labrun-{}", random_word());
        words(&format!("::stop-commands::{token}\n"));
        Self {
            token,
            failures: Vec::new(),
            annotations: String::new(),
        }
    }
}

impl Report for GitHub {
    fn event(&mut self, lab: &Lab, event: &Event) {
        let failure = match event {
            Event::StepFinished(_, outcome) => outcome.failure.as_ref(),
            Event::CheckFinished(_, outcome) => outcome.failure.as_ref(),
            _ => None,
        };
        let failure = failure.map(|found| (lab.name.clone(), found.clone()));
        self.failures.extend(failure);
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        let of_lab = self.failures.extract_if(.., |(name, _)| *name == lab.name);
        for (name, failure) in of_lab {
            self.annotations.push_str(&annotation(&name, &failure));
        }
        if let Some(error) = trouble {
            let title = property(&format!("{} could not be run", lab.name));
            let file = property(lab.source.path());
            self.annotations.push_str(&format!(
                "::error file={file},line=1,title={title}::{}\n",
                data(&error.to_string())
            ));
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        words(&format!("::{}::\n{}", self.token, self.annotations));
        Ok(())
    }
}

/// A finding of `labrun check` as an annotation.
pub(crate) fn finding(lab: &str, diagnostic: &Diagnostic, source: &SourceFile) -> String {
    let place = source.place(diagnostic.span);
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!(
        "::{command} file={},line={},col={},title={}::{}\n",
        property(&place.path),
        place.line,
        place.column,
        property(&format!("{lab}: {}", diagnostic.code)),
        data(&message)
    )
}

fn annotation(lab: &str, failure: &Failure) -> String {
    let mut message = failure.kind.to_string();
    if let Some(hint) = &failure.hint {
        message.push_str("\nhelp: ");
        message.push_str(hint);
    }
    format!(
        "::error file={},line={},col={},title={}::{}\n",
        property(&failure.place.path),
        failure.place.line,
        failure.place.column,
        property(&format!("{lab} failed")),
        data(&message)
    )
}

/// A message, as GitHub's own toolkit escapes it.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property's value, in which the characters that separate properties are escaped, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use labrun_model::{FailureKind, Place};

    use super::*;

    #[test]
    fn an_annotation_is_one_line_whatever_failed() {
        let failure = Failure {
            place: Place {
                path: "src/a,b.md".to_owned(),
                line: 12,
                column: 3,
            },
            kind: FailureKind::NotWritten {
                reason: "100%\n::add-mask::x".to_owned(),
            },
            output: None,
            hint: Some("look".to_owned()),
            dead_containers: Vec::new(),
        };
        assert_eq!(
            annotation("demo", &failure),
            "::error file=src/a%2Cb.md,line=12,col=3,title=demo failed::the file was not written: 100%25%0A::add-mask::x%0Ahelp: look\n"
        );
    }

    #[test]
    fn every_failure_is_one_line_that_only_labrun_begins() {
        for failure in crate::report::specimens::failures() {
            let text = annotation("de:mo,x", &failure);
            assert_eq!(text.matches('\n').count(), 1, "{text}");
            assert!(
                text.starts_with(
                    "::error file=src/demo.md,line=18,col=1,title=de%3Amo%2Cx failed::"
                ),
                "{text}"
            );
            assert!(!text.contains('\r'), "{text}");
        }
    }

    #[test]
    fn what_separates_properties_is_escaped_in_them() {
        assert_eq!(property("a%:,\r\nb"), "a%25%3A%2C%0D%0Ab");
        assert_eq!(data("a%:,\r\nb"), "a%25:,%0D%0Ab");
    }

    #[test]
    fn the_word_that_switches_commands_on_cannot_be_known() {
        assert_ne!(random_word(), random_word());
    }
}
