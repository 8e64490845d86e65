//! The commands of a `console` fence and, for each, the lines that it is expected to print.
//!
//! Every line is one or the other: a command begins behind a prompt, goes on for as long as the program would ask for
//! more, and what stands below is its output.

mod prompt;

use labrun_model::{Diagnostic, Language, Line, PythonReader, SourceFile, Span, shell_wants_more};

use crate::codes;
use crate::fences::{Fence, part};
use crate::roles::{Attribute, Key};
use crate::sql;
use prompt::{Prompts, continuation};

/// A command with its output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The lines with their prompts.
    pub(crate) span: Span,
    /// What it is typed at.
    pub(crate) language: Language,
    /// What is typed.
    pub(crate) typed: Vec<Line>,
    /// What stands up to the next prompt.
    pub(crate) output: Vec<Line>,
    /// Whether the lines that go on with it have a prompt of their own: none of them or all.
    has_marks: Option<bool>,
}

/// Reads the commands, and reports lines that belong to none. `prompts` are those that the book names.
pub(crate) fn commands(
    source: &SourceFile,
    fence: &Fence,
    prompts: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Command> {
    let prompts = Prompts::of(&fence.lines, prompts);
    let mut commands: Vec<Command> = Vec::new();
    // Comments above the first command are typed with it: a shell does nothing with them, and neither does a reader.
    let mut comments: Vec<Line> = Vec::new();
    let mut stray = None;
    for line in &fence.lines {
        if let Some(command) = commands.last_mut()
            && let Some(more) = command.goes_on(line, &prompts)
        {
            command.typed.push(typed(source, line, more));
            command.span.end = line.span.end;
        } else if let Some((language, text)) = prompts.read(&line.text) {
            diagnostics.extend(commands.last().and_then(unfinished));
            commands.push(Command::begin(
                source,
                line,
                (language, text),
                &mut comments,
            ));
        } else if let Some(command) = commands.last_mut() {
            command.output.push(line.clone());
        } else if line.text.starts_with('#') {
            comments.push(line.clone());
        } else if !line.text.trim().is_empty() {
            stray = stray.or(Some(line.span));
        }
    }
    diagnostics.extend(commands.last().and_then(unfinished));
    let stray = stray.or_else(|| comments.first().map(|line| line.span));
    diagnostics.extend(prompt_fault(fence, stray, commands.is_empty()));
    // Behind the prompt of a program often nothing stands, where a shell's has a command.
    commands.retain(|command| command.language == Language::Shell || !command.is_empty());
    commands
}

impl Command {
    fn begin(
        source: &SourceFile,
        line: &Line,
        (language, text): (Language, &str),
        comments: &mut Vec<Line>,
    ) -> Self {
        let mut lines = match language {
            Language::Shell => std::mem::take(comments),
            Language::Sql | Language::Python => Vec::new(),
        };
        let start = lines
            .first()
            .map_or(line.span.start, |first| first.span.start);
        lines.push(typed(source, line, text));
        Self {
            span: Span::new(start, line.span.end),
            language,
            typed: lines,
            output: Vec::new(),
            has_marks: None,
        }
    }

    /// Whether what the fence shows as its output is the program's word that it failed.
    pub(crate) fn shows_failure(&self) -> bool {
        const SQL: [&str; 4] = ["ERROR:  ", "Parse error", "Runtime error", "Error: "];
        let begins = |known: &[&str]| {
            let mut lines = self.output.iter();
            lines.any(|line| known.iter().any(|begin| line.text.starts_with(begin)))
        };
        match self.language {
            Language::Shell => false,
            Language::Sql => begins(&SQL),
            Language::Python => begins(&["Traceback (most recent call last):", "  File \"<"]),
        }
    }

    fn is_empty(&self) -> bool {
        self.typed.iter().all(|line| line.text.trim().is_empty())
    }

    /// What of a line goes on with the command; `None` where the line is an output or another command.
    fn goes_on<'l>(&mut self, line: &'l Line, prompts: &Prompts<'_>) -> Option<&'l str> {
        if !self.output.is_empty() {
            return None;
        }
        let text = line.text.as_str();
        let wants_more = self.wants_more();
        let marked = continuation(self.language, text);
        let more = match self.language {
            Language::Shell => marked.filter(|_| wants_more && self.has_marks != Some(false)),
            // A bare `...` of an output stands for lines.
            Language::Python => marked.filter(|more| wants_more || !more.is_empty()),
            Language::Sql => marked,
        };
        let can_be_plain = self.language != Language::Python && self.has_marks != Some(true);
        let plain =
            Some(text).filter(|text| wants_more && can_be_plain && prompts.read(text).is_none());
        if more.or(plain).is_some() {
            self.has_marks = Some(more.is_some());
        }
        more.or(plain)
    }

    fn wants_more(&self) -> bool {
        let texts: Vec<&str> = self.typed.iter().map(|line| line.text.as_str()).collect();
        match self.language {
            Language::Shell => shell_wants_more(&texts),
            Language::Sql => !sql::is_finished(&texts.join("\n")),
            Language::Python => {
                let mut reader = PythonReader::default();
                texts.iter().for_each(|text| reader.read(text));
                reader.wants_more()
            }
        }
    }
}

/// A command that the shell would not run yet. The programs are asked when they are there.
fn unfinished(command: &Command) -> Option<Diagnostic> {
    let last = command.typed.last()?;
    let is_open = command.language == Language::Shell && command.wants_more();
    let fault = Diagnostic::error(
        codes::CONSOLE_CONTINUATION,
        last.span,
        "the command goes on behind this line, where no line goes on with it",
    );
    is_open.then(|| {
        fault.with_help("the lines that go on with a command stand directly below it, each behind `> ` or none of them")
    })
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

fn typed(source: &SourceFile, line: &Line, text: &str) -> Line {
    let start = line.text.len() - text.len();
    Line {
        text: text.to_owned(),
        span: part(source, line, start..line.text.len()),
    }
}

fn prompt_fault(fence: &Fence, stray: Option<Span>, no_command: bool) -> Option<Diagnostic> {
    const HELP: &str = "a line that is typed begins with a prompt: `$ `, `user@host:~$ `, `>>> `, `database=# `, `sqlite> `, or what `prompts` says in book.toml";
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
    use labrun_model::{Line, SourceFile};

    /// Draws each command with its output as `command[line|line]`, then the faults.
    #[track_caller]
    fn check(body: &str, expected: &[&str]) {
        let source = SourceFile::new("a.md", format!("> ```console\n{body}\n> ```\n"));
        let fences = crate::fences(&source);
        let mut faults = Vec::new();
        let mut drawn: Vec<String> = super::commands(&source, &fences[0], &[], &mut faults)
            .iter()
            .map(|command| {
                for line in &command.typed {
                    assert_eq!(source.slice(line.span), line.text);
                }
                let join = |lines: &[Line]| {
                    let lines: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
                    lines.join("|")
                };
                format!("{}[{}]", join(&command.typed), join(&command.output))
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
        const OPEN: &str = "the command goes on behind this line, where no line goes on with it";
        check("> $ a \\\n> > b\n> c", &["a \\|b[c]"]);
        check("> $ a \\\n>   b\n> c", &["a \\|  b[c]"]);
        check("> $ a \\", &["a \\[]", OPEN]);
        check("> $ echo 'it\n> $ b", &["echo 'it[]", "b[]", OPEN]);
        check("> $ cat <<E\n> > x\n> > E\n> x", &["cat <<E|x|E[x]"]);
        check(
            "> $ for i in 1; do\n> > a\n> > done\n> > b",
            &["for i in 1; do|a|done[> b]"],
        );
        check("> $ a \\\\", &["a \\\\[]"]);
    }

    #[test]
    fn a_fence_may_type_at_several_programs() {
        check(
            "> $ python3\n> >>> def f():\n> ...     pass\n> ...\n> >>> f()\n> ...\n> >>> exit()",
            &["python3[]", "def f():|    pass|[]", "f()[...]", "exit()[]"],
        );
        check(
            "> db=# SELECT 1\n> db-# + 1;\n>  2\n> db=# SELECT\n> 2;\n> db=# \\q\n> db=#",
            &["SELECT 1|+ 1;[ 2]", "SELECT|2;[]", "\\q[]"],
        );
        check(
            "> sqlite> CREATE TABLE t (\n>    ...> a);\n> sqlite> .tables\n> t",
            &["CREATE TABLE t (|a);[]", ".tables[t]"],
        );
    }

    #[test]
    fn comments_above_the_first_command_are_typed_with_it() {
        check("> # first\n> $ a\n> # b", &["# first|a[# b]"]);
        check(
            "> # first\n> >>> a",
            &["a[]", "output stands before the first prompt"],
        );
    }
}
