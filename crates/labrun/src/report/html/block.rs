//! One step or check: what was typed or asked, what the page promises, and how it differed.

use labrun_model::{
    Action, Block, CapturedValue, Check, DeadContainer, DiffLine, Failure, FailureKind, Lab, Span,
    Step, Verdict,
};

use super::super::human::span;
use super::page::sign;
use super::{Ended, escaped, lag, plot, signs};
use crate::report::count;

/// A block with everything that is known of it; what failed is open, what passed folded.
pub(super) fn block(lab: &Lab, block: &Block, ended: &Ended, anchor: &str) -> String {
    let (_, class, _) = signs(ended.verdict);
    let number = match block {
        Block::Step(step) => step.number.to_string(),
        Block::Check(_) => "check".to_owned(),
    };
    let open = if ended.failure.is_some() { " open" } else { "" };
    let body = match block {
        Block::Step(step) => self::step(lab, step, ended),
        Block::Check(check) => self::check(lab, check, ended, anchor),
    };
    let title = match block {
        Block::Step(_) => format!("<code>{}</code>", escaped(&block.summary())),
        Block::Check(_) => escaped(&block.summary()),
    };
    let failed = ended.failure.as_ref();
    let failed = failed.map_or_else(String::new, |found| failure(found, &ended.output));
    format!(
        "<details class=\"block {class}\" id=\"{anchor}block-{index}\"{open}>\n<summary>{sign} <span class=\"number\">{number}</span> \
         <span class=\"what\">{title}</span> <span class=\"time\">{time}</span></summary>\n<div class=\"body\">\n\
         <p class=\"place\">{path}:{line}</p>\n{body}{failed}</div>\n</details>\n",
        anchor = escaped(anchor),
        index = ended.index,
        sign = sign(ended.verdict),
        time = time(ended),
        path = escaped(lab.source.path()),
        line = lab.place(block.span()).line,
    )
}

fn time(ended: &Ended) -> String {
    match (ended.verdict, ended.attempts) {
        (Verdict::NotRun, 0) => "not run".to_owned(),
        (_, 0 | 1) => span(ended.elapsed),
        (_, attempts) => format!("{}, {attempts} attempts", span(ended.elapsed)),
    }
}

fn step(lab: &Lab, step: &Step, ended: &Ended) -> String {
    let mut text = match &step.action {
        Action::Type { lines, .. } => {
            let lines: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            quoted("typed", &lines.join("\n"))
        }
        Action::Write(file) => quoted(
            &format!("written to {}", file.path.display()),
            file.content.trim_end(),
        ),
    };
    let is_compared = matches!(
        ended.failure.as_ref().map(|failure| &failure.kind),
        Some(FailureKind::Output(_))
    );
    let expected = step.expectation.as_ref().filter(|_| !is_compared);
    match (ended.verdict, expected) {
        (Verdict::Passed, Some(_)) => {
            text.push_str(&quoted("printed, as the page shows", &ended.output));
        }
        (_, Some(expectation)) => {
            text.push_str(&quoted("the page shows", &content(lab, expectation.span)));
        }
        (Verdict::Passed, None) if !ended.output.is_empty() => {
            text.push_str(&quoted("printed", &ended.output));
        }
        _ => {}
    }
    text
}

fn check(lab: &Lab, check: &Check, ended: &Ended, anchor: &str) -> String {
    let mut text = quoted(
        "asked, and what must be answered",
        &content(lab, check.span),
    );
    if ended.attempts > 0 && ended.failure.is_none() {
        text.push_str(&format!(
            "<p>So after <strong>{}</strong>, at the {}.</p>\n",
            span(ended.elapsed),
            match ended.attempts {
                1 => "first question".to_owned(),
                attempts => format!("{} question", ordinal(attempts)),
            }
        ));
    }
    if let Some(lag) = lag::lag(check, &ended.samples) {
        text.push_str(&plot::plot(&lag, &format!("{anchor}plot-{}", ended.index)));
    }
    text
}

/// `4th`; `11th`.
fn ordinal(number: u32) -> String {
    let end = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{end}")
}

