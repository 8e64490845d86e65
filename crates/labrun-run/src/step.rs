//! Doing one step of a lab and judging it: typing or writing, then exit status, then expectation.

use std::io;

use labrun_model::{
    Action, CapturedValue, DiffLine, ExpectedExit, Failure, FailureKind, Lab, LabFile, Language,
    Line, Place, Step, StepOutcome, Verdict,
};

use crate::Interrupts;
use crate::attempt::{Attempt, attempt};
use crate::expectation::{Captures, NOTICE_HELP, compare, notices};
use crate::hint;
use crate::lab_folder::LabFolder;
use crate::sudo::Sudo;
use crate::terminal::{Typed, TypedEnd, is_job_notice};
use crate::terminals::Terminals;

/// Everything a step works with.
pub(crate) struct Stage<'a> {
    pub(crate) lab: &'a Lab,
    pub(crate) folder: &'a LabFolder,
    pub(crate) sudo: &'a Sudo,
    pub(crate) terminals: &'a mut Terminals,
    /// What the names of the page stand for; a step that passes adds to it.
    pub(crate) captures: &'a mut Captures,
    pub(crate) interrupts: &'a Interrupts,
    /// What the last attempt printed, as much of it as is kept.
    pub(crate) printed: String,
}

/// Does a step, with `eventually` again and again.
pub(crate) fn do_step(step: &Step, stage: &mut Stage<'_>) -> StepOutcome {
    let interrupts = stage.interrupts.clone();
    let attempts = attempt(step.eventually, &interrupts, || match &step.action {
        Action::Write(file) => write(step, file, stage),
        Action::Type { language, lines } => type_and_judge(step, *language, lines, stage),
    });
    let interrupted = interrupts.signal().is_some() && attempts.failure.is_some();
    StepOutcome {
        verdict: match &attempts.failure {
            None => Verdict::Passed,
            Some(_) if interrupted => Verdict::NotRun,
            Some(_) => Verdict::Failed,
        },
        elapsed: attempts.elapsed,
        attempts: attempts.count,
        output: std::mem::take(&mut stage.printed),
        failure: attempts
            .failure
            .filter(|_| !interrupted)
            .map(|failure| *failure),
    }
}

type Judged = Attempt<Box<Failure>>;

fn write(step: &Step, file: &LabFile, stage: &Stage<'_>) -> Judged {
    match stage.folder.write(file, stage.sudo) {
        Ok(()) => Attempt::Passed,
        Err(error) => {
            let reason = format!("{}: {error}", file.path.display());
            let mut failure = failure(
                stage.lab.place(step.span),
                FailureKind::NotWritten { reason },
            );
            failure.hint = hint::not_written(error.kind()).map(str::to_owned);
            Attempt::Failed(failure)
        }
    }
}

fn type_and_judge(
    step: &Step,
    language: Language,
    lines: &[Line],
    stage: &mut Stage<'_>,
) -> Judged {
    let typed = match type_lines(step, language, lines, stage) {
        Ok(typed) => typed,
        Err(error) => {
            let reason = format!("terminal `{}`: {error}", step.terminal);
            return Attempt::Failed(failure(
                stage.lab.place(step.span),
                FailureKind::SessionLost { reason },
            ));
        }
    };
    // What a full-screen program drew is no output that can be read.
    let is_text = !matches!(typed.end, TypedEnd::FullScreen);
    stage.printed = kept(if is_text { &typed.output.text } else { "" });
    let span = lines.get(typed.line).map_or(step.span, |line| line.span);
    let place = stage.lab.place(span);
    match judge_end(step, &typed) {
        Some((kind, hint)) => {
            let retry = matches!(kind, FailureKind::Exit { .. });
            let mut failure = failure(place, kind);
            failure.hint = hint;
            failure.output = shortened(&stage.printed);
            if retry {
                Attempt::NotYet(failure)
            } else {
                Attempt::Failed(failure)
            }
        }
        None => match judge_output(step, &typed, stage, &place) {
            Ok(new) => {
                stage.captures.add(new);
                Attempt::Passed
            }
            Err(failure) => Attempt::NotYet(failure),
        },
    }
}

