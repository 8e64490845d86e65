//! A failure in full: what happened, where, both sides of a comparison, what was printed, dead containers, and help.

use std::fmt::Write as _;

use labrun_model::{DeadContainer, DiffLine, Failure, FailureKind};

use super::{BAD, FAINT, GOOD, STRONG};

/// Draws a failure as lines for a terminal.
pub(crate) fn draw(failure: &Failure) -> String {
    let mut drawn = format!(
        "{BAD}error{BAD:#}: {}\n  --> {}\n",
        failure.kind, failure.place
    );
    match &failure.kind {
        FailureKind::Output(lines) => {
            draw_comparison(&mut drawn, lines, "what the page shows", "what was printed");
        }
        FailureKind::Content(lines) => {
            draw_comparison(&mut drawn, lines, "what the page promises", "what came");
        }
        FailureKind::Answer { expected, actual } => draw_answer(&mut drawn, expected, actual),
        _ => {}
    }
    if let Some(output) = &failure.output {
        drawn.push_str("  it printed:\n");
        for line in output.lines() {
            push_line(&mut drawn, &format!("   {FAINT}|{FAINT:#} {line}"));
        }
    }
    for container in &failure.dead_containers {
        draw_container(&mut drawn, container);
    }
    if let Some(hint) = &failure.hint {
        push_line(&mut drawn, &format!("  {STRONG}help{STRONG:#}: {hint}"));
    }
    drawn
}

fn draw_comparison(drawn: &mut String, lines: &[DiffLine], expected: &str, actual: &str) {
    push_line(
        drawn,
        &format!("   {GOOD}- {expected}{GOOD:#}   {BAD}+ {actual}{BAD:#}"),
    );
    for line in lines {
        let text = match line {
            DiffLine::Same(text) => format!("     {text}"),
            DiffLine::Missing(text) => format!("   {GOOD}- {text}{GOOD:#}"),
            DiffLine::Extra(text) => format!("   {BAD}+ {text}{BAD:#}"),
        };
        push_line(drawn, &text);
    }
}

fn draw_answer(drawn: &mut String, expected: &[String], actual: &[String]) {
    let mut side = |word: &str, lines: &[String]| {
        if lines.is_empty() {
            push_line(drawn, &format!("   {word}: no rows"));
        }
        for line in lines {
            push_line(drawn, &format!("   {word}: {line}"));
        }
    };
    side("expected", expected);
    side("but got ", actual);
}

fn draw_container(drawn: &mut String, container: &DeadContainer) {
    let DeadContainer {
        name,
        exit_status,
        log,
    } = container;
    push_line(
        drawn,
        &format!("  container `{name}` died with exit status {exit_status}; its last lines:"),
    );
    for line in log {
        push_line(drawn, &format!("   {FAINT}|{FAINT:#} {}", line.trim_end()));
    }
}

fn push_line(drawn: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(drawn, "{}", line.trim_end());
}
