//! The chapter as a lab, as resolved: every attribute has become a value of a closed type.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::expectation::Expectation;
use crate::probe::Probe;
use crate::relation::Relation;
use crate::session::Language;
use crate::source::{Place, SourceFile, Span};

/// An annotated chapter: what a reader does, step by step, and what must then be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lab {
    /// The name by which it is run, `chapter3`.
    pub name: String,
    /// The chapter's first heading, or the name.
    pub title: String,
    /// The chapter as the author wrote it.
    pub source: SourceFile,
    /// The headings, in order; the first may be an unnamed one for what comes before any heading.
    pub sections: Vec<Section>,
    /// Steps and checks in the order of the page.
    pub blocks: Vec<Block>,
}

/// A heading and what follows it up to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading's text.
    pub title: String,
    /// The heading's level, 1 to 6; 0 for what comes before any heading.
    pub level: u8,
    /// Where the heading stands.
    pub span: Span,
}

/// A fence that does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Something the reader does.
    Step(Step),
    /// Something labrun itself asks from outside.
    Check(Check),
}

/// Something the reader does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number on the page, from 1, checks not counted.
    pub number: usize,
    /// The name that `--until` knows it by, where the author gave one.
    pub name: Option<String>,
    /// The whole fence.
    pub span: Span,
    /// Index into [`Lab::sections`].
    pub section: usize,
    /// The terminal it is typed into.
    pub terminal: TerminalName,
    /// What is done.
    pub action: Action,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Until when it is repeated so that its expectation can come true; only for steps that observe.
    pub eventually: Option<Duration>,
    /// How it must end.
    pub exit: ExpectedExit,
    /// What is typed when the step's program asks a secret, in order.
    pub answers: Vec<Answer>,
    /// What it must print.
    pub expectation: Option<Expectation>,
    /// The warnings that the author accepts here. They change nothing of a run.
    pub allow: Vec<Allowed>,
}

/// A warning that an author accepts, by its code. Whether there is such a code is for those to say who warn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The code, `weak-expectation`.
    pub code: String,
    /// Where the author says so.
    pub span: Span,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Types lines into the terminal.
    Type {
        /// Where they may be typed.
        language: Language,
        /// The lines, each with its place in the chapter.
        lines: Vec<Line>,
    },
    /// Writes a whole file, where the reader would use an editor.
    Write(LabFile),
}

/// A line that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text without its line ending.
    pub text: String,
    /// Where it stands in the chapter.
    pub span: Span,
}

/// A file that the chapter writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabFile {
    /// Relative to the lab folder, without `..`.
    pub path: PathBuf,
    /// The fence's language, for highlighting: `yaml`.
    pub language: String,
    /// The whole content, with a final line break.
    pub content: String,
}

/// The name of a terminal; a lab that names none has one, [`TerminalName::main`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TerminalName(String);

/// Text that is typed only at a password prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is typed.
    pub text: AnswerText,
    /// Where it stands in the chapter.
    pub span: Span,
}

/// Where the text of an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerText {
    /// It stands on the page, where everybody reads it.
    Written(String),
    /// It is the value of this variable of whoever runs the lab: a secret.
    Secret(String),
}

/// How a step must end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExpectedExit {
    /// Every command ends with status 0, every statement without an ERROR.
    Success,
    /// The last command ends with this status, 1 to 255.
    Status(u8),
    /// The last statement fails with this SQLSTATE, such as `42P01`.
    SqlState(String),
    /// The last command, statement or expression fails, whatever it fails with.
    Failure,
}

/// A question about the world, asked from outside the terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its number on the page, from 1, steps not counted.
    pub number: usize,
    /// What is promised, in the author's words.
    pub title: String,
    /// The whole fence.
    pub span: Span,
    /// Index into [`Lab::sections`].
    pub section: usize,
    /// What is asked and what the answer must be.
    pub probe: Probe,
    /// What must hold between captured values, those of the answer included.
    pub holds: Vec<Relation>,
    /// Until when the question is repeated.
    pub eventually: Option<Duration>,
    /// What to look at when the answer is wrong.
    pub hint: Option<String>,
}