fn type_lines(
    step: &Step,
    language: Language,
    lines: &[Line],
    stage: &mut Stage<'_>,
) -> io::Result<Typed> {
    let place = stage.lab.place(step.span);
    let secrets = stage.terminals.secrets().clone();
    let terminal = stage.terminals.get(&step.terminal)?;
    terminal
        .recording()
        .marker(&format!("{}:{}", place.path, place.line));
    let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let answers: Vec<&str> = step
        .answers
        .iter()
        .map(|answer| secrets.typed(answer))
        .collect();
    let mut typed = terminal.type_lines(language, &lines, &answers, step.timeout)?;
    if !secrets.are_none() {
        typed.output.text = secrets.text(&typed.output.text);
    }
    Ok(typed)
}

/// What is wrong with how the step ended, if anything, and what to do about it.
fn judge_end(step: &Step, typed: &Typed) -> Option<(FailureKind, Option<String>)> {
    let (kind, hint) = match &typed.end {
        TypedEnd::Done(status) if status.is_as_expected(&step.exit) => return None,
        TypedEnd::Done(status) => {
            let kind = FailureKind::Exit {
                expected: step.exit.clone(),
                actual: status.to_string(),
            };
            (kind, hint::wrong_end(&step.exit, status))
        }
        TypedEnd::Stopped(status) => {
            let kind = FailureKind::Exit {
                expected: ExpectedExit::Success,
                actual: status.to_string(),
            };
            (kind, hint::stopped(status))
        }
        TypedEnd::WrongSession { language, stack } => {
            let kind = FailureKind::WrongSession {
                language: *language,
                stack: stack.clone(),
            };
            (kind, hint::wrong_session(*language, stack))
        }
        TypedEnd::Unfinished(missing) => {
            let kind = FailureKind::Unfinished {
                missing: missing.clone(),
            };
            (kind, hint::UNFINISHED.to_owned())
        }
        TypedEnd::TimedOut(ended_by) => {
            let kind = FailureKind::TimedOut {
                after: step.timeout,
                ended_by: ended_by.clone(),
            };
            (kind, hint::TIMED_OUT.to_owned())
        }
        TypedEnd::WaitingForInput(prompt) => {
            let kind = FailureKind::WaitingForInput {
                prompt: prompt.clone(),
            };
            (kind, hint::WAITING.to_owned())
        }
        TypedEnd::FullScreen => (FailureKind::FullScreen, hint::FULL_SCREEN.to_owned()),
        TypedEnd::Lost(reason) => {
            let kind = FailureKind::SessionLost {
                reason: reason.clone(),
            };
            (kind, hint::lost(reason))
        }
        TypedEnd::Interrupted => {
            let reason = "interrupted".to_owned();
            return Some((FailureKind::SessionLost { reason }, None));
        }
    };
    Some((kind, Some(hint)))
}

/// What the output captures, where it is as the page says. A step without an output must do without messages of
/// PostgreSQL, too.
fn judge_output(
    step: &Step,
    typed: &Typed,
    stage: &Stage<'_>,
    typed_at: &Place,
) -> Result<Vec<CapturedValue>, Box<Failure>> {
    let Some(expectation) = &step.expectation else {
        let lines = match &step.action {
            Action::Type {
                language: Language::Sql,
                ..
            } => notices(&typed.output.text),
            _ => Vec::new(),
        };
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        let mut failure = failure(typed_at.clone(), FailureKind::Notice { lines });
        failure.hint = Some(NOTICE_HELP.to_owned());
        return Err(failure);
    };
    compare(expectation, &typed.output.text, stage.captures, stage.lab).map_err(|mismatch| {
        let mut failure = failure(stage.lab.place(mismatch.span), mismatch.kind);
        failure.hint = mismatch.hint;
        if !says_what_came(&failure.kind) {
            failure.output = shortened(&stage.printed);
        }
        failure
    })
}

