//! Python as its prompt reads it: what a line leaves open, and the empty lines by which a reader ends a block there.
//!
//! A file ends a block by the next line that is not indented; at the prompt an empty line does. Nothing else is changed.

/// A line that is typed at Python's prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedLine<'a> {
    /// What is typed.
    pub text: &'a str,
    /// Index of the line that it is, or that it stands behind.
    pub line: usize,
    /// It is an empty line of ours that ends a block, and not wanted where the prompt asks for no more.
    pub ends_block: bool,
}

/// Reads Python line by line, to know whether the prompt would ask for more.
#[derive(Debug, Clone, Default)]
pub struct PythonReader {
    /// The string that is open: its quote, and whether it is one of three.
    string: Option<(char, bool)>,
    /// How many brackets are open.
    depth: usize,
    /// The last line ended with a backslash.
    goes_on: bool,
    /// A compound statement has begun, which an empty line ends.
    in_block: bool,
    /// The last statement was a decorator, which the next line belongs to.
    decorates: bool,
}

/// What is typed for some lines of Python: an empty line that would end a block too early is left out, and one that a
/// reader needs to end a block is put in.
pub fn python_lines<'a>(lines: &[&'a str]) -> Vec<KeyedLine<'a>> {
    let mut reader = PythonReader::default();
    let mut typed = Vec::new();
    for (index, text) in lines.iter().enumerate() {
        if !reader.is_inside() && reader.in_block {
            let next = lines[index..].iter().find(|line| !line.trim().is_empty());
            let goes_on = next.is_some_and(|next| reader.takes(next));
            if text.trim().is_empty() && goes_on {
                continue;
            }
            if !text.trim().is_empty() && !goes_on {
                let line = index.saturating_sub(1);
                typed.push(KeyedLine::end(line));
                reader.read("");
            }
        }
        typed.push(KeyedLine {
            text,
            line: index,
            ends_block: false,
        });
        reader.read(text);
    }
    if reader.in_block && !reader.is_inside() {
        let line = lines.len().saturating_sub(1);
        typed.push(KeyedLine::end(line));
    }
    typed
}

impl KeyedLine<'_> {
    fn end(line: usize) -> Self {
        Self {
            text: "",
            line,
            ends_block: true,
        }
    }
}

impl PythonReader {
    /// Reads the next line.
    pub fn read(&mut self, line: &str) {
        if !self.is_inside() {
            self.begin(line);
        }
        self.scan(line);
    }

    /// Whether the prompt would ask for more: inside a string, a bracket or a block.
    pub fn wants_more(&self) -> bool {
        self.is_inside() || self.in_block
    }

    /// Inside a string, a bracket, or behind a backslash: there an empty line ends nothing.
    fn is_inside(&self) -> bool {
        self.string.is_some() || self.depth > 0 || self.goes_on
    }

    /// A statement begins, or a line of a block.
    fn begin(&mut self, line: &str) {
        const COMPOUND: [&str; 8] = ["async", "class", "def", "for", "if", "try", "while", "with"];
        if line.trim().is_empty() {
            self.in_block = false;
            self.decorates = false;
        } else if !line.starts_with([' ', '\t', '#']) {
            let first = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            let first = first.unwrap_or("");
            let is_match = first == "match" && line.trim_end().ends_with(':');
            self.decorates = line.starts_with('@');
            self.in_block |= self.decorates || is_match || COMPOUND.contains(&first);
        }
    }

    /// Whether a line belongs to the block that is open.
    fn takes(&self, line: &str) -> bool {
        const CLAUSES: [&str; 4] = ["elif", "else", "except", "finally"];
        let first = line.split(|c: char| !c.is_alphanumeric()).next();
        self.decorates || line.starts_with([' ', '\t']) || CLAUSES.contains(&first.unwrap_or(""))
    }

