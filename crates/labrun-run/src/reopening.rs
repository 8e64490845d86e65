//! What has to be typed so that a new terminal is where the chapter's reader is before a step: the lines that opened
//! the sessions which are still open, and those that moved about in them. Pure; that it worked is proved elsewhere.
//!
//! A shell's variables, functions and options are not brought back. Lines that make such are known by their first
//! words, so that the reader of the report can be warned; what a script sets by `source` is known by that word only.

use std::path::{Path, PathBuf};

use labrun_model::{
    Action, Answer, Block, Lab, Language, Line, SessionKind, SessionTracker, Step, TerminalName,
    opening_command, words,
};

/// A terminal, and what brings it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reopening {
    /// The terminal.
    pub(crate) terminal: TerminalName,
    /// Where its host shell stood.
    pub(crate) folder: PathBuf,
    /// What is typed then, in order.
    pub(crate) lines: Vec<Retyped>,
    /// What is lost: a place and a line each.
    pub(crate) lost: Vec<String>,
}

/// A line of the chapter that is typed once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Retyped {
    /// What it is written in.
    pub(crate) language: Language,
    /// The command.
    pub(crate) text: String,
    /// What its program may ask for.
    pub(crate) answers: Vec<Answer>,
    /// What must be on top of the terminal then, where the line opens it.
    pub(crate) opens: Option<SessionKind>,
    /// Where it stands in the chapter, for messages.
    pub(crate) place: String,
}

/// A session that is open, and what happened in it.
struct Frame {
    language: Language,
    opener: Option<Retyped>,
    moves: Vec<Retyped>,
    lost: Vec<String>,
    /// The place at which a transaction was begun that has not ended.
    transaction: Option<String>,
    /// Why it cannot be opened once more, or brought to where it was.
    refusal: Option<String>,
}

/// The terminals that the blocks before `first` have typed into. `folder` knows where the host shell of each stood.
///
/// # Errors
/// The reason for which one of them cannot be brought back.
pub(crate) fn reopening(
    lab: &Lab,
    first: usize,
    folder: &dyn Fn(&TerminalName) -> Option<PathBuf>,
) -> Result<Vec<Reopening>, String> {
    let mut tracker = SessionTracker::new();
    let mut terminals: Vec<(TerminalName, Vec<Frame>)> = Vec::new();
    for block in lab.blocks.iter().take(first) {
        let Block::Step(step) = block else { continue };
        let Action::Type { language, lines } = &step.action else {
            continue;
        };
        let at = terminals
            .iter()
            .position(|(name, _)| *name == step.terminal)
            .unwrap_or_else(|| {
                terminals.push((step.terminal.clone(), vec![Frame::bottom()]));
                terminals.len() - 1
            });
        if let Some((_, stack)) = terminals.get_mut(at) {
            fit(stack, *language, &lab.place(step.span).to_string());
            follow(lab, step, lines, &mut tracker, stack);
        }
    }
    terminals
        .into_iter()
        .map(|(terminal, stack)| {
            let folder = folder(&terminal).ok_or_else(|| {
                format!("it is not known in which folder the shell of terminal `{terminal}` stood")
            })?;
            let mut again = Reopening {
                terminal,
                folder,
                lines: Vec::new(),
                lost: Vec::new(),
            };
            for frame in stack {
                again.add(frame)?;
            }
            Ok(again)
        })
        .collect()
}

impl Reopening {
    /// Whether a terminal that is opened anew in `start` is there already.
    pub(crate) fn is_as_new(&self, start: &Path) -> bool {
        self.folder == start && self.lines.is_empty()
    }

    /// `cd` to where the host shell stood.
    pub(crate) fn move_to_folder(&self) -> String {
        let folder = self.folder.to_string_lossy().replace('\'', r"'\''");
        format!("cd -- '{folder}'")
    }

    fn add(&mut self, frame: Frame) -> Result<(), String> {
        if let Some(refusal) = frame.refusal {
            return Err(refusal);
        }
        if let Some(place) = frame.transaction {
            return Err(format!(
                "the transaction that was begun at {place} ended with its session"
            ));
        }
        self.lines.extend(frame.opener);
        self.lines.extend(frame.moves);
        self.lost.extend(frame.lost);
        Ok(())
    }
}

impl Frame {
    fn bottom() -> Self {
        Self::new(Language::Shell, None)
    }

    fn new(language: Language, opener: Option<Retyped>) -> Self {
        Self {
            language,
            opener,
            moves: Vec::new(),
            lost: Vec::new(),
            transaction: None,
            refusal: None,
        }
    }
}

/// Where the language of a step does not fit, a session was left or opened out of sight.
fn fit(stack: &mut Vec<Frame>, language: Language, place: &str) {
    match stack.iter().rposition(|frame| frame.language == language) {
        Some(top) => stack.truncate(top + 1),
        None => stack.push(Frame {
            refusal: Some(format!(
                "the session that the step at {place} is typed into was opened by a line that is not known to open one"
            )),
            ..Frame::new(language, None)
        }),
    }
}

fn follow<'a>(
    lab: &'a Lab,
    step: &'a Step,
    lines: &'a [Line],
    tracker: &mut SessionTracker<'a>,
    stack: &mut Vec<Frame>,
) {
    let changes = tracker.follow(step).changes;
    let has_text = lines.iter().any(|line| line.text.contains("<<"));
    for (index, line) in lines.iter().enumerate() {
        let place = lab.place(line.span).to_string();
        match changes.iter().find(|change| change.line == index) {
            Some(change) => match &change.opens {
                Some(opener) => {
                    let is_run = opener
                        .engine
                        .as_ref()
                        .is_some_and(|engine| engine.verb.text == "run");
                    stack.push(opened(step, lines, line, opener.kind, is_run, place));
                }
                None if stack.len() > 1 => drop(stack.pop()),
                None => {}
            },
            None => {
                let is_bottom = stack.len() == 1;
                if let Some(frame) = stack.last_mut() {
                    match frame.language {
                        Language::Shell => note_shell(frame, is_bottom, has_text, line, place),
                        Language::Sql => note_sql(frame, line, place),
                        Language::Python => note_python(frame, line, &place),
                    }
                }
            }
        }
    }
}

