//! The prompts of a transcript: which lines are typed, and at what. Pure text.
//!
//! Where the book names no prompts, `$ ` and `user@host:~$ ` are a shell's. `# ` and `% ` begin so many other lines that
//! they are prompts only in a fence that begins with one and has no other.

use labrun_model::{Language, Line};

/// The prompts of a fence.
#[derive(Debug)]
pub(super) struct Prompts<'a> {
    shell: Vec<&'a str>,
    /// `user@host:~$ ` and `[user@host ~]$ ` are prompts, too.
    with_host: bool,
}

/// The marker that a program shows where a command goes on, and what stands behind it.
pub(super) fn continuation(language: Language, line: &str) -> Option<&str> {
    match language {
        Language::Shell => behind(line, "> "),
        Language::Python => behind(line, "... "),
        Language::Sql => behind(line, "   ...> ").or_else(|| {
            let (state, command) = psql(line)?;
            (state != '=').then_some(command)
        }),
    }
}

impl<'a> Prompts<'a> {
    /// The prompts of a fence with these lines, in a book that names some or none.
    pub(super) fn of(lines: &[Line], named: &'a [String]) -> Self {
        if !named.is_empty() {
            let mut shell: Vec<&str> = named.iter().map(String::as_str).collect();
            // `user@host:~$ ` before `$ `, where one ends with the other.
            shell.sort_by_key(|prompt| std::cmp::Reverse(prompt.len()));
            return Self {
                shell,
                with_host: false,
            };
        }
        let usual = Self {
            shell: vec!["$ "],
            with_host: true,
        };
        let mut texts = lines.iter().map(|line| line.text.as_str());
        let first = texts.clone().find(|text| !text.trim().is_empty());
        let only = ["# ", "% "]
            .into_iter()
            .find(|prompt| first.is_some_and(|first| first.starts_with(prompt)));
        match only {
            Some(prompt) if texts.all(|text| usual.read(text).is_none()) => Self {
                shell: vec![prompt],
                with_host: false,
            },
            _ => usual,
        }
    }

    /// Where a line is typed, and what of it, where it begins with a prompt.
    pub(super) fn read<'t>(&self, line: &'t str) -> Option<(Language, &'t str)> {
        let shell = || {
            let named = self.shell.iter().find_map(|prompt| behind(line, prompt));
            named.or_else(|| with_host(line).filter(|_| self.with_host))
        };
        if let Some(command) = shell() {
            return Some((Language::Shell, command));
        }
        if let Some(command) = behind(line, ">>> ") {
            return Some((Language::Python, command));
        }
        let sql = behind(line, "sqlite> ").or_else(|| {
            let (state, command) = psql(line)?;
            (state == '=').then_some(command)
        });
        sql.map(|command| (Language::Sql, command))
    }
}

/// What stands behind a prompt; a line that is nothing but the prompt has lost its last blank.
fn behind<'t>(line: &'t str, prompt: &str) -> Option<&'t str> {
    line.strip_prefix(prompt)
        .or_else(|| (line == prompt.trim_end()).then_some(""))
}

/// `database=# ` with what psql says of the statement: `=` where none is open.
fn psql(line: &str) -> Option<(char, &str)> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    if rest.len() == line.len() || line.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let state = rest.chars().next().filter(|c| "=-('\"*$^!".contains(*c))?;
    let rest = rest.get(1..)?;
    let rest = rest.strip_prefix(['*', '!', '?']).unwrap_or(rest);
    let command = behind(rest, "# ").or_else(|| behind(rest, "> "))?;
    Some((state, command))
}

/// `user@host:~$ `, `[user@host ~]# `.
fn with_host(line: &str) -> Option<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    let (bracket, rest) = match line.strip_prefix('[') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let host = rest.trim_start_matches(is_name).strip_prefix('@')?;
    let folder = host.trim_start_matches(is_name);
    if rest.starts_with('@') || folder.len() == host.len() {
        return None;
    }
    let end = if bracket {
        folder.find(']').map(|end| end + 1)
    } else {
        folder
            .strip_prefix(':')
            .and_then(|_| folder.find(['$', '#']))
    };
    let sign = folder.get(end?..)?;
    let is_one_word = !folder.get(1..end?)?.contains(' ');
    let command = behind(sign, "$ ").or_else(|| behind(sign, "# "));
    command.filter(|_| bracket || is_one_word)
}

#[cfg(test)]
mod tests {
    use labrun_model::Span;

    use super::*;

    fn lines(text: &str) -> Vec<Line> {
        let line = |text: &str| Line {
            text: text.to_owned(),
            span: Span::default(),
        };
        text.lines().map(line).collect()
    }

    #[track_caller]
    fn check(text: &str, named: &[&str], expected: &[Option<(Language, &str)>]) {
        let named: Vec<String> = named.iter().map(|&prompt| prompt.to_owned()).collect();
        let lines = lines(text);
        let prompts = Prompts::of(&lines, &named);
        let read: Vec<_> = lines.iter().map(|line| prompts.read(&line.text)).collect();
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn prompts_are_read_with_what_is_typed() {
        use Language::{Python, Shell, Sql};
        check(
            "$ a\n# b\n% c\n$",
            &[],
            &[Some((Shell, "a")), None, None, Some((Shell, ""))],
        );
        check(
            "\n# a\nb\n# c",
            &[],
            &[None, Some((Shell, "a")), None, Some((Shell, "c"))],
        );
        check("# a\n$ b", &[], &[None, Some((Shell, "b"))]);
        check("% a\n# b", &[], &[Some((Shell, "a")), None]);
        check(
            "me@host:~/a$ b\n[root@db ~ x]# c\nme@host.org says: $ d",
            &[],
            &[Some((Shell, "b")), Some((Shell, "c")), None],
        );
        check(
            ">>> 1\n>>>\n... 2",
            &[],
            &[Some((Python, "1")), Some((Python, "")), None],
        );
        check(
            "my_db=# a\nmydb=*> b\nmydb-# c\nsqlite> d\n=> e\n2=> f",
            &[],
            &[
                Some((Sql, "a")),
                Some((Sql, "b")),
                None,
                Some((Sql, "d")),
                None,
                None,
            ],
        );
        check(
            "$ a\n~ $ b\nPS> c",
            &["PS> ", "~ $ "],
            &[None, Some((Shell, "b")), Some((Shell, "c"))],
        );
    }

    #[test]
    fn continuations_have_prompts_of_their_own() {
        assert_eq!(continuation(Language::Shell, "> a"), Some("a"));
        assert_eq!(continuation(Language::Shell, ">a"), None);
        assert_eq!(continuation(Language::Python, "..."), Some(""));
        assert_eq!(continuation(Language::Python, "...   a"), Some("  a"));
        assert_eq!(continuation(Language::Sql, "db-# a"), Some("a"));
        assert_eq!(continuation(Language::Sql, "db(# a"), Some("a"));
        assert_eq!(continuation(Language::Sql, "   ...> a"), Some("a"));
        assert_eq!(continuation(Language::Sql, "db=# a"), None);
    }
}
