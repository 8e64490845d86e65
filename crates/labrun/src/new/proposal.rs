//! What the fences of a chapter that is no lab yet most likely are: a role for each name that labrun does not know, and a
//! language for each fence without one. Pure; a person decides.

use std::collections::BTreeMap;

use labrun_model::{SourceFile, Span};
use labrun_parse::{Fence, fences};

/// What a chapter needs to become a lab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Proposal {
    /// Roles by the fences' languages, for book.toml.
    pub(crate) roles: BTreeMap<String, &'static str>,
    /// Fences without a language, where one role does not fit them all.
    pub(crate) bare: Vec<Bare>,
    /// Whether anything in the chapter is typed.
    pub(crate) has_steps: bool,
}

/// A fence without a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bare {
    /// The line of its opening marker.
    pub(crate) line: usize,
    /// Where the language goes: behind the marker.
    pub(crate) at: usize,
    /// What it most likely is.
    pub(crate) language: &'static str,
    /// Why.
    pub(crate) reason: &'static str,
}

/// What one fence most likely is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Console,
    Shell,
    Sql,
    /// Directly below its step.
    Output,
    /// Below its step, with prose between.
    LaterOutput,
    Shown,
}

/// Reads a chapter and proposes.
pub(crate) fn propose(source: &SourceFile) -> Proposal {
    let mut proposal = Proposal::default();
    let mut bare = Vec::new();
    // The end of the step above, whose output may follow.
    let mut step = None;
    let all = fences(source);
    for fence in all.iter().filter(|fence| !fence.indented) {
        let says_more = source.slice(fence.info).len() > fence.language.len();
        let (kind, reason) = match fence.language.as_str() {
            "" => bare_kind(fence, step.is_some()),
            language => (named_kind(language, fence, step.is_some()), ""),
        };
        let kind = match (kind, step) {
            (Kind::Output, Some(end)) if !is_adjacent(source, end, fence) => Kind::LaterOutput,
            (kind, _) => kind,
        };
        if !says_more && fence.language.is_empty() {
            bare.push((kind, reason, fence));
        } else if !says_more && let Some(role) = role(&fence.language, kind) {
            let known = proposal.roles.entry(fence.language.clone());
            let known = known.or_insert(role);
            // Where one of them has prompts, the others are consoles without; where one is an output, others may be.
            if matches!(role, "console" | "output") {
                *known = role;
            }
        }
        proposal.has_steps |= matches!(kind, Kind::Console | Kind::Shell | Kind::Sql);
        step = matches!(kind, Kind::Shell | Kind::Sql).then_some(fence.span.end);
    }
    let first = bare.first().map(|(kind, ..)| kind.role());
    match first {
        Some(role) if bare.iter().all(|(other, ..)| other.role() == role) => {
            proposal.roles.insert(String::new(), role);
        }
        _ => {
            if bare.iter().any(|(kind, ..)| *kind == Kind::LaterOutput) {
                proposal.roles.insert("output".to_owned(), "output");
            }
            let bare = bare.into_iter();
            proposal.bare = bare
                .map(|(kind, reason, fence)| placed(source, kind, reason, fence))
                .collect();
        }
    }
    proposal
}

/// Whether nothing but blanks and comments stands between a step and a fence.
fn is_adjacent(source: &SourceFile, end: usize, fence: &Fence) -> bool {
    let between = source.slice(Span::new(end, fence.span.start));
    let mut lines = between
        .lines()
        .map(|line| line.trim_matches([' ', '\t', '>']))
        .filter(|line| !line.is_empty());
    lines.all(|line| line.starts_with("<!--") && line.ends_with("-->"))
}

fn placed(source: &SourceFile, kind: Kind, reason: &'static str, fence: &Fence) -> Bare {
    let opening = source.slice(fence.opening);
    let mark = opening.chars().next().unwrap_or('`');
    let length = opening.chars().take_while(|c| *c == mark).count();
    Bare {
        line: source.author_line(fence.opening.start),
        at: fence.opening.start + length,
        language: kind.language(),
        reason,
    }
}

impl Kind {
    fn role(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Shell => "shell",
            Self::Sql => "sql",
            Self::Output | Self::LaterOutput => "output",
            Self::Shown => "show",
        }
    }

    fn language(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Shell => "sh",
            Self::Sql => "sql",
            Self::Output => "text",
            Self::LaterOutput => "output",
            Self::Shown => "text show",
        }
    }
}

/// The role that book.toml must give to a language; `None` where labrun knows it as it is.
fn role(language: &str, kind: Kind) -> Option<&'static str> {
    let native = match kind {
        Kind::Console => matches!(language, "console"),
        Kind::Shell => matches!(language, "sh" | "bash"),
        Kind::Sql => language == "sql",
        Kind::Output => matches!(language, "text" | "json"),
        Kind::LaterOutput => false,
        Kind::Shown => language == "mermaid",
    };
    if matches!(language, "error" | "stderr") {
        return Some("error");
    }
    (!native).then(|| kind.role())
}

