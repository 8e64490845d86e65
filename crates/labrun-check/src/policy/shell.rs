//! Typed text as a shell splits it, for those who must not miss a command: quotes, substitutions and redirections are
//! read, and a word that the shell would change says so. Nothing is expanded. A bracket may be a pattern, too, and is left
//! to those who read the word: addresses of IPv6 stand in brackets.

/// A word of a command, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether it means itself, without a variable, a substitution, a pattern or braces.
    pub(super) is_plain: bool,
    /// Offset of its beginning, in characters.
    pub(super) at: usize,
}

/// A text as a shell reads it.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Simple commands.
    pub(super) commands: Vec<Vec<Word>>,
    /// What substitutions hold: scripts of their own, each with its offset in characters.
    pub(super) inner: Vec<(usize, String)>,
}

/// Splits a text. Whatever is not closed ends with the text.
pub(super) fn split(text: &str) -> Script {
    let mut reader = Reader {
        chars: text.chars().collect(),
        at: 0,
        word: None,
        words: Vec::new(),
        drops_next: false,
        script: Script::default(),
    };
    while let Some(c) = reader.next() {
        reader.take(c);
    }
    reader.end_command();
    reader.script
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    word: Option<Word>,
    words: Vec<Word>,
    /// The next word is where a redirection leads.
    drops_next: bool,
    script: Script,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self, c: char) {
        match c {
            '\\' => match self.next() {
                Some('\n') | None => {}
                Some(escaped) => self.push(escaped),
            },
            '\'' => self.single_quoted(),
            '"' => self.double_quoted(),
            '$' | '`' => self.expansion(c),
            '#' if self.word.is_none() => {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            }
            ' ' | '\t' | '\r' => self.end_word(),
            '&' if self.peek() == Some('>') => self.end_word(),
            '<' | '>' => self.redirection(),
            '\n' | ';' | '&' | '|' | '(' | ')' => self.end_command(),
            '{' | '*' | '?' => {
                let begins_group =
                    c == '{' && self.word.is_none() && self.peek().is_none_or(char::is_whitespace);
                if begins_group {
                    self.end_command();
                } else {
                    self.push(c);
                    self.is_changed();
                }
            }
            '~' if self.word.is_none() => {
                self.push(c);
                self.is_changed();
            }
            other => self.push(other),
        }
    }

    fn here(&mut self) -> &mut Word {
        let at = self.at.saturating_sub(1);
        self.word.get_or_insert_with(|| Word {
            text: String::new(),
            is_plain: true,
            at,
        })
    }

    fn push(&mut self, c: char) {
        self.here().text.push(c);
    }

    fn is_changed(&mut self) {
        self.here().is_plain = false;
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take()
            && !std::mem::take(&mut self.drops_next)
        {
            self.words.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.drops_next = false;
        if !self.words.is_empty() {
            self.script.commands.push(std::mem::take(&mut self.words));
        }
    }

    fn single_quoted(&mut self) {
        self.here();
        while let Some(c) = self.next()
            && c != '\''
        {
            self.push(c);
        }
    }

    fn double_quoted(&mut self) {
        self.here();
        while let Some(c) = self.next() {
            match c {
                '"' => return,
                '\\' => match self.next() {
                    Some('\n') | None => {}
                    Some(escaped @ ('$' | '`' | '"' | '\\')) => self.push(escaped),
                    Some(other) => {
                        self.push('\\');
                        self.push(other);
                    }
                },
                '$' | '`' => self.expansion(c),
                other => self.push(other),
            }
        }
    }

    /// What begins with `$` or a backtick, as it is written.
    fn expansion(&mut self, c: char) {
        let begun = self.at;
        self.push(c);
        match (c, self.peek()) {
            ('`', _) => {
                self.until('`');
                self.keep_inner(begun, 1);
            }
            (_, Some('(')) => {
                self.at += 1;
                self.push('(');
                self.balanced('(', ')');
                self.keep_inner(begun + 1, 1);
            }
            (_, Some('{')) => {
                self.at += 1;
                self.push('{');
                self.balanced('{', '}');
                // A default may hold a substitution.
                self.keep_inner(begun + 1, 1);
            }
            // `$'…'` stands for other characters than it shows.
            (_, Some('\'')) => {
                self.at += 1;
                self.until('\'');
            }
            (_, Some(next)) if next.is_alphanumeric() || "_@*#?$!-".contains(next) => {}
            _ => return,
        }
        self.is_changed();
    }

    fn keep_inner(&mut self, from: usize, closing: usize) {
        let to = self.at.saturating_sub(closing).max(from);
        let inner = self.chars.get(from..to).unwrap_or_default();
        self.script.inner.push((from, inner.iter().collect()));
    }

    fn until(&mut self, end: char) {
        while let Some(c) = self.next() {
            self.push(c);
            if c == '\\'
                && let Some(escaped) = self.next()
            {
                self.push(escaped);
            } else if c == end {
                return;
            }
        }
    }

    /// Up to the sign that closes; quotes hide signs.
    fn balanced(&mut self, open: char, close: char) {
        let mut depth = 1;
        let mut quote = None;
        while let Some(c) = self.next() {
            self.push(c);
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') => quote = Some(c),
                (None, c) if c == open => depth += 1,
                (None, c) if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                (None, _) => {}
            }
        }
    }

    /// `2>&1 file`: neither the number nor the file is a word of the command. `<(…)` is a word that the shell makes.
    fn redirection(&mut self) {
        if self.peek() == Some('(') {
            let begun = self.at;
            self.at += 1;
            self.push('<');
            self.balanced('(', ')');
            self.keep_inner(begun + 1, 1);
            self.is_changed();
            return;
        }
        let is_number = |word: &Word| word.text.chars().all(|c| c.is_ascii_digit());
        if self.word.as_ref().is_some_and(is_number) {
            self.word = None;
        } else {
            self.end_word();
        }
        while self.peek().is_some_and(|c| "<>&|-".contains(c)) {
            self.at += 1;
        }
        self.drops_next = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands divided by `|`, words by blanks; a word that the shell changes stands in angle brackets.
    #[track_caller]
    fn check(text: &str, expected: &str, inner: &[&str]) {
        let script = split(text);
        let drawn: Vec<String> = script
            .commands
            .iter()
            .map(|words| {
                let words = words.iter().map(|word| match word.is_plain {
                    true => word.text.clone(),
                    false => format!("<{}>", word.text),
                });
                words.collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(drawn.join(" | "), expected, "{text}");
        let found: Vec<&str> = script.inner.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, inner, "{text}");
    }

    #[test]
    fn words_are_what_the_program_gets() {
        check(
            "docker run --\"priv\"ileged 'a b' c\\ d",
            "docker run --privileged a b c d",
            &[],
        );
        check("a && b || c; d | e & (f)", "a | b | c | d | e | f", &[]);
        check("{ a; } # not this\nb", "a | } | b", &[]);
        check("a \\\n  b", "a b", &[]);
        check("a \"x\ny\" b", "a x\ny b", &[]);
        check(
            "a $X \"${Y:-z}\" ~/b --{c,d} e* f[1]",
            "a <$X> <${Y:-z}> <~/b> <--{c,d}> <e*> f[1]",
            &["Y:-z"],
        );
        check(
            "a $(b \"c)\") `d e`",
            "a <$(b \"c)\")> <`d e`>",
            &["b \"c)\"", "d e"],
        );
        check("a $'\\x2d' 5$ $", "a <$\\x2d'> 5$ $", &[]);
    }

    #[test]
    fn a_redirection_is_no_word() {
        check(
            "docker run >x 2>&1 <y --privileged z",
            "docker run --privileged z",
            &[],
        );
        check("a &> b c", "a c", &[]);
        check("a << EOF\nb", "a | b", &[]);
        check("a <(b c) d", "a <<b c)> d", &["b c"]);
    }

    #[test]
    fn what_is_not_closed_ends_with_the_text() {
        for text in ["'a", "\"a", "$(a", "`a", "${a", "a\\", "<", "<(", "$'"] {
            split(text);
        }
    }
}
