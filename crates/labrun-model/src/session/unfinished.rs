//! Whether a shell would ask for more behind some lines, as far as their text tells.

use super::line::{commands, leaves_open};
use super::tracker::here_document_end;

/// Whether a command goes on behind these lines: a quote, a here-document, a loop or a condition is open, or the last
/// line ends with a backslash, `|`, `&&` or `||`.
pub fn shell_wants_more(lines: &[&str]) -> bool {
    let mut open = None;
    let mut here_document = None;
    // One that a line began which goes on behind a backslash.
    let mut announced = None;
    let mut depth = 0_i32;
    let mut dangles = false;
    for line in lines {
        if let Some(end) = here_document {
            here_document = here_document.filter(|_| line.trim() != end);
            continue;
        }
        let in_quote = matches!(open, Some('\'' | '"'));
        open = leaves_open(line, open);
        if !in_quote {
            announced = here_document_end(&commands(line)).or(announced);
            if open.is_none() {
                here_document = announced.take();
            }
            depth += nesting(line);
        }
        let text = line.trim_end();
        dangles = ["|", "&&"].iter().any(|end| text.ends_with(end));
    }
    open.is_some() || here_document.or(announced).is_some() || depth > 0 || dangles
}

/// How many loops, conditions and groups a line opens, less those it closes.
fn nesting(line: &str) -> i32 {
    let mut depth = 0;
    for command in commands(line) {
        let words = || command.words.iter().map(|word| word.text);
        for word in words() {
            match word {
                "if" | "for" | "while" | "until" | "case" | "select" => {
                    depth += 1;
                    break;
                }
                "{" => depth += 1,
                "fi" | "done" | "esac" | "}" => depth -= 1,
                "then" | "else" | "elif" | "do" | "!" | "time" => {}
                _ => break,
            }
        }
        // `name() {`
        let is_function = words().next().is_some_and(|word| word.ends_with("()"));
        if is_function && words().next_back() == Some("{") {
            depth += 1;
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_asks_for_more() {
        for text in [
            "a \\",
            "echo 'it",
            "cat <<EOF",
            "cat <<EOF\nx",
            "for i in 1 2; do",
            "if true; then\n  for i in 1; do\n    a\n  done",
            "a |",
            "a &&",
            "f() {\n  a",
            "while :\ndo",
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert!(shell_wants_more(&lines), "{text}");
        }
        for text in [
            "",
            "a \\\nb",
            "a \\\\",
            "echo 'it\nis'",
            "cat <<EOF\nif\nEOF",
            "cat <<EOF \\\n  | wc\nx\nEOF",
            "for i in 1 2; do a; done",
            "if true; then\n  a\nfi",
            "f() { a; }",
            "echo if { # for",
            "a | b && c",
            "case x in\n  a) b ;;\nesac",
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert!(!shell_wants_more(&lines), "{text}");
        }
    }
}