fn named_kind(language: &str, fence: &Fence, after_step: bool) -> Kind {
    match language {
        "console" | "shell-session" | "terminal" | "sh-session" => Kind::Console,
        "sh" | "bash" | "shell" | "zsh" if has_prompt(fence) => Kind::Console,
        "sh" | "bash" | "shell" | "zsh" => Kind::Shell,
        "sql" | "psql" | "postgresql" | "postgres" | "pgsql" => Kind::Sql,
        "output" | "out" | "stdout" | "error" | "stderr" => Kind::Output,
        "text" | "txt" | "plaintext" | "json" if after_step => Kind::Output,
        _ if has_prompt(fence) => Kind::Console,
        _ => Kind::Shown,
    }
}

fn bare_kind(fence: &Fence, after_step: bool) -> (Kind, &'static str) {
    let first = first_line(fence);
    let word = first.split_whitespace().next().unwrap_or("");
    let program = if word == "sudo" {
        first.split_whitespace().nth(1).unwrap_or("")
    } else {
        word
    };
    if has_prompt(fence) {
        (Kind::Console, "it begins with a prompt")
    } else if is_program(program) {
        (Kind::Shell, "it begins with a program of the shell")
    } else if is_statement(&first) {
        (Kind::Sql, "it begins with a statement of SQL")
    } else if after_step {
        (Kind::Output, "it follows a command")
    } else {
        (Kind::Shown, "it looks like nothing that is typed")
    }
}

fn first_line(fence: &Fence) -> String {
    let mut lines = fence.lines.iter().map(|line| line.text.trim());
    let is_comment = |line: &str| line.starts_with("# ") || line.starts_with("-- ");
    lines
        .find(|line| !line.is_empty() && !is_comment(line))
        .unwrap_or("")
        .to_owned()
}

fn has_prompt(fence: &Fence) -> bool {
    let first = first_line(fence);
    ["$ ", ">>> ", "postgres=# ", "sqlite> "]
        .iter()
        .any(|prompt| first.starts_with(prompt))
}

fn is_program(word: &str) -> bool {
    const PROGRAMS: [&str; 48] = [
        "docker",
        "podman",
        "docker-compose",
        "kubectl",
        "psql",
        "cd",
        "mkdir",
        "ls",
        "cat",
        "cp",
        "mv",
        "rm",
        "echo",
        "export",
        "git",
        "curl",
        "wget",
        "apt",
        "apt-get",
        "dnf",
        "brew",
        "npm",
        "npx",
        "yarn",
        "node",
        "python",
        "python3",
        "pip",
        "pip3",
        "cargo",
        "go",
        "make",
        "sed",
        "grep",
        "tail",
        "head",
        "chmod",
        "touch",
        "tar",
        "ssh",
        "systemctl",
        "redis-cli",
        "mongosh",
        "mysql",
        "sqlite3",
        "createdb",
        "helm",
        "nano",
    ];
    PROGRAMS.contains(&word) || word.starts_with("./")
}

fn is_statement(line: &str) -> bool {
    const WORDS: [&str; 13] = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "SHOW", "GRANT",
        "BEGIN", "COMMIT", "EXPLAIN", "WITH",
    ];
    let first = line.split_whitespace().next().unwrap_or("");
    // In lower case such words begin many a sentence.
    let is_closed = line.ends_with(';');
    WORDS.contains(&first) || is_closed && WORDS.contains(&first.to_uppercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, roles: &[(&str, &str)], bare: &[(usize, &str)]) {
        let proposal = propose(&SourceFile::new("a.md", text));
        let found: Vec<(&str, &str)> = proposal
            .roles
            .iter()
            .map(|(language, role)| (language.as_str(), *role))
            .collect();
        assert_eq!(found, roles, "{text}");
        let found: Vec<(usize, &str)> = proposal
            .bare
            .iter()
            .map(|bare| (bare.line, bare.language))
            .collect();
        assert_eq!(found, bare, "{text}");
    }

    #[test]
    fn names_that_labrun_does_not_know_get_a_role() {
        check("```bash\nls\n```\n\n```text\na\n```\n", &[], &[]);
        check("```bash\n$ ls\na\n```\n", &[("bash", "console")], &[]);
        check(
            "```sh\nls\n```\n```output\na\n```\n```yaml\na: 1\n```\n```error\nx\n```\n",
            &[("error", "error"), ("output", "output"), ("yaml", "show")],
            &[],
        );
        check("```yaml file=a.yml\na: 1\n```\n", &[], &[]);
    }

    #[test]
    fn fences_without_a_language_get_one_or_a_role() {
        check(
            "```\n$ ls\n```\n\n```\n$ pwd\n```\n",
            &[("", "console")],
            &[],
        );
        check(
            "```\nsudo docker ps\n```\n\n```\nNAMES\n```\n\n```\nselect 1;\n```\n\n1. a\n\n   ~~~~\n   a: 1\n   ~~~~\n",
            &[("output", "output")],
            &[(1, "sh"), (5, "text"), (9, "sql"), (15, "output")],
        );
        check("```\nNAMES\n```\n", &[("", "show")], &[]);
        // An output with prose above it is no `text`.
        check(
            "```\nls\n```\n\nIt says:\n\n```\na\n```\n",
            &[("output", "output")],
            &[(1, "sh"), (7, "output")],
        );
        check(
            "```sh\nls\n```\n\nIt says:\n\n```text\na\n```\n",
            &[("text", "output")],
            &[],
        );
    }
}