    fn scan(&mut self, line: &str) {
        self.goes_on = false;
        let mut rest = line;
        while let Some(character) = rest.chars().next() {
            let behind = &rest[character.len_utf8()..];
            rest = match (self.string, character) {
                (_, '\\') if behind.is_empty() => {
                    self.goes_on = true;
                    behind
                }
                (Some(_), '\\') => behind.strip_prefix(|_: char| true).unwrap_or(behind),
                (Some((quote, is_long)), _) if quote == character => {
                    let length = if is_long { 3 } else { 1 };
                    if begins_with(rest, quote, length) {
                        self.string = None;
                        &rest[length..]
                    } else {
                        behind
                    }
                }
                (Some(_), _) => behind,
                (None, '#') => "",
                (None, '\'' | '"') => {
                    let is_long = begins_with(rest, character, 3);
                    self.string = Some((character, is_long));
                    if is_long { &rest[3..] } else { behind }
                }
                (None, '(' | '[' | '{') => {
                    self.depth += 1;
                    behind
                }
                (None, ')' | ']' | '}') => {
                    self.depth = self.depth.saturating_sub(1);
                    behind
                }
                (None, _) => behind,
            };
        }
        // A short string ends with its line, unless a backslash takes it on.
        if !self.goes_on && matches!(self.string, Some((_, false))) {
            self.string = None;
        }
    }
}

fn begins_with(text: &str, quote: char, times: usize) -> bool {
    text.chars().take_while(|c| *c == quote).count() >= times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, typed: &str) {
        let lines: Vec<&str> = text.split('\n').collect();
        let drawn: Vec<&str> = python_lines(&lines).iter().map(|line| line.text).collect();
        assert_eq!(drawn.join("\n"), typed);
    }

    #[test]
    fn a_block_is_ended_as_a_reader_ends_it() {
        check("x = 1\n\nx", "x = 1\n\nx");
        check("for i in x:\n    i", "for i in x:\n    i\n");
        check("if x: y", "if x: y\n");
        check("if x: y\nz", "if x: y\n\nz");
        check(
            "def f():\n    a\n\n    b\n\nf()",
            "def f():\n    a\n    b\n\nf()",
        );
        check(
            "try:\n    a\n\nexcept E:\n    b\nelse:\n    c\nd",
            "try:\n    a\nexcept E:\n    b\nelse:\n    c\n\nd",
        );
        check("@a\n@b\ndef f(): pass\nf()", "@a\n@b\ndef f(): pass\n\nf()");
        check("match x:\n    case 1: y", "match x:\n    case 1: y\n");
        check("match = 1\nmatch", "match = 1\nmatch");
    }

    #[test]
    fn strings_and_brackets_keep_their_lines() {
        check("x = '''\n\nif'''\nx", "x = '''\n\nif'''\nx");
        check("if f(\n\n1):\n  y", "if f(\n\n1):\n  y\n");
        check("x = 'it\\'s' # ('\ny", "x = 'it\\'s' # ('\ny");
        check("x = \"a\ny", "x = \"a\ny");
        check(
            "def f():\n    '''\n\n    '''\n    a",
            "def f():\n    '''\n\n    '''\n    a\n",
        );
    }

    #[test]
    fn an_ending_belongs_to_the_line_it_ends() {
        let lines: Vec<_> = python_lines(&["if x: y", "z"])
            .iter()
            .map(|line| line.line)
            .collect();
        assert_eq!(lines, [0, 0, 1]);
    }

    #[test]
    fn the_prompt_asks_for_more() {
        let wants = |lines: &[&str]| {
            let mut reader = PythonReader::default();
            lines.iter().for_each(|line| reader.read(line));
            reader.wants_more()
        };
        assert!(wants(&["f("]) && wants(&["'''"]) && wants(&["x = \\"]) && wants(&["if x: y"]));
        assert!(!wants(&["f(", ")"]) && !wants(&["if x: y", ""]) && !wants(&["x"]));
    }
}
