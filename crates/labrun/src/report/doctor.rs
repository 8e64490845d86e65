//! The table of `labrun doctor`, on standard output: for people, or an object a line for programs.

use labrun_run::{Finding, Subject};
use serde_json::{Value, json};

use super::{BAD, FAINT, GOOD, STRONG, count, data, printable};

/// How wide the two first columns are.
const STATUS: usize = 9;
const NAME: usize = 8;

/// The table as it grows.
#[derive(Debug, Default)]
pub(crate) struct Table {
    json: bool,
    ok: usize,
    not_right: usize,
    not_tried: usize,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            ..Self::default()
        }
    }

    /// Says one more line.
    pub(crate) fn line(&mut self, subject: Subject, finding: &Finding) {
        *match finding {
            Finding::Right { .. } => &mut self.ok,
            Finding::Wrong { .. } => &mut self.not_right,
            Finding::NotTried { .. } => &mut self.not_tried,
        } += 1;
        if self.json {
            data(&format!("{}\n", object(subject, finding)));
        } else {
            data(&drawn(subject, finding));
        }
    }

    /// Says the whole.
    pub(crate) fn end(&self) {
        data(&self.whole());
    }

    fn whole(&self) -> String {
        let Self {
            ok,
            not_right,
            not_tried,
            ..
        } = *self;
        if self.json {
            let whole = json!({
                "right": not_right == 0, "ok": ok, "not_right": not_right, "not_tried": not_tried,
            });
            return format!("{whole}\n");
        }
        match not_right {
            0 => format!(
                "\n{GOOD}ok{GOOD:#}: {} right, {not_tried} not tried\n",
                count(ok, "line")
            ),
            _ => format!(
                "\n{BAD}not right{BAD:#}: {}; {ok} ok, {not_tried} not tried\n",
                count(not_right, "line")
            ),
        }
    }
}

/// A line for people; what was found may take several, and the remedy stands below it.
pub(super) fn drawn(subject: Subject, finding: &Finding) -> String {
    let (style, word) = match finding {
        Finding::Right { .. } => (GOOD, "ok"),
        Finding::Wrong { .. } => (BAD, "not right"),
        Finding::NotTried { .. } => (FAINT, "not tried"),
    };
    let indent = " ".repeat(STATUS + NAME + 6);
    let found = match finding {
        Finding::Right { found } | Finding::Wrong { found, .. } => found,
        Finding::NotTried { reason } => reason,
    };
    // What an engine or a program said must not move the cursor.
    let found: Vec<String> = found.lines().map(printable).collect();
    let found = found.join(&format!("\n{indent}"));
    let gap = " ".repeat(STATUS.saturating_sub(word.len()));
    let mut text = format!(
        "  {style}{word}{style:#}{gap}  {:NAME$}  {found}\n",
        subject.name()
    );
    if let Finding::Wrong { remedy, .. } = finding {
        let remedy = printable(remedy);
        text.push_str(&format!("{indent}{STRONG}help{STRONG:#}: {remedy}\n"));
    }
    text
}

fn object(subject: Subject, finding: &Finding) -> Value {
    let line = subject.name();
    match finding {
        Finding::Right { found } => json!({"line": line, "status": "ok", "found": found}),
        Finding::Wrong { found, remedy } => {
            json!({"line": line, "status": "not-right", "found": found, "remedy": remedy})
        }
        Finding::NotTried { reason } => {
            json!({"line": line, "status": "not-tried", "reason": reason})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong() -> Finding {
        Finding::Wrong {
            found: "none".to_owned(),
            remedy: "get one".to_owned(),
        }
    }

    #[test]
    fn a_program_gets_an_object_for_each_line_and_one_for_the_whole() {
        let line = object(Subject::Psql, &wrong());
        assert_eq!(
            line,
            json!({"line": "psql", "status": "not-right", "found": "none", "remedy": "get one"})
        );
        let mut table = Table::new(true);
        table.not_right = 1;
        table.ok = 2;
        let whole: Value = serde_json::from_str(&table.whole()).unwrap();
        assert_eq!(
            whole,
            json!({"right": false, "ok": 2, "not_right": 1, "not_tried": 0})
        );
    }

    #[test]
    fn what_others_say_cannot_move_the_cursor() {
        let found = Finding::Right {
            found: "a\u{1b}[2J\nb".to_owned(),
        };
        let text = drawn(Subject::Engine, &found);
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(
            text.contains('␛') && plain.ends_with("\n                       b\n"),
            "{plain:?}"
        );
    }
}
