//! A typed line as a shell splits it: simple commands and their words, each with its place in the line.
//!
//! This knows blanks, quotes, comments and the signs between commands. Nothing is expanded.

/// A word of a typed line, with its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word as it stands in the line.
    pub text: &'a str,
    /// Offset of its first byte in the line.
    pub start: usize,
}

/// A simple command of a line.
#[derive(Debug)]
pub(super) struct Command<'a> {
    pub(super) words: Vec<Word<'a>>,
    /// Whether it reads from the terminal, and certainly runs: in no pipeline, not in the background, not behind `||`,
    /// and with no other input.
    pub(super) reads_terminal: bool,
}

impl<'a> Word<'a> {
    /// Offset after its last byte.
    pub fn end(self) -> usize {
        self.start + self.text.len()
    }

    /// The word without the quotes around it.
    pub fn unquoted(self) -> &'a str {
        self.text.trim_matches(['"', '\''])
    }

    /// The program that the word names: without its folder, and without what begins a substitution or a group.
    pub fn program(self) -> &'a str {
        let word = self.unquoted().trim_start_matches("$(");
        let word = word.trim_start_matches(['(', '{', '`']);
        word.rsplit('/').next().unwrap_or(word)
    }

    /// The letters of short flags, `it` of `-itu me`, up to the first of those that take a value; and whether that
    /// value is the next word. No letters where the word is no short flag.
    pub(super) fn switches(self, with_value: &str) -> (&'a str, bool) {
        let letters = match self.text.strip_prefix('-') {
            Some(letters) if !letters.starts_with('-') => letters,
            _ => "",
        };
        match letters.find(|letter| with_value.contains(letter)) {
            Some(end) => (&letters[..end], end + 1 == letters.len()),
            None => (letters, false),
        }
    }
}

/// The words of a line, without the signs between its commands and without a comment.
pub fn words(line: &str) -> Vec<Word<'_>> {
    commands(line)
        .into_iter()
        .flat_map(|command| command.words)
        .collect()
}

/// The simple commands of a line.
pub(super) fn commands(line: &str) -> Vec<Command<'_>> {
    commands_and_rest(line, None).0
}

/// The simple commands of a line, and what it leaves open as [`leaves_open`] says it.
pub(super) fn commands_and_rest(
    line: &str,
    open: Option<char>,
) -> (Vec<Command<'_>>, Option<char>) {
    let mut scanner = Scanner::new(line);
    let rest = scanner.scan(open.filter(|open| *open != '\\'));
    (scanner.commands, rest)
}

/// What a line leaves open, so that the next one goes on with its last command: a quote, or a backslash at its end.
/// `open` is what the line before it left open.
pub(super) fn leaves_open(line: &str, open: Option<char>) -> Option<char> {
    commands_and_rest(line, open).1
}

struct Scanner<'a> {
    line: &'a str,
    commands: Vec<Command<'a>>,
    words: Vec<Word<'a>>,
    start: Option<usize>,
    reads_terminal: bool,
}

impl<'a> Scanner<'a> {
    fn new(line: &'a str) -> Self {
        Self {
            line,
            commands: Vec::new(),
            words: Vec::new(),
            start: None,
            reads_terminal: true,
        }
    }

