//! The commands of a `console` fence and, for each, the lines that it is expected to print.

use labrun_model::{Diagnostic, Line, SourceFile, Span};

use crate::codes;
use crate::fences::{Fence, part};
use crate::roles::{Attribute, Key};

/// A command with its output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The line with its prompt.
    pub(crate) span: Span,
    /// What is typed.
    pub(crate) typed: Line,
    /// What stands up to the next prompt.
    pub(crate) output: Vec<Line>,
}

/// Reads the commands, and reports lines that belong to none.
pub(crate) fn commands(
    source: &SourceFile,
    fence: &Fence,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut stray = None;
    for line in &fence.lines {
        if let Some(start) = prompt(&line.text) {
            let typed = typed(source, line, start);
            diagnostics.extend(continuation(&typed));
            commands.push(Command {
                span: line.span,
                typed,
                output: Vec::new(),
            });
        } else if let Some(command) = commands.last_mut() {
            command.output.push(line.clone());
        } else if !line.text.trim().is_empty() {
            stray = stray.or(Some(line.span));
        }
    }
    diagnostics.extend(prompt_fault(fence, stray, commands.is_empty()));
    commands
}

/// The attributes that hold for every command; the others are reported where there are several commands.
pub(crate) fn common_attributes(
    commands: &[Command],
    attributes: Vec<Attribute>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Attribute> {
    let is_common = |attribute: &Attribute| {
        commands.len() < 2 || matches!(attribute.key, Key::Timeout | Key::Terminal | Key::Allow)
    };
    let (common, open) = attributes.into_iter().partition(is_common);
    diagnostics.extend(Vec::into_iter(open).map(|attribute: Attribute| {
        let message = format!(
            "`{}` leaves open which of the {} commands it is for",
            attribute.key.word(),
            commands.len()
        );
        let fault = Diagnostic::error(codes::CONSOLE_ATTRIBUTE, attribute.key_span, message);
        fault.with_help("split the fence, so that the command has one of its own")
    }));
    common
}

/// The offset at which the command begins, where a line begins with a prompt.
fn prompt(line: &str) -> Option<usize> {
    let rest = line.strip_prefix('$')?;
    match rest.strip_prefix(' ') {
        Some(command) => Some(line.len() - command.len()),
        None => rest.is_empty().then_some(line.len()),
    }
}

fn typed(source: &SourceFile, line: &Line, start: usize) -> Line {
    Line {
        text: line.text.get(start..).unwrap_or("").to_owned(),
        span: part(source, line, start..line.text.len()),
    }
}

/// The lines below a command are its output, so a command cannot go on there.
fn continuation(typed: &Line) -> Option<Diagnostic> {
    let backslashes = typed.text.chars().rev().take_while(|c| *c == '\\').count();
    let fault = Diagnostic::error(
        codes::CONSOLE_CONTINUATION,
        typed.span,
        "the command goes on in the next line, which is output here",
    );
    (backslashes % 2 == 1).then(|| {
        fault.with_help(
            "write the command in one line, or in a `sh` fence with its output in a `text` fence",
        )
    })
}

fn prompt_fault(fence: &Fence, stray: Option<Span>, no_command: bool) -> Option<Diagnostic> {
    const HELP: &str = "a line that is typed begins with `$ `";
    if no_command {
        let message = "a `console` fence without a prompt types nothing";
        let fault = Diagnostic::error(codes::CONSOLE_PROMPT, fence.opening, message);
        return Some(fault.with_help(format!("{HELP}; a fence with output only is `text`")));
    }
    let message = "output stands before the first prompt";
    let fault = Diagnostic::error(codes::CONSOLE_PROMPT, stray?, message);
    Some(fault.with_help(HELP))
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;

    /// Draws each command with its output as `command[line|line]`, then the faults.
    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let source = SourceFile::new("a.md", format!("> ```console\n{body}\n> ```\n"));
        let fences = crate::fences(&source);
        let mut faults = Vec::new();
        let mut drawn: Vec<String> = super::commands(&source, &fences[0], &mut faults)
            .iter()
            .map(|command| {
                assert_eq!(source.slice(command.typed.span), command.typed.text);
                assert!(source.slice(command.span).starts_with('$'));
                let lines: Vec<_> = command.output.iter().map(|l| l.text.as_str()).collect();
                format!("{}[{}]", command.typed.text, lines.join("|"))
            })
            .collect();
        drawn.extend(faults.into_iter().map(|fault| fault.message));
        assert_eq!(drawn, expected);
    }

    #[test]
    fn prompts_part_commands_and_outputs() {
        check("> $ a\n> b\n>\n> $ c  d\n> $", &["a[b|]", "c  d[]", "[]"]);
        check(
            "> $x\n> $ a\n>  $ b",
            &["a[ $ b]", "output stands before the first prompt"],
        );
        check("> \n> $ a", &["a[]"]);
        check("> $ é → x", &["é → x[]"]);
    }

    #[test]
    fn a_console_needs_commands_of_one_line() {
        check(
            "> out",
            &["a `console` fence without a prompt types nothing"],
        );
        check(">", &["a `console` fence without a prompt types nothing"]);
        check(
            "> $ a \\\n> > b",
            &[
                "a \\[> b]",
                "the command goes on in the next line, which is output here",
            ],
        );
        check("> $ a \\\\", &["a \\\\[]"]);
    }
}
