//! A chapter as it is read step by step: the prose before a step, the step, and what can be chosen.

use std::io;

use labrun_model::{Action, Block, Lab, Span, Step};
use labrun_parse::{Prose, prose};

use super::{FAINT, STRONG, words};

/// The keys, with which the line under a step ends.
const KEYS: &str = "Enter does it, s opens the live session, c goes on, q quits";
/// Prose is not drawn wider, however wide the window is.
const WIDEST: usize = 96;

/// Shows what stands before a step since the step before it, the step, and the keys.
pub(crate) fn before_step(lab: &Lab, index: usize, session: &str) {
    let Some(Block::Step(step)) = lab.blocks.get(index) else {
        return;
    };
    let width = width();
    let mut text = String::from("\n");
    for piece in prose(&lab.source, since_last_step(lab, index), &running(lab)) {
        text.push_str(&draw(&piece, width));
        text.push('\n');
    }
    text.push_str(&draw_step(lab, step, session));
    words(&text);
}

/// Ends the line of the keys with what was chosen.
pub(crate) fn chosen(what: &str) {
    words(&format!("{what}\n"));
}

/// Says that the user's keys go to the lab's terminal now.
pub(crate) fn lent(session: &str) {
    words(&format!(
        "  {FAINT}your keys go to {session}; Ctrl-] comes back, and ends what runs there then{FAINT:#}\n"
    ));
}

/// From behind the step before this one, so that what stands before a check is read as well.
fn since_last_step(lab: &Lab, index: usize) -> Span {
    let before = lab.blocks.iter().take(index).rev();
    let start = before
        .filter(|block| matches!(block, Block::Step(_)))
        .map(end)
        .next()
        .unwrap_or(0);
    let end = lab.blocks.get(index).map_or(0, |block| block.span().start);
    Span::new(start, end)
}

/// Where a block ends, with its output.
fn end(block: &Block) -> usize {
    let output = match block {
        Block::Step(step) => step.expectation.as_ref().map(|shown| shown.span.end),
        Block::Check(_) => None,
    };
    block.span().end.max(output.unwrap_or(0))
}

/// Everything that is typed, expected or asked.
fn running(lab: &Lab) -> Vec<Span> {
    lab.blocks
        .iter()
        .map(|block| Span::new(block.span().start, end(block)))
        .collect()
}

fn draw_step(lab: &Lab, step: &Step, session: &str) -> String {
    let count = lab.steps().count();
    let place = lab.place(step.span);
    let at = match &step.action {
        Action::Type { .. } => format!(" at {session}"),
        Action::Write(_) => String::new(),
    };
    let mut text = format!(
        "{STRONG}step {} of {count}{STRONG:#}{at} {FAINT}({}:{}){FAINT:#}\n",
        step.number, place.path, place.line
    );
    let lines: Vec<&str> = match &step.action {
        Action::Type { lines, .. } => lines.iter().map(|line| line.text.as_str()).collect(),
        Action::Write(file) => {
            text.push_str(&format!("  write {}\n", file.path.display()));
            file.content.lines().collect()
        }
    };
    for line in lines {
        text.push_str(&format!("  {FAINT}│{FAINT:#} {line}\n"));
    }
    text.push_str(&format!("  {FAINT}{KEYS}{FAINT:#} > "));
    text
}

fn draw(piece: &Prose, width: usize) -> String {
    match piece {
        Prose::Heading(text) => format!("  {STRONG}{text}{STRONG:#}\n"),
        Prose::Code(code) => code
            .lines()
            .map(|line| format!("  {FAINT}  {line}{FAINT:#}\n"))
            .collect(),
        Prose::Text {
            depth,
            marker,
            text,
        } => {
            let indent = " ".repeat(2 + 2 * depth);
            let hanging = " ".repeat(marker.chars().count());
            let room = width.saturating_sub(indent.len() + hanging.len()).max(20);
            wrap(text, room)
                .iter()
                .enumerate()
                .map(|(number, line)| {
                    let before = if number == 0 { marker } else { &hanging };
                    format!("{indent}{before}{line}\n")
                })
                .collect()
        }
    }
}

/// Lines of at most so many characters, unless a word is longer.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn width() -> usize {
    let window = rustix::termios::tcgetwinsize(io::stderr()).ok();
    match window.map_or(0, |window| usize::from(window.ws_col)) {
        0 => 80,
        columns => columns.saturating_sub(2).clamp(30, WIDEST),
    }
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;

    use super::*;

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("réplique à jour", 10), ["réplique à", "jour"]);
        assert_eq!(wrap("unbreakable x", 3), ["unbreakable", "x"]);
        assert!(wrap(" ", 3).is_empty());
    }

    #[test]
    fn prose_begins_behind_the_output_of_the_step_before() {
        let page = "# T\n\n```sh\na\n```\n\n```text\nb\n```\n\nhere\n\n```sh\nc\n```\n";
        let (lab, _) = labrun_parse::parse_chapter(
            "x",
            SourceFile::new("x.md", page),
            &labrun_parse::Roles::default(),
        );
        let seen = |index| prose(&lab.source, since_last_step(&lab, index), &running(&lab));
        assert_eq!(seen(0), [Prose::Heading("T".to_owned())]);
        assert_eq!(draw(&seen(1)[0], 80), "  here\n");
        assert_eq!(seen(1).len(), 1);
    }
}
