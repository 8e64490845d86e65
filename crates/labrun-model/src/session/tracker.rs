//! Where the reader is: the stack of sessions of every terminal, as far as the typed text tells.
//!
//! A run knows better, because it sees the prompts. This is for those who only read the page.

use std::collections::BTreeMap;

use super::line::{Command, commands_and_rest};
use super::opener::opener_in;
use super::{Language, Opener, SessionKind, closes, closes_shell};
use crate::lab::{Action, ExpectedExit, Step, TerminalName};

/// The program at the top of a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session<'a> {
    /// The kind of program.
    pub kind: SessionKind,
    /// The container or service it runs in; `None` on the reader's machine.
    pub container: Option<&'a str>,
    /// What opened it; `None` for the terminal's own shell, and for a program that was opened out of sight.
    pub opener: Option<Opener<'a>>,
}

/// What a line of a step does to its terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionChange<'a> {
    /// Index of the line in its step.
    pub line: usize,
    /// Whether no command follows it in the step.
    pub is_last: bool,
    /// What it opens; `None` where it closes the session that it is typed into.
    pub opens: Option<Opener<'a>>,
}

/// A step that has been followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed<'a> {
    /// Where the step begins to be typed.
    pub session: Session<'a>,
    /// What its lines open and close, in order.
    pub changes: Vec<SessionChange<'a>>,
}

/// Follows the reader from step to step, in every terminal.
#[derive(Debug, Clone, Default)]
pub struct SessionTracker<'a> {
    /// The sessions on top of each terminal's own shell.
    terminals: BTreeMap<TerminalName, Vec<Session<'a>>>,
}

impl<'a> SessionTracker<'a> {
    /// Tracks terminals that have not been typed into yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The session at the top of a terminal.
    pub fn current(&self, terminal: &TerminalName) -> Session<'a> {
        let top = self.terminals.get(terminal).and_then(|stack| stack.last());
        top.cloned().unwrap_or(Session {
            kind: SessionKind::Bash,
            container: None,
            opener: None,
        })
    }

    /// Types a step. Where its language does not fit the session at the top, a program was left or opened out of sight.
    pub fn follow(&mut self, step: &'a Step) -> Followed<'a> {
        let terminal = &step.terminal;
        if let Action::Type { language, .. } = &step.action {
            self.fit(terminal, *language);
        }
        let session = self.current(terminal);
        let changes = changes(step);
        for change in &changes {
            match &change.opens {
                Some(opener) => self.open(terminal, opener.clone()),
                None => self.close(terminal),
            }
        }
        Followed { session, changes }
    }

    /// Puts a session on top; what no engine starts elsewhere runs where the session below does.
    pub fn open(&mut self, terminal: &TerminalName, opener: Opener<'a>) {
        let container = match &opener.engine {
            Some(engine) => engine.name,
            None => self.current(terminal).container,
        };
        self.push(terminal, opener.kind, container, Some(opener));
    }

    /// Takes the session off the top; a terminal's own shell stays.
    pub fn close(&mut self, terminal: &TerminalName) {
        if let Some(stack) = self.terminals.get_mut(terminal) {
            stack.pop();
        }
    }

    fn fit(&mut self, terminal: &TerminalName, language: Language) {
        match language {
            Language::Shell => {
                while self.current(terminal).kind.language() != Language::Shell {
                    self.close(terminal);
                }
            }
            Language::Sql => self.fit_program(terminal, SessionKind::Psql),
            Language::Python => self.fit_program(terminal, SessionKind::Python),
        }
    }

    /// Where another language is typed, `kind` must have been opened.
    fn fit_program(&mut self, terminal: &TerminalName, kind: SessionKind) {
        let current = self.current(terminal);
        if current.kind.language() != kind.language() {
            self.push(terminal, kind, current.container, None);
        }
    }

    fn push(
        &mut self,
        terminal: &TerminalName,
        kind: SessionKind,
        container: Option<&'a str>,
        opener: Option<Opener<'a>>,
    ) {
        let stack = self.terminals.entry(terminal.clone()).or_default();
        stack.push(Session {
            kind,
            container,
            opener,
        });
    }
}

/// What the lines of a step open and close. A line that goes on with a command or a here-document does neither, and an
/// indented line closes nothing: it belongs to a loop or a condition above it. A command that must fail opens nothing.
fn changes(step: &Step) -> Vec<SessionChange<'_>> {
    let Action::Type { language, lines } = &step.action else {
        return Vec::new();
    };
    let last = lines.iter().rposition(|line| is_command(&line.text));
    let base = lines.first().map_or(0, |line| indentation(&line.text));
    let mut here_document = None;
    let mut left_open = None;
    let mut changes = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let text = line.text.as_str();
        if let Some(end) = here_document {
            here_document = here_document.filter(|_| text.trim() != end);
            continue;
        }
        let is_last = Some(index) == last;
        let mut opens = None;
        let leaves = if *language == Language::Shell {
            let goes_on = left_open.is_some();
            let (commands, open) = commands_and_rest(text, left_open);
            left_open = open;
            if goes_on {
                continue;
            }
            here_document = here_document_end(&commands);
            let may_open = !is_last || step.exit == ExpectedExit::Success;
            opens = may_open.then(|| opener_in(&commands)).flatten();
            closes_shell(&commands)
        } else {
            closes(*language, text)
        };
        if opens.is_some() || leaves && indentation(text) <= base {
            changes.push(SessionChange {
                line: index,
                is_last,
                opens,
            });
        }
    }
    changes
}

