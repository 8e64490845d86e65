//! What `labrun policy` says: each thing that is refused with its place, and a table of the labs; as JSON; as annotations.

use labrun_model::Lab;

use super::check::{Checked, Finding, Form, by_code, findings};
use super::{BAD, GOOD, count, note, words};
use crate::policy::Judged;

/// Tells what a policy refuses in labs.
pub(crate) fn judged(labs: &[(Lab, Judged)], policy: &str, form: Form, with_annotations: bool) {
    let checked: Vec<Checked<'_>> = labs
        .iter()
        .map(|(lab, judged)| Checked {
            lab,
            findings: judged
                .refused
                .iter()
                .map(|diagnostic| Finding {
                    diagnostic,
                    source: &lab.source,
                })
                .collect(),
        })
        .collect();
    findings(&checked, form, with_annotations);
    if form == Form::Drawn {
        words(&table(labs, &checked));
    }
    let refused: usize = labs.iter().map(|(_, judged)| judged.refused.len()).sum();
    let refused = match refused {
        0 => "nothing is refused".to_owned(),
        1 => "1 thing is refused".to_owned(),
        number => format!("{number} things are refused"),
    };
    note(&format!(
        "{} held against {policy}, {refused}",
        count(labs.len(), "lab")
    ));
}

/// A line for each lab.
fn table(labs: &[(Lab, Judged)], checked: &[Checked<'_>]) -> String {
    let names = labs.iter().map(|(lab, _)| lab.name.chars().count());
    let width = names.max().unwrap_or(0).max("lab".len());
    let mut text = format!("{:width$}  compose files  commands  refused\n", "lab");
    for ((lab, judged), checked) in labs.iter().zip(checked) {
        let style = if judged.refused.is_empty() { GOOD } else { BAD };
        text.push_str(&format!(
            "{style}{:width$}{style:#}  {:>13}  {:>8}  {:>7}{}\n",
            lab.name,
            judged.files,
            judged.commands,
            judged.refused.len(),
            by_code(checked),
        ));
    }
    text
}
