//! Text as bash reads it: words, here-documents and comments. Knows nothing of labs.

/// A text as one word of a command line, quoted only where it must be.
pub(crate) fn word(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text between single quotes.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", clean(text).replace('\'', r"'\''"))
}

/// Whether the words of a command line mean themselves, so that they can stand in a script as they are.
pub(crate) fn is_plain_command(line: &str) -> bool {
    !line.is_empty() && line.chars().all(|c| c == ' ' || is_plain(c))
}

/// A command line with a here-document, ending in a line break. Nothing in the body has a meaning for bash.
pub(crate) fn here_document(command: &str, body: &str) -> String {
    let body = clean(body);
    let end = delimiter(&body);
    let line_break = if body.is_empty() || body.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{command} <<'{end}'\n{body}{line_break}{end}\n")
}

/// A text as one line of a comment, without the mark.
pub(crate) fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// A word that is no line of the body.
fn delimiter(body: &str) -> String {
    const NAME: &str = "LABRUN";
    let is_free = |name: &String| body.lines().all(|line| line != name);
    std::iter::once(NAME.to_owned())
        .chain((2_u32..).map(|number| format!("{NAME}_{number}")))
        .find(is_free)
        .unwrap_or_default()
}

/// No script can hold a NUL; CommonMark reads it as the replacement character.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_quoted_where_they_must_be() {
        assert_eq!(word("a/b-c.yml"), "a/b-c.yml");
        assert_eq!(word(""), "''");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(word("~"), "'~'");
    }

    #[test]
    fn a_here_document_ends_at_no_line_of_its_body() {
        assert_eq!(here_document("cat", "a\n"), "cat <<'LABRUN'\na\nLABRUN\n");
        assert_eq!(here_document("cat", "a"), "cat <<'LABRUN'\na\nLABRUN\n");
        assert_eq!(here_document("cat", ""), "cat <<'LABRUN'\nLABRUN\n");
        assert_eq!(
            here_document("cat", "LABRUN\nLABRUN_2\n"),
            "cat <<'LABRUN_3'\nLABRUN\nLABRUN_2\nLABRUN_3\n"
        );
        assert!(here_document("cat", " LABRUN\n").ends_with("\nLABRUN\n"));
    }

    /// Text with a taste for what means something to bash.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            3 => prop::sample::select(
                &["'", "\"", "\\", "$x", "`", "!", "~", "\n", "\t", "LABRUN", "LABRUN_2", "\r", "\u{1}", "\u{7f}"][..],
            ).prop_map(str::to_owned),
            1 => "[^\\x00]{0,6}",
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Many texts at once, because it takes a process.
        #[test]
        fn bash_reads_every_text_as_it_is(texts in prop::collection::vec(text(), 1..40)) {
            let mut script = String::new();
            let mut wanted = String::new();
            for text in &texts {
                let read = here_document("IFS= read -r -d '' text", text);
                let (word, quoted) = (word(text), quoted(text));
                script.push_str(&format!("{read}printf '%s\\0' \"$text\" {word} {quoted}\n"));
                let line_break = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
                wanted.push_str(&format!("{text}{line_break}\0{text}\0{text}\0"));
            }
            let mut bash = Command::new("bash")
                .env("LC_ALL", "C.UTF-8")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("bash runs");
            let mut input = bash.stdin.take().expect("a pipe");
            let writer = std::thread::spawn(move || input.write_all(script.as_bytes()));
            let output = bash.wait_with_output().expect("bash ends");
            writer.join().expect("a thread").expect("bash reads");
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), wanted);
        }
    }
}
