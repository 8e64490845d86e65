//! What can be known of SQL without a server: whether a text only observes, and whether it orders its rows.
//!
//! It is read as psql reads it: statements end at a semicolon outside quotes, and a backslash begins one of psql's own
//! commands, up to the end of the line.

mod scanner;

use scanner::{Piece, Scanner, Token};

/// The statements of a text and psql's own commands between them.
#[derive(Debug, Default)]
pub(crate) struct Script<'a> {
    statements: Vec<Vec<Token<'a>>>,
    commands: Vec<&'a str>,
}

impl<'a> Script<'a> {
    /// Reads a text.
    pub(crate) fn read(text: &'a str) -> Self {
        let mut script = Self::default();
        let mut statement = Vec::new();
        for piece in Scanner::new(text) {
            match piece {
                Piece::Token(token) => statement.push(token),
                Piece::End => script.end_statement(&mut statement),
                Piece::Command(command) => {
                    script.commands.push(command);
                    // `\g` and its kin send the statement before them.
                    if command.starts_with('g') {
                        script.end_statement(&mut statement);
                    }
                }
            }
        }
        script.end_statement(&mut statement);
        script
    }

    /// How many statements there are, psql's own commands not counted.
    pub(crate) fn statements(&self) -> usize {
        self.statements.len()
    }

    /// The first of psql's own commands, without its backslash.
    pub(crate) fn command(&self) -> Option<&'a str> {
        self.commands.first().copied()
    }

    /// Whether there is nothing but blanks and comments.
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty() && self.commands.is_empty()
    }

    /// The word that keeps the text from being one that only observes: `None` where it may be repeated at will.
    pub(crate) fn change(&self) -> Option<String> {
        let command = self.commands.iter().find(|command| !observes(command));
        let statement = || self.statements.iter().find_map(|tokens| change(tokens));
        command
            .map(|command| format!("\\{}", command_name(command)))
            .or_else(|| statement().map(str::to_owned))
    }

    /// Whether a statement orders the rows of its result, rather than those of a part in brackets.
    pub(crate) fn orders_rows(&self) -> bool {
        self.statements.iter().any(|tokens| orders_rows(tokens))
    }

    fn end_statement(&mut self, statement: &mut Vec<Token<'a>>) {
        let tokens = std::mem::take(statement);
        if !tokens.is_empty() {
            self.statements.push(tokens);
        }
    }
}

/// Whether psql or sqlite3 would run the text as it stands, and not ask for more.
pub(crate) fn is_finished(text: &str) -> bool {
    const WORDS: [&str; 3] = ["exit", "help", "quit"];
    let is_command = text.starts_with('.') || WORDS.iter().any(|word| is_word(text.trim(), word));
    let last = Scanner::new(text).last();
    is_command || matches!(last, None | Some(Piece::End | Piece::Command(_)))
}

/// Whether the lines of another language say `ORDER BY`, for instance in what it hands to psql.
pub(crate) fn mentions_order<'a>(lines: impl Iterator<Item = &'a str>) -> bool {
    let bare = |word: &'a str| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    let mut after_order = false;
    let mut words = lines.flat_map(str::split_whitespace);
    words.any(|word| {
        // Most words are neither, which their length tells.
        let found = after_order && word.len() >= "by".len() && is_word(bare(word), "by");
        after_order = word.len() >= "order".len() && is_word(bare(word), "order");
        found
    })
}

/// psql's commands that only show something: those that describe, list and print sources, and the plain `\g`.
fn observes(command: &str) -> bool {
    let name = command_name(command);
    let arguments = command.get(name.len()..).unwrap_or("").trim();
    match name.trim_end_matches(['+', 'S', 'x']) {
        "l" | "list" | "z" | "sf" | "sv" | "conninfo" => true,
        "g" => arguments.is_empty(),
        base => base.starts_with('d'),
    }
}

fn command_name(command: &str) -> &str {
    command.split_whitespace().next().unwrap_or("")
}

/// The word by which a statement may change something.
fn change<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    const WRITES: [&str; 4] = ["insert", "update", "delete", "merge"];
    let words: Vec<&'a str> = tokens.iter().filter_map(|token| token.word()).collect();
    let any_of = |known: &[&str]| words.iter().copied().find(|word| is_any(word, known));
    let first = words.first().copied().unwrap_or("");
    let found = match first.to_ascii_lowercase().as_str() {
        "show" => None,
        "select" | "table" | "values" => any_of(&["into"]),
        "with" => any_of(&WRITES).or_else(|| any_of(&["into"])),
        "explain" => any_of(&["analyze", "analyse"])
            .and_then(|_| any_of(&WRITES).or_else(|| any_of(&["into", "create", "execute"]))),
        _ => Some(first),
    };
    found.or_else(|| words.into_iter().find(|word| is_changing_function(word)))
}