    /// Reads the line, whose beginning may be quoted, and says what stays open at its end.
    fn scan(&mut self, mut quote: Option<char>) -> Option<char> {
        let mut characters = self.line.char_indices().peekable();
        let mut previous = ' ';
        while let Some((offset, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            match (quote, character) {
                (Some(mark), _) if mark == character => quote = None,
                (Some('\''), _) => {}
                (_, '\\') => {
                    self.start.get_or_insert(offset);
                    if characters.next().is_none() {
                        quote = quote.or(Some('\\'));
                    }
                }
                (Some(_), _) => {}
                (None, ' ' | '\t') => self.end_word(offset),
                (None, '#') if self.start.is_none() => {
                    self.end_command(offset);
                    return None;
                }
                (None, ';' | '\n') => self.end_command(offset),
                (None, '|') => {
                    self.reads_terminal = false;
                    self.end_command(offset);
                    self.reads_terminal = false;
                    characters.next_if(|(_, next)| matches!(next, '|' | '&'));
                }
                // In `2>&1` and `&>` it is a part of the word.
                (None, '&') if !matches!(previous, '>' | '<') && next != Some('>') => {
                    let is_list = characters.next_if(|(_, next)| *next == '&').is_some();
                    self.reads_terminal &= is_list;
                    self.end_command(offset);
                }
                (None, '<' | '`' | '(') => {
                    self.reads_terminal = false;
                    self.start.get_or_insert(offset);
                }
                (None, '\'' | '"') => {
                    quote = Some(character);
                    self.start.get_or_insert(offset);
                }
                (None, _) => {
                    self.start.get_or_insert(offset);
                }
            }
            previous = character;
        }
        self.end_command(self.line.len());
        quote
    }

    fn end_word(&mut self, end: usize) {
        let line = self.line;
        self.words.extend(self.start.take().map(|start| Word {
            text: &line[start..end],
            start,
        }));
    }

    fn end_command(&mut self, end: usize) {
        self.end_word(end);
        if !self.words.is_empty() {
            self.commands.push(Command {
                words: std::mem::take(&mut self.words),
                reads_terminal: self.reads_terminal,
            });
            self.reads_terminal = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws the commands as `word|word`, with a `-` before those that do not read from the terminal.
    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let drawn: Vec<String> = commands(line)
            .iter()
            .map(|command| {
                for word in &command.words {
                    assert_eq!(&line[word.start..word.end()], word.text);
                }
                let words: Vec<&str> = command.words.iter().map(|word| word.text).collect();
                let sign = if command.reads_terminal { "" } else { "-" };
                format!("{sign}{}", words.join("|"))
            })
            .collect();
        assert_eq!(drawn, expected, "{line}");
    }

    #[test]
    fn a_line_is_split_as_a_shell_splits_it() {
        check(" a\t'b c'  \"d 'e\"f ", &["a|'b c'|\"d 'e\"f"]);
        check("a && b; c;", &["a", "b", "c"]);
        check("a;b&&c", &["a", "b", "c"]);
        check("a | b; c", &["-a", "-b", "c"]);
        check("a || b", &["-a", "-b"]);
        check("a |& b", &["-a", "-b"]);
        check("a & b &", &["-a", "-b"]);
        check("a 2>&1 &>x >&2", &["a|2>&1|&>x|>&2"]);
        check("a <b; c `d`; (e)", &["-a|<b", "-c|`d`", "-(e)"]);
        check("a '|;&<' \"`\"", &["a|'|;&<'|\"`\""]);
        check("a \\; b\\ c \\\"d", &["a|\\;|b\\ c|\\\"d"]);
        check("'a\\' b", &["'a\\'|b"]);
        check("a b#c # d; e", &["a|b#c"]);
        check("# a", &[]);
        check("", &[]);
        check("a 'open; b", &["a|'open; b"]);
        check("é \\", &["é|\\"]);
    }

    #[test]
    fn a_line_can_go_on_in_the_next() {
        assert_eq!(leaves_open("a 'b", None), Some('\''));
        assert_eq!(leaves_open("\"b", Some('\'')), Some('\''));
        assert_eq!(leaves_open("b' \"", Some('\'')), Some('"'));
        assert_eq!(leaves_open("a \\", None), Some('\\'));
        assert_eq!(leaves_open("a # \\", Some('\\')), None);
        assert_eq!(leaves_open("a \\'", None), None);
    }

    #[test]
    fn a_word_names_a_program() {
        let check = |text, expected| assert_eq!(Word { text, start: 0 }.program(), expected);
        check("psql", "psql");
        check("/usr/bin/psql", "psql");
        check("\"psql\"", "psql");
        check("$(psql", "psql");
        check("(psql", "psql");
        check("$psql", "$psql");
        check("", "");
    }

    #[test]
    fn short_flags_stand_together() {
        let check = |text, expected| {
            assert_eq!(Word { text, start: 0 }.switches("uv"), expected, "{text}");
        };
        check("-it", ("it", false));
        check("-itu", ("it", true));
        check("-itume", ("it", false));
        check("-u", ("", true));
        check("--tty", ("", false));
        check("x", ("", false));
    }
}
