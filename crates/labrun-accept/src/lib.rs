//! What a chapter's expected outputs must be so that a run is green: its text written anew, from what the steps printed.
//! Pure; the run, the question and the file are the command's.
//!
//! Nothing but expected lines changes, and that is not trusted but looked at: the new text is parsed, and must be the same
//! lab, with expectations that what was printed fits. Where the smallest change does not do, the whole output is taken as
//! it was printed, and where that does not do either, the output is refused.

mod align;
mod line;
mod output;
mod page;

use labrun_model::{Action, Block, Expectation, Lab, Place, Step};

pub use line::literal;
use output::{Output, order};
use page::{Edit, Lines, apply};

/// What a step printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The step, an index into [`Lab::blocks`].
    pub block: usize,
    /// All of it.
    pub output: String,
}

/// A chapter with its new outputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The author's text with them.
    pub text: String,
    /// How many outputs are new.
    pub count: usize,
    /// Those that cannot be written.
    pub refused: Vec<Refused>,
}

/// An output that cannot be written into the author's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands, or where it is brought in.
    pub place: Place,
    /// Why.
    pub reason: String,
    /// What the author can do.
    pub help: &'static str,
}

/// Reads a text of the chapter as a lab; `None` where something is wrong in it.
pub type Parse<'a> = &'a dyn Fn(&str) -> Option<Lab>;

/// The author's text of a lab with what its steps printed.
pub fn accept(lab: &Lab, text: &str, printed: &[Printed], parse: Parse<'_>) -> Accepted {
    let mut refused = Vec::new();
    let mut edits = Vec::new();
    let mut written: Vec<&Printed> = Vec::new();
    for one in printed {
        match edit(lab, text, one, parse) {
            Ok(edit) => {
                edits.push(edit);
                written.push(one);
            }
            Err(reason) => refused.push(*reason),
        }
    }
    let new = apply(text, &edits);
    let is_right = parse(&new).is_some_and(|new| keeps_its_promise(lab, &new, &written));
    if !is_right && !edits.is_empty() {
        let place = lab.place(labrun_model::Span::default());
        refused.push(Refused {
            place,
            reason: "the new outputs do not go together".to_owned(),
            help: "change them by hand; the diff of a run shows what was printed",
        });
    }
    let is_kept = edits.is_empty() || !is_right;
    Accepted {
        text: if is_kept { text.to_owned() } else { new },
        count: if is_kept { 0 } else { edits.len() },
        refused,
    }
}

/// The change of one output that does it.
fn edit(lab: &Lab, text: &str, printed: &Printed, parse: Parse<'_>) -> Result<Edit, Box<Refused>> {
    let step = match lab.blocks.get(printed.block) {
        Some(Block::Step(step)) => step,
        _ => return Err(refusal(lab, None, "it is no output of a step", HAND)),
    };
    let Some(expectation) = &step.expectation else {
        return Err(refusal(lab, Some(step), "the step has no output", HAND));
    };
    let first = expectation.lines().first();
    let first = first.map_or(expectation.span, |(span, _)| *span);
    let place = |reason: &str, help| {
        Box::new(Refused {
            place: lab.place(first),
            reason: reason.to_owned(),
            help,
        })
    };
    let Some(order) = order(expectation) else {
        return Err(place("an output of JSON is not written anew", HAND));
    };
    if is_cut(&printed.output) {
        return Err(place("the output is too long to be kept whole", DOTS));
    }
    let lines = Lines::of(lab, expectation.span).map_err(|(reason, help)| place(reason, help))?;
    let page = lines.texts();
    let came: Vec<&str> = printed.output.trim_matches('\n').lines().collect();
    let came = without_blank_ends(&came);
    let output = Output::new(&page, came, order);
    let candidates = [output.rewritten(), Some(output.literal())];
    let right = candidates.into_iter().flatten().find_map(|new| {
        let edit = lines.edit(&new)?;
        let new = parse(&apply(text, std::slice::from_ref(&edit)))?;
        keeps_its_promise(lab, &new, &[printed]).then_some(edit)
    });
    right.ok_or_else(|| place("what was printed cannot be written as an output", DIRECTIVE))
}

const HAND: &str = "change the chapter by hand";
const DOTS: &str = "show the lines that matter, and let a line `...` stand for the others";
const DIRECTIVE: &str = "a line that looks like a fence, a prompt or a directive of mdBook's needs another form; change it by hand";

fn refusal(lab: &Lab, step: Option<&Step>, reason: &str, help: &'static str) -> Box<Refused> {
    Box::new(Refused {
        place: lab.place(step.map(|step| step.span).unwrap_or_default()),
        reason: reason.to_owned(),
        help,
    })
}

/// Whether a run let go a part of an output.
fn is_cut(output: &str) -> bool {
    output
        .lines()
        .any(|line| line.starts_with("[labrun: ") && line.ends_with(" bytes left out]"))
}

fn without_blank_ends<'a, 'b>(lines: &'b [&'a str]) -> &'b [&'a str] {
    let shown = |line: &&str| !line.trim().is_empty();
    let first = lines.iter().position(shown).unwrap_or(lines.len());
    let end = lines.iter().rposition(shown).map_or(first, |last| last + 1);
    lines.get(first..end).unwrap_or_default()
}

/// Whether a new lab does and asks what the old one does, and its outputs are those of the old one but for these steps,
/// whose outputs are what they printed.
fn keeps_its_promise(old: &Lab, new: &Lab, printed: &[&Printed]) -> bool {
    old.blocks.len() == new.blocks.len()
        && old
            .blocks
            .iter()
            .zip(&new.blocks)
            .enumerate()
            .all(|(index, pair)| {
                let printed = printed.iter().find(|printed| printed.block == index);
                match pair {
                    (Block::Check(one), Block::Check(other)) => {
                        old.source.slice(one.span) == new.source.slice(other.span)
                    }
                    (Block::Step(one), Block::Step(other)) => {
                        does_the_same(one, other)
                            && match (printed, &other.expectation) {
                                (Some(printed), Some(expected)) => {
                                    labrun_run::accepts(expected, &printed.output)
                                }
                                _ => shown(old, one) == shown(new, other),
                            }
                    }
                    _ => false,
                }
            })
}

fn shown<'a>(lab: &'a Lab, step: &Step) -> Option<&'a str> {
    let span = |expectation: &Expectation| lab.source.slice(expectation.span);
    step.expectation.as_ref().map(span)
}

/// Whether two steps differ in nothing but their places and their outputs.
fn does_the_same(one: &Step, other: &Step) -> bool {
    let texts = |step: &Step| match &step.action {
        Action::Type { language, lines } => {
            let texts: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
            format!("{language:?}{texts:?}")
        }
        Action::Write(file) => format!("{file:?}"),
    };
    let answers = |step: &Step| -> Vec<String> {
        let answers = step.answers.iter();
        answers.map(|answer| answer.text.shown()).collect()
    };
    texts(one) == texts(other)
        && answers(one) == answers(other)
        && (&one.name, &one.terminal, &one.exit) == (&other.name, &other.terminal, &other.exit)
        && (one.timeout, one.eventually) == (other.timeout, other.eventually)
}

#[cfg(test)]
mod tests;
