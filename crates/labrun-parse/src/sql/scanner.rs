//! SQL as psql splits it: words, brackets, the ends of statements and psql's own commands.

/// As much of a statement as this module asks for; quoted text, numbers and operators are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A keyword or a name without quotes.
    Word(&'a str),
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Anything else.
    Other,
}

/// What the scanner finds.
pub(super) enum Piece<'a> {
    /// A part of a statement.
    Token(Token<'a>),
    /// The semicolon behind a statement.
    End,
    /// One of psql's own commands without its backslash, up to the end of the line.
    Command(&'a str),
}

/// Reads a text piece by piece, and any text to its end.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        self.skip_blanks_and_comments();
        let first = self.rest.chars().next()?;
        let piece = match first {
            ';' => self.one(Piece::End),
            '(' => self.one(Piece::Token(Token::Open)),
            ')' => self.one(Piece::Token(Token::Close)),
            '\\' => {
                let line = self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
                Piece::Command(line.trim_start_matches('\\'))
            }
            '\'' => self.quoted('\'', false),
            '"' => self.quoted('"', false),
            '$' => self.dollar_quoted(),
            _ if is_word_start(first) => self.word(),
            _ => self.other(first),
        };
        Some(piece)
    }
}

impl<'a> Scanner<'a> {
    /// A scanner of the whole text.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("--") {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                self.skip_comment();
            } else {
                return;
            }
        }
    }

    /// Comments nest in SQL.
    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            if self.skip("/*") {
                depth += 1;
            } else if self.skip("*/") {
                depth -= 1;
            } else if let Some(next) = self.rest.chars().next() {
                self.take(next.len_utf8());
            } else {
                return;
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn word(&mut self) -> Piece<'a> {
        let end = self.rest.find(|c: char| !is_word_part(c));
        let word = self.take(end.unwrap_or(self.rest.len()));
        // In E'…' a backslash escapes.
        if self.rest.starts_with('\'') {
            return self.quoted('\'', word.eq_ignore_ascii_case("e"));
        }
        Piece::Token(Token::Word(word))
    }

    /// A doubled quote inside reads as two quoted pieces, which comes to the same here.
    fn quoted(&mut self, quote: char, escapes: bool) -> Piece<'a> {
        self.take(1);
        let mut escaped = false;
        let end = self.rest.char_indices().find(|(_, character)| {
            let closes = *character == quote && !escaped;
            escaped = escapes && *character == '\\' && !escaped;
            closes
        });
        self.take(end.map_or(self.rest.len(), |(offset, _)| offset + 1));
        Piece::Token(Token::Other)
    }

    fn dollar_quoted(&mut self) -> Piece<'a> {
        let after = self.rest.get(1..).unwrap_or("");
        let tag = after.find(|c: char| !is_word_part(c) || c == '$');
        let tag = tag.filter(|end| after.get(*end..).is_some_and(|rest| rest.starts_with('$')));
        let Some(quote) = tag.and_then(|end| self.rest.get(..end + 2)) else {
            return self.other('$');
        };
        self.take(quote.len());
        let end = self.rest.find(quote).map(|offset| offset + quote.len());
        self.take(end.unwrap_or(self.rest.len()));
        Piece::Token(Token::Other)
    }

    fn other(&mut self, first: char) -> Piece<'a> {
        self.take(first.len_utf8());
        Piece::Token(Token::Other)
    }

    fn one(&mut self, piece: Piece<'a>) -> Piece<'a> {
        self.take(1);
        piece
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = self.rest.starts_with(text);
        if found {
            self.take(text.len());
        }
        found
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

fn is_word_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

fn is_word_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

impl<'a> Token<'a> {
    /// The word, where it is one.
    pub(super) fn word(&self) -> Option<&'a str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Open | Self::Close | Self::Other => None,
        }
    }
}
