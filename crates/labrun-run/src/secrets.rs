//! The answers that stand in no chapter: read once from the variables of whoever runs the lab, typed at prompts, and taken
//! out of everything that a run tells or writes, at the place where it arises.
//!
//! An answer that stands on the page is no secret and is none of these.

use labrun_model::{
    Answer, AnswerText, BrokenRelation, CapturedValue, CheckOutcome, DeadContainer, DiffLine,
    Event, Evidence, Failure, FailureKind, Lab, Notice, StepOutcome, secret_forms,
};

use crate::RunError;
use crate::engine::Lookup;

/// What stands in the place of a secret.
const STAND_IN: &str = "***";

/// The secrets of a lab.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// By their variables.
    values: Vec<(String, String)>,
    /// Every form of all of them, the longest first.
    forms: Vec<String>,
}

impl Secrets {
    /// Reads what the lab answers with.
    ///
    /// # Errors
    /// [`RunError::Missing`] when a variable is not set, or is empty, or holds what cannot be typed.
    pub(crate) fn of(lab: &Lab, lookup: Lookup<'_>) -> Result<Self, RunError> {
        let mut secrets = Self::default();
        for answer in lab.steps().flat_map(|step| &step.answers) {
            let AnswerText::Secret(name) = &answer.text else {
                continue;
            };
            let value = lookup(name).and_then(|value| value.into_string().ok());
            let value =
                value.filter(|value| !value.is_empty() && !value.contains(char::is_control));
            let Some(value) = value else {
                return Err(RunError::Missing {
                    what: format!(
                        "{} answers with the variable {name}, which is not set to a line of text",
                        lab.place(answer.span)
                    ),
                    help: format!(
                        "set it where labrun is called, for instance `read -rs {name} && export {name}`; it is typed at the prompt, and shown nowhere"
                    ),
                });
            };
            secrets.add(name, value);
        }
        Ok(secrets)
    }

    /// Those that are set, for where nothing is typed.
    pub(crate) fn of_those_set(lab: &Lab, lookup: Lookup<'_>) -> Self {
        let mut secrets = Self::default();
        for answer in lab.steps().flat_map(|step| &step.answers) {
            if let AnswerText::Secret(name) = &answer.text
                && let Some(value) = lookup(name).and_then(|value| value.into_string().ok())
            {
                secrets.add(name, value);
            }
        }
        secrets
    }

    fn add(&mut self, name: &str, value: String) {
        self.forms.extend(secret_forms(&value));
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        self.forms.dedup();
        self.values.push((name.to_owned(), value));
    }

    /// Whether there is nothing to take out.
    pub(crate) fn are_none(&self) -> bool {
        self.forms.is_empty()
    }

    /// What is typed for an answer.
    pub(crate) fn typed<'a>(&'a self, answer: &'a Answer) -> &'a str {
        match &answer.text {
            AnswerText::Written(text) => text,
            AnswerText::Secret(name) => self.value(name),
        }
    }

    fn value(&self, name: &str) -> &str {
        let mut values = self.values.iter();
        values
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// A text without them.
    pub(crate) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for form in &self.forms {
            if text.contains(form.as_str()) {
                text = text.replace(form.as_str(), STAND_IN);
            }
        }
        text
    }

    /// How many bytes at the end of a text may be the beginning of a secret that is not complete yet.
    pub(crate) fn begun(&self, text: &str) -> usize {
        let longest = |form: &String| {
            (1..form.len().min(text.len() + 1))
                .rev()
                .find(|&length| form.is_char_boundary(length) && text.ends_with(&form[..length]))
        };
        self.forms.iter().filter_map(longest).max().unwrap_or(0)
    }