/// Whether a comparison shows what was printed. Where nothing came beside it, a `...` has taken what did.
fn says_what_came(kind: &FailureKind) -> bool {
    let FailureKind::Output(lines) = kind else {
        return false;
    };
    let is_gap = |line: &DiffLine| matches!(line, DiffLine::Same(text) if text == "...");
    let came = |line: &DiffLine| matches!(line, DiffLine::Extra(_));
    !lines.iter().any(is_gap) || lines.iter().any(came)
}

fn failure(place: Place, kind: FailureKind) -> Box<Failure> {
    Box::new(Failure {
        place,
        kind,
        output: None,
        hint: None,
        dead_containers: Vec::new(),
    })
}

/// An output as far as reports and recordings keep it: without a job's notices, and cut in the middle where it is long.
/// It is cut before it is read line by line, because a flood can have a million lines.
fn kept(output: &str) -> String {
    const MOST: usize = 64 << 10;
    let output = output.trim_end_matches('\n');
    if output.len() <= MOST {
        return without_notices(output);
    }
    let is_boundary = |at: &usize| output.is_char_boundary(*at);
    let end_of_head = (0..=MOST / 2).rev().find(is_boundary).unwrap_or(0);
    let tail_at = (output.len() - MOST / 2..output.len()).find(is_boundary);
    let (head, tail) = (
        &output[..end_of_head],
        &output[tail_at.unwrap_or(output.len())..],
    );
    let left_out = output.len() - head.len() - tail.len();
    format!(
        "{}\n[labrun: {left_out} bytes left out]\n{}",
        without_notices(head),
        without_notices(tail)
    )
}

fn without_notices(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !is_job_notice(line)).collect();
    lines.join("\n")
}

/// The beginning and the end of an output, as much as a reader of a report reads.
fn shortened(output: &str) -> Option<String> {
    const HEAD: usize = 10;
    const TAIL: usize = 30;
    let cut: Vec<String> = output.trim_end().lines().map(cut_line).collect();
    let lines: Vec<&str> = cut.iter().map(String::as_str).collect();
    if lines.is_empty() {
        return None;
    }
    if lines.len() <= HEAD + TAIL {
        return Some(lines.join("\n"));
    }
    let left_out = lines.len() - HEAD - TAIL;
    let gap = format!("[labrun: {left_out} lines left out]");
    let tail = &lines[lines.len() - TAIL..];
    Some([&lines[..HEAD], &[gap.as_str()], tail].concat().join("\n"))
}

/// A line as long as anybody reads; a program that draws on the screen prints one of many thousands of characters.
fn cut_line(line: &str) -> String {
    const WIDTH: usize = 300;
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_kept_up_to_a_bound() {
        assert_eq!(kept("a\nb\n"), "a\nb");
        let long = "é".repeat(100_000);
        let text = kept(&long);
        assert!(text.len() < 66_000 && text.starts_with('é') && text.ends_with('é'));
        assert!(
            text.contains("\n[labrun: 134464 bytes left out]\n"),
            "{}",
            &text[32_760..32_860]
        );
    }

    #[test]
    fn a_long_output_is_shortened_in_the_middle() {
        let long: String = (0..100).map(|n| format!("{n}\n")).collect();
        let short = shortened(&long).unwrap_or_default();
        assert!(
            short.starts_with("0\n1\n") && short.ends_with("\n99"),
            "{short}"
        );
        assert!(short.contains("[labrun: 60 lines left out]"));
        assert_eq!(shortened("a\nb\n\n"), Some("a\nb".to_owned()));
        assert_eq!(shortened("\n"), None);
        let wide = shortened(&"é".repeat(5000)).unwrap_or_default();
        assert_eq!(wide.chars().count(), 301);
    }
}