fn opened(
    step: &Step,
    lines: &[Line],
    line: &Line,
    kind: SessionKind,
    is_run: bool,
    place: String,
) -> Frame {
    let text = opening_command(&line.text).unwrap_or(line.text.trim());
    let in_memory = kind == SessionKind::Sqlite
        && words(text)
            .iter()
            .skip_while(|word| word.program() != "sqlite3")
            .skip(1)
            .all(|word| word.text.starts_with('-') || word.text == ":memory:");
    let refusal = if in_memory {
        Some(format!(
            "the database of `{text}` ({place}) was in memory and ended with it"
        ))
    } else if is_run {
        Some(format!(
            "the container of `{text}` ({place}) ended with its terminal"
        ))
    } else if step.answers.len() > 1 && lines.len() > 1 {
        Some(format!(
            "which of its answers the step at {place} gives to `{text}` cannot be told"
        ))
    } else {
        None
    };
    let opener = Retyped {
        language: Language::Shell,
        text: text.to_owned(),
        answers: step.answers.clone(),
        opens: Some(kind),
        place,
    };
    Frame {
        refusal,
        ..Frame::new(kind.language(), Some(opener))
    }
}

/// What a line does to a shell besides its work. Where the host shell stands is known from the run itself.
fn note_shell(frame: &mut Frame, is_bottom: bool, has_text: bool, line: &Line, place: String) {
    const MOVES: [&str; 3] = ["cd", "pushd", "popd"];
    const MAKES: [&str; 14] = [
        "export", "declare", "typeset", "readonly", "alias", "source", ".", "set", "unset",
        "shopt", "umask", "ulimit", "trap", "function",
    ];
    let all = words(&line.text);
    let texts: Vec<&str> = all.iter().map(|word| word.text).collect();
    let Some(first) = texts.first() else { return };
    if !is_bottom && texts.iter().any(|word| MOVES.contains(word)) {
        let text = line.text.trim();
        let simple =
            MOVES.contains(first) && !text.contains(['&', ';', '|', '`', '(']) && !has_text;
        if simple {
            frame.moves.push(again(Language::Shell, text, place));
        } else {
            frame.refusal = Some(format!(
                "`{text}` ({place}) moves about in a session in a way that cannot be repeated alone"
            ));
        }
        return;
    }
    let assigns = |word: &&str| {
        word.split_once('=').is_some_and(|(name, _)| {
            let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(letters) && !name.starts_with(char::is_numeric)
        })
    };
    if MAKES.contains(first) || texts.iter().all(assigns) || first.ends_with("()") {
        frame.lost.push(format!("{place} `{}`", line.text.trim()));
    }
}

/// Whatever is typed into Python is about its variables, which end with it.
fn note_python(frame: &mut Frame, line: &Line, place: &str) {
    let text = line.text.trim();
    if !text.is_empty() && !text.starts_with('#') {
        frame.refusal.get_or_insert_with(|| {
            format!("what was typed into Python ended with it: `{text}` ({place})")
        });
    }
}

/// What a line does to psql or sqlite3 besides its work.
fn note_sql(frame: &mut Frame, line: &Line, place: String) {
    const SETTINGS: [&str; 22] = [
        "\\c",
        "\\connect",
        "\\cd",
        "\\set",
        "\\unset",
        "\\pset",
        "\\x",
        "\\timing",
        "\\encoding",
        "\\a",
        "\\t",
        "\\f",
        "\\H",
        "\\C",
        ".open",
        ".mode",
        ".headers",
        ".timer",
        ".width",
        ".nullvalue",
        ".separator",
        ".cd",
    ];
    const MAKES: [&str; 9] = [
        "PREPARE ",
        "DECLARE ",
        "LISTEN ",
        "LOAD ",
        "SET ",
        "RESET ",
        "CREATE TEMP ",
        "CREATE TEMPORARY ",
        "SELECT PG_ADVISORY_LOCK",
    ];
    let text = line.text.trim();
    let command = text.split_whitespace().next().unwrap_or("");
    if command.starts_with(['\\', '.']) {
        if SETTINGS.contains(&command) {
            frame.moves.push(again(Language::Sql, text, place));
        }
        return;
    }
    for statement in text
        .split(';')
        .map(|statement| statement.trim().to_uppercase())
    {
        let begins = |word: &str| statement == word || statement.starts_with(&format!("{word} "));
        if begins("BEGIN") || begins("START TRANSACTION") {
            frame.transaction = Some(place.clone());
        } else if begins("COMMIT")
            || begins("END")
            || begins("ABORT")
            || (begins("ROLLBACK") && !statement.contains(" TO "))
        {
            frame.transaction = None;
        } else if statement.starts_with("SET LOCAL ") {
            // It ends with its transaction.
        } else if statement.starts_with("SET ")
            && text.ends_with(';')
            && !text[..text.len() - 1].contains(';')
        {
            frame.moves.push(again(Language::Sql, text, place.clone()));
        } else if MAKES.iter().any(|make| statement.starts_with(make)) {
            frame.lost.push(format!("{place} `{text}`"));
        }
    }
}

fn again(language: Language, text: &str, place: String) -> Retyped {
    Retyped {
        language,
        text: text.to_owned(),
        answers: Vec::new(),
        opens: None,
        place,
    }
}

#[cfg(test)]
mod tests;