    /// An event without them.
    pub(crate) fn event(&self, event: Event) -> Event {
        if self.forms.is_empty() {
            return event;
        }
        match event {
            Event::StepFinished(index, outcome) => Event::StepFinished(index, self.step(outcome)),
            Event::CheckFinished(index, outcome) => {
                Event::CheckFinished(index, self.check(outcome))
            }
            Event::Notice(notice) => Event::Notice(self.notice(notice)),
            Event::Evidence(evidence) => Event::Evidence(self.evidence(evidence)),
            Event::Finished(mut summary) => {
                self.all(&mut summary.left_behind);
                Event::Finished(summary)
            }
            // Nothing that a program has printed.
            other @ (Event::Started(_) | Event::BlockStarted(_) | Event::LeftOut(..)) => other,
        }
    }

    fn step(&self, outcome: StepOutcome) -> StepOutcome {
        StepOutcome {
            output: self.text(&outcome.output),
            failure: outcome.failure.map(|failure| self.failure(failure)),
            ..outcome
        }
    }

    /// How a check was answered, without them.
    pub(crate) fn check(&self, outcome: CheckOutcome) -> CheckOutcome {
        CheckOutcome {
            samples: outcome.samples.with_texts(|text| self.text(text)),
            failure: outcome.failure.map(|failure| self.failure(failure)),
            ..outcome
        }
    }

    fn notice(&self, notice: Notice) -> Notice {
        match notice {
            Notice::Remark(text) => Notice::Remark(self.text(&text)),
            Notice::Warning(text) => Notice::Warning(self.text(&text)),
            Notice::Reclaimed { mut removed } => {
                self.all(&mut removed);
                Notice::Reclaimed { removed }
            }
            other @ (Notice::Pulling { .. } | Notice::Pulled { .. } | Notice::CleaningUp) => other,
        }
    }

    fn evidence(&self, evidence: Evidence) -> Evidence {
        let clean = |pairs: Vec<(String, String)>| -> Vec<(String, String)> {
            let pairs = pairs.into_iter();
            pairs.map(|(name, text)| (name, self.text(&text))).collect()
        };
        Evidence {
            logs: clean(evidence.logs),
            compose: clean(evidence.compose),
        }
    }

    fn failure(&self, failure: Failure) -> Failure {
        Failure {
            place: failure.place,
            kind: self.kind(failure.kind),
            output: failure.output.map(|text| self.text(&text)),
            hint: failure.hint.map(|text| self.text(&text)),
            dead_containers: failure
                .dead_containers
                .into_iter()
                .map(|mut dead: DeadContainer| {
                    self.all(&mut dead.log);
                    dead
                })
                .collect(),
        }
    }

    fn kind(&self, kind: FailureKind) -> FailureKind {
        let text = |text: String| self.text(&text);
        let lines = |mut lines: Vec<String>| {
            self.all(&mut lines);
            lines
        };
        match kind {
            FailureKind::Output(diff) => FailureKind::Output(self.diff(diff)),
            FailureKind::Content(diff) => FailureKind::Content(self.diff(diff)),
            FailureKind::OtherValue { captured, came } => FailureKind::OtherValue {
                captured: Box::new(self.captured(*captured)),
                came: text(came),
            },
            FailureKind::Json {
                path,
                expected,
                actual,
            } => FailureKind::Json {
                path: text(path),
                expected: text(expected),
                actual: text(actual),
            },
            FailureKind::NotJson { reason } => FailureKind::NotJson {
                reason: text(reason),
            },
            FailureKind::Notice { lines: said } => FailureKind::Notice { lines: lines(said) },
            FailureKind::Relations { broken, captured } => FailureKind::Relations {
                broken: broken
                    .into_iter()
                    .map(|one| BrokenRelation {
                        relation: one.relation,
                        reason: text(one.reason),
                    })
                    .collect(),
                captured: captured.into_iter().map(|one| self.captured(one)).collect(),
            },
            FailureKind::Exit { expected, actual } => FailureKind::Exit {
                expected,
                actual: text(actual),
            },
            FailureKind::WaitingForInput { prompt } => FailureKind::WaitingForInput {
                prompt: text(prompt),
            },
            FailureKind::SessionLost { reason } => FailureKind::SessionLost {
                reason: text(reason),
            },
            FailureKind::NotWritten { reason } => FailureKind::NotWritten {
                reason: text(reason),
            },
            FailureKind::Answer { expected, actual } => FailureKind::Answer {
                expected: lines(expected),
                actual: lines(actual),
            },
            FailureKind::Unreachable { reason } => FailureKind::Unreachable {
                reason: text(reason),
            },
            other @ (FailureKind::WrongSession { .. }
            | FailureKind::Unfinished { .. }
            | FailureKind::TimedOut { .. }
            | FailureKind::FullScreen) => other,
        }
    }

