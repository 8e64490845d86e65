//! A failure in full: what happened, where, both sides of a comparison, what was printed, dead containers, and help.

use std::fmt::Write as _;

use labrun_model::{CapturedValue, DeadContainer, DiffLine, Failure, FailureKind};

use super::{BAD, FAINT, GOOD, STRONG, printable};

/// Draws a failure as lines for a terminal.
pub(crate) fn draw(failure: &Failure) -> String {
    let mut drawn = format!(
        "{BAD}error{BAD:#}: {}\n  --> {}\n",
        message(&failure.kind),
        failure.place
    );
    match &failure.kind {
        FailureKind::Output(lines) => {
            draw_comparison(&mut drawn, lines, "what the page shows", "what was printed");
        }
        FailureKind::Content(lines) => {
            draw_comparison(&mut drawn, lines, "what the page promises", "what came");
        }
        FailureKind::Answer { expected, actual } => draw_answer(&mut drawn, expected, actual),
        FailureKind::Relations { captured, .. } => draw_captured(&mut drawn, captured),
        FailureKind::Notice { lines } => {
            for line in lines {
                push_line(&mut drawn, &format!("   {BAD}+ {}{BAD:#}", printable(line)));
            }
        }
        _ => {}
    }
    if let Some(output) = &failure.output {
        drawn.push_str("  it printed:\n");
        for line in output.lines() {
            push_line(
                &mut drawn,
                &format!("   {FAINT}|{FAINT:#} {}", printable(line)),
            );
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

/// What happened, in a line or, where a program's own words have several, in lines that are indented.
fn message(kind: &FailureKind) -> String {
    let text = kind.to_string();
    let lines: Vec<String> = text.trim_end().lines().map(printable).collect();
    lines.join("\n       ")
}

fn draw_comparison(drawn: &mut String, lines: &[DiffLine], expected: &str, actual: &str) {
    push_line(
        drawn,
        &format!("   {GOOD}- {expected}{GOOD:#}   {BAD}+ {actual}{BAD:#}"),
    );
    for line in lines {
        let text = match line {
            DiffLine::Same(text) => format!("     {}", printable(text)),
            DiffLine::Missing { text, place } => format!(
                "   {GOOD}- {}{GOOD:#}   {FAINT}{place}{FAINT:#}",
                printable(text)
            ),
            DiffLine::Extra(text) => format!("   {BAD}+ {}{BAD:#}", printable(text)),
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
            push_line(drawn, &format!("   {word}: {}", printable(line)));
        }
    };
    side("expected", expected);
    side("answered", actual);
}

fn draw_captured(drawn: &mut String, captured: &[CapturedValue]) {
    for CapturedValue { name, value, place } in captured {
        push_line(
            drawn,
            &format!(
                "   `<{name}>` is {}   {FAINT}{place}{FAINT:#}",
                printable(value)
            ),
        );
    }
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
        push_line(
            drawn,
            &format!("   {FAINT}|{FAINT:#} {}", printable(line.trim_end())),
        );
    }
}

fn push_line(drawn: &mut String, line: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(drawn, "{}", line.trim_end());
}
