//! Blocks that are typed where the terminal is not: a `sh` block while psql is open, a `sql` block at a shell.
//!
//! A run finds out by the prompts and stops there. Here the typed text is followed, so that it is known before.

use std::collections::BTreeMap;

use labrun_model::{
    Action, Diagnostic, Lab, Language, SessionKind, SessionTracker, Span, Step, TerminalName,
};

use crate::codes;

/// Every block that does not fit the session at the top of its terminal.
pub(crate) fn wrong_sessions(lab: &Lab) -> Vec<Diagnostic> {
    let mut tracker = SessionTracker::new();
    // Where each session on top of a terminal's own shell was opened.
    let mut opened: BTreeMap<&TerminalName, Vec<Span>> = BTreeMap::new();
    let mut found = Vec::new();
    for step in lab.steps() {
        let stack = opened.entry(&step.terminal).or_default();
        let kind = tracker.current(&step.terminal).kind;
        if let Action::Type { language, .. } = &step.action
            && kind.language() != *language
        {
            found.push(fault(lab, step, *language, kind, stack.last().copied()));
            if *language == Language::Shell {
                stack.pop();
            }
        }
        for change in tracker.follow(step).changes {
            if change.opens.is_some() {
                stack.push(step.span);
            } else {
                stack.pop();
            }
        }
    }
    found
}

fn fault(
    lab: &Lab,
    step: &Step,
    language: Language,
    kind: SessionKind,
    opener: Option<Span>,
) -> Diagnostic {
    let message = format!(
        "a `{}` block is typed at {}, but the terminal is at {} here",
        language.fence(),
        language.place(),
        kind.name(),
    );
    let opened = opener.map(|span| lab.source.author_line(span.start));
    let help = match (kind, opened) {
        (SessionKind::Psql | SessionKind::Sqlite | SessionKind::Python, Some(line)) => format!(
            "line {line} opened {}; leave it before this block, with {}",
            kind.name(),
            leaving(kind)
        ),
        (SessionKind::Psql | SessionKind::Sqlite | SessionKind::Python, None) => format!(
            "leave {} before this block, with {}",
            kind.name(),
            leaving(kind)
        ),
        _ => format!(
            "open {} before this block, in a `sh` fence",
            language.place()
        ),
    };
    Diagnostic::error(codes::WRONG_SESSION, step.span, message).with_help(help)
}

/// What leaves a session, as an author writes it.
fn leaving(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Psql => "`\\q` in a `sql` fence",
        SessionKind::Sqlite => "`.quit` in a `sql` fence",
        SessionKind::Python => "`exit()` in a `python` fence",
        SessionKind::Bash | SessionKind::Sh => "`exit` in a `sh` fence",
    }
}
