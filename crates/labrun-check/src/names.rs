//! The names in a text: what a command is about, so that a later look at the same thing is known by them.
//!
//! Words that stand in every command say nothing, and are left out: programs, keywords of SQL, folders of every system.

use std::collections::BTreeSet;

/// Shorter words are letters of flags and the like.
const SHORTEST: usize = 3;

const EVERYWHERE: &[&str] = &[
    // Programs and their words.
    "sudo",
    "docker",
    "podman",
    "compose",
    "exec",
    "run",
    "psql",
    "bash",
    "sh",
    "env",
    "echo",
    "cat",
    "tee",
    "sed",
    "awk",
    "grep",
    "printf",
    "python",
    "python3",
    "perl",
    "eof",
    "stdin",
    "stdout",
    "dev",
    "null",
    "version",
    "help",
    "name",
    "filter",
    "format",
    "table",
    "file",
    "files",
    // Folders.
    "usr",
    "bin",
    "var",
    "etc",
    "lib",
    "tmp",
    "home",
    "opt",
    "root",
    // SQL.
    "select",
    "from",
    "where",
    "insert",
    "into",
    "values",
    "update",
    "delete",
    "set",
    "create",
    "alter",
    "drop",
    "index",
    "view",
    "database",
    "schema",
    "role",
    "user",
    "with",
    "and",
    "not",
    "null",
    "true",
    "false",
    "primary",
    "key",
    "text",
    "int",
    "integer",
    "bigint",
    "serial",
    "varchar",
    "char",
    "boolean",
    "numeric",
    "timestamp",
    "date",
    "default",
    "exists",
    "count",
    "order",
    "group",
    "limit",
    "returning",
    "grant",
    "revoke",
    "all",
    "password",
    "login",
    "show",
    "temp",
    "temporary",
    "references",
    "unique",
    "column",
    "add",
    "system",
    "for",
    "the",
    "using",
    "generate_series",
    // Who and where.
    "localhost",
    "postgres",
    "http",
    "https",
    "host",
    "port",
    "dbname",
];

/// The names in a text, in lower case.
pub(crate) fn names(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.split(|c: char| !is_part(c))
        .map(|word| word.trim_matches(['-', '.']))
        .filter(|word| word.chars().count() >= SHORTEST)
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| !EVERYWHERE.contains(&word.as_str()))
        .collect()
}

/// The ports in a text, each as `:8080`: where an address or a setting names one.
pub(crate) fn ports(text: &str) -> BTreeSet<String> {
    let address = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | ',' | ';');
    text.split(address)
        .filter_map(|word| word.rsplit_once([':', '=']))
        .filter_map(|(_, port)| port.parse::<u16>().ok())
        .map(|port| format!(":{port}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_a_command_is_about() {
        let check = |text, expected: &[&str]| {
            assert_eq!(names(text).iter().collect::<Vec<_>>(), expected, "{text}");
        };
        check(
            "INSERT INTO employee VALUES (1, 'Ana')",
            &["ana", "employee"],
        );
        check(
            "sudo mv tmp-master/* ./data-standby/",
            &["data-standby", "tmp-master"],
        );
        check("-S slot_1 --wait 120 /etc/x", &["slot_1", "wait"]);
        check("", &[]);
    }
    #[test]
    fn ports_are_what_stands_behind_an_address() {
        let found = ports("curl http://127.0.0.1:8080/a:b tcp = \"[::1]:81\" port=82 x 8083");
        assert_eq!(found.iter().collect::<Vec<_>>(), [":8080", ":81", ":82"]);
    }
}