fn is_command(line: &str) -> bool {
    let line = line.trim();
    !(line.is_empty() || line.starts_with('#') || line.starts_with("--"))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The word that ends the here-document which a line of these commands begins.
pub(super) fn here_document_end<'a>(commands: &[Command<'a>]) -> Option<&'a str> {
    let mut words = commands.iter().flat_map(|command| &command.words);
    let (_, attached) = words
        .by_ref()
        .filter(|word| word.text.contains('<') && !word.text.starts_with(['"', '\'']))
        .find_map(|word| word.text.split_once("<<"))?;
    let attached = attached.trim_start_matches('-');
    let end = if attached.is_empty() {
        words.next()?.text
    } else {
        attached
    };
    let end = end.trim_matches(['"', '\'', '\\']);
    // Neither `<<<` nor a number, which is shifted.
    end.starts_with(|c: char| c.is_alphabetic() || c == '_')
        .then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Line;
    use crate::source::Span;

    fn step(typed: &str) -> Step {
        let is_sql = typed.starts_with("SELECT") || typed.starts_with('\\') || typed == ".quit";
        let is_python = typed.starts_with("print(") || typed == "exit()";
        let lines = typed.split('\n').map(|text| Line {
            text: text.to_owned(),
            span: Span::default(),
        });
        Step {
            number: 1,
            name: None,
            span: Span::default(),
            section: 0,
            terminal: TerminalName::main(),
            action: Action::Type {
                language: if is_sql {
                    Language::Sql
                } else if is_python {
                    Language::Python
                } else {
                    Language::Shell
                },
                lines: lines.collect(),
            },
            timeout: Step::DEFAULT_TIMEOUT,
            eventually: None,
            exit: ExpectedExit::Success,
            answers: Vec::new(),
            expectation: None,
            allow: Vec::new(),
        }
    }

    fn drawn(session: &Session<'_>) -> String {
        let place = session.container.unwrap_or("here");
        format!("{} {place}", session.kind.name())
    }

    /// Draws where each step is typed.
    #[track_caller]
    fn check(typed: &[(&str, &str)]) {
        let steps: Vec<Step> = typed.iter().map(|(text, _)| step(text)).collect();
        let mut tracker = SessionTracker::new();
        for (step, (text, place)) in steps.iter().zip(typed) {
            assert_eq!(drawn(&tracker.follow(step).session), *place, "{text}");
        }
    }

    #[test]
    fn sessions_are_followed() {
        check(&[
            ("ls", "bash here"),
            ("sudo docker exec -u me -it db bash", "bash here"),
            ("ls", "bash db"),
            ("psql", "bash db"),
            ("SELECT 1;", "psql db"),
            ("\\q", "psql db"),
            ("sh", "bash db"),
            ("exit", "sh db"),
            ("exit # leave", "bash db"),
            ("docker compose exec web sh", "bash here"),
            ("exit 0", "sh web"),
            ("psql -p 5454", "bash here"),
            ("SELECT 1;", "psql here"),
        ]);
        check(&[
            ("sqlite3 a.db", "bash here"),
            ("SELECT 1;", "sqlite3 here"),
            (".quit", "sqlite3 here"),
            ("docker run -it --name web image python3", "bash here"),
            ("print(1)", "python web"),
            ("exit()", "python web"),
            ("ls", "bash here"),
            ("print(1)", "python here"),
        ]);
        check(&[
            ("bash", "bash here"),
            ("exit\nexit", "bash here"),
            ("ls", "bash here"),
        ]);
    }

    #[test]
    fn what_happens_out_of_sight_is_found_out() {
        check(&[("SELECT 1;", "psql here"), ("ls", "bash here")]);
        check(&[
            ("docker exec -it db bash", "bash here"),
            ("./connect", "bash db"),
            ("SELECT 1;", "psql db"),
            ("\\q", "psql db"),
            ("exit", "bash db"),
            ("ls", "bash here"),
        ]);
    }

    #[test]
    fn every_line_counts_that_is_a_command_of_its_own() {
        check(&[
            ("docker exec -it db bash\nls", "bash here"),
            ("if false; then\n  exit 1\nfi", "bash db"),
            ("sh -c '\nexit\n'", "bash db"),
            ("echo \\\nexit", "bash db"),
            ("cat <<'EOF' >x\nexit\nEOF", "bash db"),
            ("echo '<<EOF' $((1<<2)) <<<EOF", "bash db"),
            ("cat << 'EOF'\nexit\nEOF\nexit\nls", "bash db"),
            ("ls", "bash here"),
        ]);
        check(&[("  bash\n  exit", "bash here"), ("ls", "bash here")]);
    }

    #[test]
    fn terminals_have_sessions_of_their_own() {
        let mut steps = [step("psql"), step("ls"), step("SELECT 1;")];
        steps[1].terminal = TerminalName::new("second");
        let mut tracker = SessionTracker::new();
        let places: Vec<String> = steps
            .iter()
            .map(|step| drawn(&tracker.follow(step).session))
            .collect();
        assert_eq!(places, ["bash here", "bash here", "psql here"]);
    }

    #[test]
    fn a_step_tells_what_it_changes() {
        let mut failing = step("true\npsql nowhere\n# no such database\n");
        let changes = SessionTracker::new().follow(&failing).changes;
        assert_eq!((changes[0].line, changes[0].is_last), (1, true));
        assert!(changes[0].opens.is_some());
        failing.exit = ExpectedExit::Status(2);
        assert_eq!(SessionTracker::new().follow(&failing).changes, []);
        let leaving = step("exit\nls");
        let changes = SessionTracker::new().follow(&leaving).changes;
        assert_eq!((changes[0].is_last, &changes[0].opens), (false, &None));
    }
}