/// PostgreSQL's functions that change something although they are called in a SELECT, as far as tutorials use them.
fn is_changing_function(word: &str) -> bool {
    const PREFIXES: [&str; 6] = [
        "pg_create_",
        "pg_drop_",
        "pg_logical_emit_",
        "pg_replication_slot_advance",
        "pg_copy_",
        "pg_wal_replay_",
    ];
    const NAMES: [&str; 8] = [
        "nextval",
        "setval",
        "pg_promote",
        "pg_switch_wal",
        "pg_reload_conf",
        "pg_rotate_logfile",
        "pg_terminate_backend",
        "pg_cancel_backend",
    ];
    let lower = word.to_ascii_lowercase();
    NAMES.contains(&lower.as_str()) || PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

fn orders_rows(tokens: &[Token<'_>]) -> bool {
    // A plan is rows only for psql.
    if matches!(tokens.first(), Some(Token::Word(word)) if is_word(word, "explain")) {
        return true;
    }
    // Brackets around the whole statement change nothing.
    let outer = tokens
        .iter()
        .take_while(|token| **token == Token::Open)
        .count();
    let mut depth = 0_usize;
    let mut after_order = false;
    for token in tokens {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Word(word) if after_order && is_word(word, "by") => return true,
            Token::Word(_) | Token::Other => {}
        }
        after_order =
            depth <= outer && matches!(token, Token::Word(word) if is_word(word, "order"));
    }
    false
}

fn is_word(word: &str, known: &str) -> bool {
    word.eq_ignore_ascii_case(known)
}

fn is_any(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| is_word(word, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn changes(text: &str, expected: Option<&str>) {
        assert_eq!(Script::read(text).change().as_deref(), expected, "{text}");
    }

    #[track_caller]
    fn orders(text: &str, expected: bool) {
        assert_eq!(Script::read(text).orders_rows(), expected, "{text}");
    }

    #[test]
    fn questions_only_observe() {
        changes("SELECT 1; show port;\nTABLE t; values (1)", None);
        changes("WITH x AS (SELECT 1) SELECT * FROM x", None);
        changes("EXPLAIN DELETE FROM t; EXPLAIN ANALYZE SELECT 1", None);
        changes(
            "\\dt+ public.*\n\\l\n\\conninfo\nselect 1 \\gx\n(SELECT 2)",
            None,
        );
        changes(
            "-- DROP TABLE t;\nSELECT 'a; DROP TABLE t' /* ; /* DROP */ x */",
            None,
        );
        changes("SELECT E'\\'; DROP', $x$; DROP $x$, $1, \"; DROP\"", None);
    }

    #[test]
    fn everything_else_may_change_something() {
        changes("SELECT 1; INSERT INTO t VALUES (1)", Some("INSERT"));
        changes("select * INTO t from u", Some("INTO"));
        changes(
            "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
            Some("DELETE"),
        );
        changes("EXPLAIN (ANALYZE) UPDATE t SET a = 1", Some("UPDATE"));
        changes(
            "SELECT pg_create_restore_point('a')",
            Some("pg_create_restore_point"),
        );
        changes("SELECT 1 \\gexec", Some("\\gexec"));
        changes("SELECT 1 \\g file", Some("\\g"));
        changes("\\! rm -r x", Some("\\!"));
        changes("BEGIN", Some("BEGIN"));
        changes("\\", Some("\\"));
        changes("1", Some(""));
    }

    #[test]
    fn order_by_counts_outside_quotes_and_brackets() {
        orders("SELECT a FROM t ORDER BY a", true);
        orders("select a from t order\n  -- the key\n by a;", true);
        orders("(SELECT a FROM t ORDER BY a)", true);
        orders("SELECT 1; SELECT a FROM t ORDER BY a", true);
        orders("SELECT rank() OVER (ORDER BY a) FROM t", false);
        orders("SELECT 'ORDER BY' -- ORDER BY", false);
        orders("SELECT \"order\" , by FROM t", false);
        orders("SELECT order_by FROM t", false);
    }

    #[test]
    fn a_shell_line_may_mention_the_order() {
        let mentions = |text: &str| mentions_order(text.lines());
        assert!(mentions("psql -c \"SELECT a FROM t ORDER BY a\""));
        assert!(mentions("psql -c \"SELECT a FROM t order\nby a;\""));
        assert!(!mentions("echo order_by reorder by"));
        assert!(!mentions("echo order a by"));
    }

    #[test]
    fn comments_alone_are_nothing() {
        assert!(Script::read(" -- a\n/* b */ ;").is_empty());
        assert!(!Script::read("\\q").is_empty());
        assert_eq!(Script::read("SELECT 1; ; SELECT 2").statements(), 2);
        assert_eq!(Script::read("SELECT 1 \\gx").command(), Some("gx"));
    }
}