    fn captured(&self, captured: CapturedValue) -> CapturedValue {
        CapturedValue {
            value: self.text(&captured.value),
            ..captured
        }
    }

    fn diff(&self, diff: Vec<DiffLine>) -> Vec<DiffLine> {
        let clean = |line| match line {
            DiffLine::Same(text) => DiffLine::Same(self.text(&text)),
            DiffLine::Extra(text) => DiffLine::Extra(self.text(&text)),
            DiffLine::Missing { text, place } => DiffLine::Missing {
                text: self.text(&text),
                place,
            },
        };
        diff.into_iter().map(clean).collect()
    }

    fn all(&self, lines: &mut [String]) {
        for line in lines {
            *line = self.text(line);
        }
    }
}

/// Their names, and never their values.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.values.iter().map(|(name, _)| name);
        formatter.debug_list().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add("A", "canary/1".to_owned());
        secrets
    }

    #[test]
    fn a_secret_is_taken_out_in_every_form() {
        let secrets = secrets();
        let text = secrets.text("x canary/1 canary%2F1 Y2FuYXJ5LzE= canary y");
        assert_eq!(text, "x *** *** ***E= canary y");
        assert_eq!(format!("{secrets:?}"), "[\"A\"]");
    }

    #[test]
    fn logs_compose_files_and_failures_are_told_without_it() {
        let place = labrun_model::SourceFile::new("a.md", "").place(labrun_model::Span::default());
        let secrets = secrets();
        let leak = || "password canary/1".to_owned();
        let failure = Failure {
            place: place.clone(),
            kind: FailureKind::Output(vec![DiffLine::Extra(leak()), DiffLine::Same(leak())]),
            output: Some(leak()),
            hint: Some(leak()),
            dead_containers: vec![DeadContainer {
                name: "db".to_owned(),
                exit_status: 1,
                log: vec![leak()],
            }],
        };
        let mut samples = labrun_model::Samples::default();
        let rows = labrun_model::Answered::Rows(vec![vec![leak()]]);
        samples.push(std::time::Duration::ZERO, rows);
        let outcome = CheckOutcome {
            verdict: labrun_model::Verdict::Failed,
            elapsed: std::time::Duration::ZERO,
            attempts: 1,
            samples,
            failure: Some(failure),
        };
        let evidence = Evidence {
            logs: vec![("db".to_owned(), leak())],
            compose: vec![("compose.yaml".to_owned(), leak())],
        };
        for event in [
            Event::CheckFinished(0, outcome),
            Event::Evidence(evidence),
            Event::Notice(Notice::Warning(leak())),
        ] {
            let told = format!("{:?}", secrets.event(event));
            assert!(told.contains("***") && !told.contains("canary"), "{told}");
        }
    }

    #[test]
    fn a_secret_that_is_not_complete_is_waited_for() {
        let secrets = secrets();
        assert_eq!(secrets.begun("x can"), 3);
        assert_eq!(secrets.begun("x canary/"), 7);
        assert_eq!(secrets.begun("x canary/1"), 0);
        assert_eq!(secrets.begun(""), 0);
        assert_eq!(Secrets::default().begun("x"), 0);
    }
}
