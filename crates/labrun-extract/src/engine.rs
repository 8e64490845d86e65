//! The words of a command line, and the commands among them that start a program in a container.
//!
//! This knows blanks, quotes and docker's flags; it does not interpret bash.

use std::ops::Range;

/// A word of a line, with its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    /// The word.
    pub(crate) text: &'a str,
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset after its last byte.
    pub(crate) end: usize,
}

/// `docker exec`, `docker run` or `docker compose exec`, by the indices of its words.
#[derive(Debug)]
pub(crate) struct EngineCommand {
    /// Whether compose starts it.
    pub(crate) is_compose: bool,
    /// `exec` or `run`.
    pub(crate) verb: usize,
    /// Flags and their values.
    pub(crate) flags: Range<usize>,
    /// The program in the container; past the last word where there is none.
    pub(crate) program: usize,
}

/// Splits at blanks outside of quotes.
pub(crate) fn words(line: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    for (offset, character) in line.char_indices() {
        match quote {
            Some(mark) if mark == character => quote = None,
            Some(_) => {}
            None if matches!(character, ' ' | '\t') => {
                words.extend(start.take().map(|start| word(line, start, offset)));
                continue;
            }
            None if matches!(character, '\'' | '"') => quote = Some(character),
            None => {}
        }
        start.get_or_insert(offset);
    }
    words.extend(start.map(|start| word(line, start, line.len())));
    words
}

fn word(line: &str, start: usize, end: usize) -> Word<'_> {
    Word {
        text: &line[start..end],
        start,
        end,
    }
}

/// A program's name without its folder, and without what stands before it in a substitution or a group.
pub(crate) fn base_name(word: &str) -> &str {
    let word = word.trim_start_matches(['$', '(', '{', '`']);
    word.rsplit('/').next().unwrap_or(word)
}

/// The commands of a line that start a program in a container.
pub(crate) fn engine_commands(words: &[Word<'_>]) -> Vec<EngineCommand> {
    let engines = words
        .iter()
        .enumerate()
        .filter(|(_, word)| matches!(base_name(word.text), "docker" | "podman" | "docker-compose"));
    engines
        .filter_map(|(index, _)| engine_command(words, index))
        .collect()
}

fn engine_command(words: &[Word<'_>], engine: usize) -> Option<EngineCommand> {
    const GLOBAL: [&str; 7] = [
        "-f",
        "--file",
        "-p",
        "--project-name",
        "-H",
        "--host",
        "--context",
    ];
    const COMMAND: [&str; 14] = [
        "-u",
        "--user",
        "-e",
        "--env",
        "-w",
        "--workdir",
        "--name",
        "--network",
        "-v",
        "--volume",
        "-p",
        "--publish",
        "--index",
        "--entrypoint",
    ];
    let mut is_compose = base_name(words[engine].text) == "docker-compose";
    let mut verb = skip_flags(words, engine + 1, &GLOBAL);
    while matches!(words.get(verb)?.text, "compose" | "container") {
        is_compose |= words[verb].text == "compose";
        verb = skip_flags(words, verb + 1, &GLOBAL);
    }
    let is_verb = matches!(words.get(verb)?.text, "exec" | "run");
    let flags = verb + 1..skip_flags(words, verb + 1, &COMMAND);
    is_verb.then(|| EngineCommand {
        is_compose,
        verb,
        program: flags.end + 1,
        flags,
    })
}

fn skip_flags(words: &[Word<'_>], from: usize, with_value: &[&str]) -> usize {
    let mut index = from;
    while words
        .get(index)
        .is_some_and(|word| word.text.starts_with('-'))
    {
        index += if with_value.contains(&words[index].text) {
            2
        } else {
            1
        };
    }
    index
}