impl Lab {
    /// The steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Step(step) => Some(step),
            Block::Check(_) => None,
        })
    }

    /// The checks, in order.
    pub fn checks(&self) -> impl Iterator<Item = &Check> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Check(check) => Some(check),
            Block::Step(_) => None,
        })
    }

    /// The files that the lab writes, each with its step, in order.
    pub fn files(&self) -> impl Iterator<Item = (&Step, &LabFile)> {
        self.steps().filter_map(|step| match &step.action {
            Action::Write(file) => Some((step, file)),
            Action::Type { .. } => None,
        })
    }

    /// The terminals that the steps name.
    pub fn terminals(&self) -> BTreeSet<&TerminalName> {
        self.steps().map(|step| &step.terminal).collect()
    }

    /// The place of a span in the chapter.
    pub fn place(&self, span: Span) -> Place {
        self.source.place(span)
    }
}

impl Block {
    /// The whole fence.
    pub fn span(&self) -> Span {
        match self {
            Self::Step(step) => step.span,
            Self::Check(check) => check.span,
        }
    }

    /// Index into [`Lab::sections`].
    pub fn section(&self) -> usize {
        match self {
            Self::Step(step) => step.section,
            Self::Check(check) => check.section,
        }
    }

    /// What the block does in one line: its first command, its file or its title.
    pub fn summary(&self) -> String {
        match self {
            Self::Step(step) => step.summary(),
            Self::Check(check) => check.title.clone(),
        }
    }
}

impl Step {
    /// How long one attempt may take when the author says nothing.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

    /// What the step does in one line: its first command, or the file that it writes.
    pub fn summary(&self) -> String {
        match &self.action {
            Action::Type { lines, .. } => {
                let first = lines.iter().find(|line| !line.text.trim().is_empty());
                let text = first.map_or("", |line| line.text.trim());
                let more = if lines.len() > 1 { " …" } else { "" };
                format!("{text}{more}")
            }
            Action::Write(file) => format!("write {}", file.path.display()),
        }
    }
}

impl TerminalName {
    /// The terminal of a lab that names none.
    pub fn main() -> Self {
        Self("main".to_owned())
    }

    /// A terminal that the author named.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AnswerText {
    /// Reads what stands on the page: `$NAME`, in capitals, is a variable, and `$$NAME` the text `$NAME`.
    pub fn read(text: &str) -> Self {
        let is_name = |name: &str| {
            let starts = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
            let inner = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            starts && name.chars().all(inner)
        };
        match text.strip_prefix('$') {
            Some(name) if is_name(name) => Self::Secret(name.to_owned()),
            Some(rest) if rest.strip_prefix('$').is_some_and(is_name) => {
                Self::Written(rest.to_owned())
            }
            _ => Self::Written(text.to_owned()),
        }
    }

    /// What a reader is told to type: the text, or the variable.
    pub fn shown(&self) -> String {
        match self {
            Self::Written(text) => text.clone(),
            Self::Secret(variable) => format!("${variable}"),
        }
    }
}

impl std::fmt::Display for ExpectedExit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Success => formatter.write_str("success"),
            Self::Status(status) => write!(formatter, "exit status {status}"),
            Self::SqlState(state) => write!(formatter, "SQLSTATE {state}"),
            Self::Failure => formatter.write_str("a failure"),
        }
    }
}

impl std::fmt::Display for TerminalName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_text_or_a_variable() {
        let secret = AnswerText::read("$DB_PASSWORD_2");
        assert_eq!(secret, AnswerText::Secret("DB_PASSWORD_2".to_owned()));
        assert_eq!(secret.shown(), "$DB_PASSWORD_2");
        for (text, typed) in [
            ("pass@123", "pass@123"),
            ("$$DB", "$DB"),
            ("$ecret", "$ecret"),
            ("$", "$"),
            ("$$", "$$"),
            ("$2A", "$2A"),
            ("$A B", "$A B"),
        ] {
            assert_eq!(
                AnswerText::read(text),
                AnswerText::Written(typed.to_owned())
            );
        }
    }
}