/// The lines of a fence between its markers, as they stand in the chapter.
fn content(lab: &Lab, span: Span) -> String {
    let is_marker = |line: &&str| {
        let line = line.trim_start_matches([' ', '>']);
        line.starts_with("```") || line.starts_with("~~~")
    };
    let mut lines: Vec<&str> = lab.source.slice(span).trim_end().lines().collect();
    if lines.last().is_some_and(is_marker) {
        lines.pop();
    }
    if lines.first().is_some_and(is_marker) {
        lines.remove(0);
    }
    lines.join("\n")
}

/// A text as it is, which scrolls by itself where it is wide, and can then be reached by the keyboard.
fn quoted(title: &str, text: &str) -> String {
    if text.is_empty() {
        return format!(
            "<h4>{}</h4>\n<p class=\"note\">nothing</p>\n",
            escaped(title)
        );
    }
    format!(
        "<h4>{title}</h4>\n<pre tabindex=\"0\" role=\"region\" aria-label=\"{title}\">{}</pre>\n",
        escaped(text),
        title = escaped(title)
    )
}

fn failure(failure: &Failure, output: &str) -> String {
    let mut text = format!(
        "<div class=\"failure\">\n<p><strong>{}</strong> <span class=\"place\">{}</span></p>\n",
        escaped(&failure.kind.to_string()),
        escaped(&failure.place.to_string())
    );
    match &failure.kind {
        FailureKind::Output(lines) | FailureKind::Content(lines) => {
            text.push_str(&difference(lines));
        }
        FailureKind::Answer { expected, actual } => {
            let lines = |lines: &[String]| {
                if lines.is_empty() {
                    "(no rows)".to_owned()
                } else {
                    lines.join("\n")
                }
            };
            text.push_str(&quoted("expected", &lines(expected)));
            text.push_str(&quoted("answered", &lines(actual)));
        }
        FailureKind::Notice { lines } => {
            text.push_str(&quoted("PostgreSQL said", &lines.join("\n")));
        }
        FailureKind::Relations { captured, .. } => {
            let values: Vec<String> = captured.iter().map(captured_value).collect();
            text.push_str(&quoted("the values", &values.join("\n")));
        }
        _ => {}
    }
    if !output.is_empty() {
        text.push_str(&quoted("it printed", output));
    }
    text.extend(failure.dead_containers.iter().map(dead));
    if let Some(hint) = &failure.hint {
        text.push_str(&format!(
            "<p class=\"hint\"><strong>Help:</strong> {}</p>\n",
            escaped(hint)
        ));
    }
    text.push_str("</div>\n");
    text
}

fn captured_value(captured: &CapturedValue) -> String {
    let CapturedValue { name, value, place } = captured;
    format!("<{name}> is {value}, {place}")
}

/// Both sides of a comparison. The signs before the lines are text, not only colour.
fn difference(lines: &[DiffLine]) -> String {
    let mut text = "<h4><span class=\"missing\">− on the page</span> <span class=\"extra\">+ what came</span></h4>\n\
                    <pre tabindex=\"0\" role=\"region\" aria-label=\"the difference\">"
        .to_owned();
    for line in lines {
        text.push_str(&match line {
            DiffLine::Same(line) => format!("<span>  {}</span>\n", escaped(line)),
            DiffLine::Missing { text, place } => format!(
                "<del>− {}</del>   <span class=\"place\">{}</span>\n",
                escaped(text),
                escaped(&place.to_string())
            ),
            DiffLine::Extra(line) => format!("<ins>+ {}</ins>\n", escaped(line)),
        });
    }
    text.push_str("</pre>\n");
    text
}

fn dead(container: &DeadContainer) -> String {
    let title = format!(
        "container {} died with exit status {}; its last {}",
        container.name,
        container.exit_status,
        count(container.log.len(), "line")
    );
    quoted(&title, &container.log.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn ordinals_are_those_of_english() {
        let written: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 111, 122].map(ordinal).into();
        let expected = "1st 2nd 3rd 4th 11th 12th 13th 21st 111th 122nd";
        assert_eq!(written.join(" "), expected);
    }
}
