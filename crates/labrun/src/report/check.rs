//! What `labrun check` says: each finding with its place, and a table of the labs; as JSON; as annotations.

use std::collections::BTreeMap;

use labrun_model::{Diagnostic, Lab, Severity, SourceFile};
use serde_json::json;

use super::{BAD, CAUTION, GOOD, count, data, diagnostic, github, note, words};

/// A lab and what was found in it.
pub(crate) struct Checked<'a> {
    /// The lab.
    pub(crate) lab: &'a Lab,
    /// The findings, those of the chapter first.
    pub(crate) findings: Vec<Finding<'a>>,
}

/// A diagnostic and the file that it is about.
pub(crate) struct Finding<'a> {
    /// What was found.
    pub(crate) diagnostic: &'a Diagnostic,
    /// The chapter, or book.toml.
    pub(crate) source: &'a SourceFile,
}

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// To people, with the line and a caret.
    Drawn,
    /// To programs, an object a line.
    Json,
}

impl Checked<'_> {
    /// How many findings of a severity there are.
    pub(crate) fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings
            .filter(|found| found.diagnostic.severity == severity)
            .count()
    }
}

/// Tells the findings of all labs, and their sum.
pub(crate) fn checked(labs: &[Checked<'_>], form: Form, with_annotations: bool) {
    findings(labs, form, with_annotations);
    if form == Form::Drawn {
        words(&table(labs));
    }
    note(&sum(labs));
}

/// Tells the findings of all labs.
pub(super) fn findings(labs: &[Checked<'_>], form: Form, with_annotations: bool) {
    for lab in labs {
        for found in &lab.findings {
            match form {
                Form::Drawn => diagnostic(found.diagnostic, found.source),
                Form::Json => data(&object(lab.lab, found)),
            }
        }
    }
    if with_annotations {
        for lab in labs {
            for found in &lab.findings {
                words(&github::finding(
                    &lab.lab.name,
                    found.diagnostic,
                    found.source,
                ));
            }
        }
    }
}

fn object(lab: &Lab, found: &Finding<'_>) -> String {
    let Finding { diagnostic, source } = found;
    let place = source.place(diagnostic.span);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let object = json!({
        "lab": lab.name, "severity": severity, "code": diagnostic.code, "path": place.path, "line": place.line,
        "column": place.column, "message": diagnostic.message, "help": diagnostic.help,
        "text": source.line_text(source.line(diagnostic.span.start)),
    });
    format!("{object}\n")
}

/// A line for each lab.
fn table(labs: &[Checked<'_>]) -> String {
    let names = labs.iter().map(|lab| lab.lab.name.chars().count());
    let width = names.max().unwrap_or(0).max("lab".len());
    let mut text = format!("{:width$}  steps  checks  errors  warnings\n", "lab");
    for lab in labs {
        let errors = lab.count(Severity::Error);
        let warnings = lab.count(Severity::Warning);
        let style = match (errors, warnings) {
            (0, 0) => GOOD,
            (0, _) => CAUTION,
            _ => BAD,
        };
        text.push_str(&format!(
            "{style}{:width$}{style:#}  {:>5}  {:>6}  {errors:>6}  {warnings:>8}{}\n",
            lab.lab.name,
            lab.lab.steps().count(),
            lab.lab.checks().count(),
            by_code(lab),
        ));
    }
    text
}

/// `  (unverified-step 2, clash 1)`.
pub(super) fn by_code(lab: &Checked<'_>) -> String {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for found in &lab.findings {
        *codes.entry(found.diagnostic.code).or_default() += 1;
    }
    if codes.is_empty() {
        return String::new();
    }
    let listed: Vec<String> = codes
        .iter()
        .map(|(code, count)| format!("{code} {count}"))
        .collect();
    format!("  ({})", listed.join(", "))
}

fn sum(labs: &[Checked<'_>]) -> String {
    let total = |severity| -> usize { labs.iter().map(|lab| lab.count(severity)).sum() };
    let (errors, warnings) = (total(Severity::Error), total(Severity::Warning));
    let found = match (errors, warnings) {
        (0, 0) => "no errors, no warnings".to_owned(),
        (0, warnings) => format!("no errors, {}", count(warnings, "warning")),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    format!("{} checked, {found}", count(labs.len(), "lab"))
}
