//! From what is written on a step to what it means: values of closed types, and faults for what cannot be.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use labrun_model::{
    Action, Allowed, Answer, AnswerText, Diagnostic, ExpectedExit, Language, Line, SourceFile,
    Span, Step, TerminalName, opener,
};

use crate::codes;
use crate::expectation::text;
use crate::fences::part;
use crate::roles::{Attribute, Key};
use crate::sql::Script;
use crate::values;

/// What the attributes of a step say.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    file: Option<PathBuf>,
    name: Option<(String, Span)>,
    terminal: TerminalName,
    timeout: Duration,
    eventually: Option<(Duration, Span)>,
    exit: ExpectedExit,
    answers: Vec<Answer>,
    allow: Vec<Allowed>,
}

/// The names of the steps so far, with their places.
pub(crate) type Names = BTreeMap<String, Span>;

impl Settings {
    /// Reads the values; where one is wrong, the step has what a step without the attribute has.
    pub(crate) fn read(
        attributes: Vec<Attribute>,
        language: Language,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut settings = Self {
            file: None,
            name: None,
            terminal: TerminalName::main(),
            timeout: Step::DEFAULT_TIMEOUT,
            eventually: None,
            exit: ExpectedExit::Success,
            answers: Vec::new(),
            allow: Vec::new(),
        };
        for attribute in attributes {
            if let Err(help) = settings.set(&attribute, language) {
                diagnostics.push(bad_value(&attribute, help));
            }
        }
        settings
    }

    /// The page shows that the step fails: so it must, in whatever way where nothing says which.
    pub(crate) fn expect_failure(&mut self) {
        if self.exit == ExpectedExit::Success {
            self.exit = ExpectedExit::Failure;
        }
    }

    /// The file that the step writes.
    pub(crate) fn file(&self) -> Option<&PathBuf> {
        self.file.as_ref()
    }

    /// The step. Its number, its section and its expectation are the chapter's to say.
    pub(crate) fn step(self, span: Span, action: Action) -> Step {
        Step {
            number: 0,
            name: self.name.map(|(name, _)| name),
            span,
            section: 0,
            terminal: self.terminal,
            action,
            timeout: self.timeout,
            eventually: self.eventually.map(|(length, _)| length),
            exit: self.exit,
            answers: self.answers,
            expectation: None,
            allow: self.allow,
        }
    }

    fn set(&mut self, attribute: &Attribute, language: Language) -> Result<(), &'static str> {
        let value = attribute.value.text.as_str();
        let span = attribute.value.span;
        match attribute.key {
            Key::File => self.file = Some(values::relative_path(value)?),
            Key::Name => self.name = Some((values::name(value)?, span)),
            Key::Terminal => self.terminal = TerminalName::new(values::name(value)?),
            Key::Timeout => self.timeout = values::duration(value)?,
            Key::Eventually => self.eventually = Some((values::duration(value)?, span)),
            Key::Exit => self.exit = values::exit(value, language)?,
            Key::Allow => self.allow.push(Allowed {
                code: value.to_owned(),
                span,
            }),
            Key::Answer if value.chars().any(values::is_unseen) => {
                return Err("an answer holds only characters that the page shows");
            }
            Key::Answer => self.answers.push(Answer {
                text: AnswerText::read(value),
                span,
            }),
        }
        Ok(())
    }

    /// Reports a repetition of what must not be repeated.
    pub(crate) fn check_repetition(
        &self,
        language: Language,
        lines: &[Line],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some((_, span)) = self.eventually else {
            return;
        };
        match language {
            Language::Sql => diagnostics.extend(changing_sql(&text(lines), span)),
            // What Python observes or changes cannot be read off its text.
            Language::Python => {}
            Language::Shell => {
                let opening = lines.iter().find(|line| opener(&line.text).is_some());
                diagnostics.extend(opening.map(|line| opening_shell(line, span)));
            }
        }
    }

    /// Keeps the name unless an earlier step has it.
    pub(crate) fn register_name(
        &mut self,
        source: &SourceFile,
        names: &mut Names,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some((name, span)) = self.name.clone() else {
            return;
        };
        let Some(earlier) = names.get(&name) else {
            names.insert(name, span);
            return;
        };
        let line = source.author_line(earlier.start);
        let message = format!("the name `{name}` is taken by the step on line {line}");
        let fault = Diagnostic::error(codes::REPEATED_NAME, span, message);
        diagnostics.push(fault.with_help("each name stands for one step of the lab"));
        self.name = None;
    }
}

/// Whether there is anything to type. A shell takes a comment for a command, the others take it for nothing.
pub(crate) fn has_typed_line(language: Language, lines: &[Line]) -> bool {
    match language {
        Language::Shell => lines.iter().any(|line| !line.text.trim().is_empty()),
        Language::Sql => !Script::read(&text(lines)).is_empty(),
        Language::Python => lines
            .iter()
            .map(|line| line.text.trim())
            .any(|text| !text.is_empty() && !text.starts_with('#')),
    }
}

/// Reports the characters that would be typed or written although the page does not show them.
pub(crate) fn check_characters(
    source: &SourceFile,
    lines: &[Line],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for line in lines {
        // Most lines are of plain characters only, which is quickly seen.
        if line.text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            continue;
        }
        let unseen = line
            .text
            .char_indices()
            .find(|(_, c)| values::is_unseen(*c));
        if let Some((start, character)) = unseen {
            let place = part(source, line, start..start + character.len_utf8());
            let message = format!(
                "the character U+{:04X} is not seen on the page",
                u32::from(character)
            );
            let fault = Diagnostic::error(codes::CONTROL_CHARACTER, place, message);
            diagnostics
                .push(fault.with_help("remove it, or write it as an escape of the language"));
        }
    }
}

fn bad_value(attribute: &Attribute, help: &str) -> Diagnostic {
    let message = format!(
        "`{}` cannot be `{}`",
        attribute.key.word(),
        attribute.value.text.escape_debug()
    );
    Diagnostic::error(codes::BAD_VALUE, attribute.value.span, message).with_help(help)
}

fn changing_sql(text: &str, span: Span) -> Option<Diagnostic> {
    let word = Script::read(text).change()?;
    let what = if word.is_empty() {
        "this step".to_owned()
    } else {
        format!("`{word}`")
    };
    let message = format!("`eventually` repeats the step, and {what} may change something");
    let fault = Diagnostic::error(codes::EVENTUALLY_CHANGES, span, message);
    Some(fault.with_help("put it on the step that observes the change, with SELECT or SHOW"))
}

fn opening_shell(line: &Line, span: Span) -> Diagnostic {
    let message = format!(
        "`eventually` repeats the step, and `{}` opens a session",
        line.text.trim()
    );
    Diagnostic::error(codes::EVENTUALLY_OPENS, span, message)
        .with_help("put it on the step inside the session that observes")
}
