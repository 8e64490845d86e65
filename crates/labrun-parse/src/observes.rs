//! Whether a step only observes, so that typing it once more changes nothing. What is not known to observe does not.

use labrun_model::{Action, Language, Step};

use crate::sql::Script;

/// Programs that print what is there, whatever their arguments are.
const PROGRAMS: [&str; 20] = [
    "cat", "cut", "diff", "echo", "false", "file", "grep", "head", "id", "ls", "printf", "ps",
    "pwd", "stat", "tail", "test", "true", "uname", "wc", "whoami",
];

/// Words of docker, compose and git that do.
const QUESTIONS: [&[&str]; 13] = [
    &["docker", "ps"],
    &["docker", "images"],
    &["docker", "inspect"],
    &["docker", "logs"],
    &["docker", "port"],
    &["docker", "version"],
    &["docker", "compose", "ps"],
    &["docker", "compose", "logs"],
    &["docker", "compose", "port"],
    &["docker", "compose", "config"],
    &["git", "log"],
    &["git", "status"],
    &["git", "show"],
];

/// Whether a step may be done once more without changing what others find: SQL that only asks, shell lines of programs
/// that only print, and what its author lets `eventually` repeat.
pub fn step_observes(step: &Step) -> bool {
    if step.eventually.is_some() {
        return true;
    }
    let Action::Type { language, lines } = &step.action else {
        return false;
    };
    let mut texts = lines.iter().map(|line| line.text.as_str());
    match language {
        Language::Shell => texts.all(line_observes),
        Language::Sql => {
            let text: Vec<&str> = texts.collect();
            Script::read(&text.join("\n")).change().is_none()
        }
        // What Python observes or changes cannot be read off its text.
        Language::Python => false,
    }
}

/// A line of one command, or of several behind each other in a pipe. Signs by which a shell does more than that count
/// also where they are quoted.
fn line_observes(line: &str) -> bool {
    let does_more = line.contains(['>', '<', ';', '&', '`', '\\']) || line.contains("$(");
    let is_comment = line.trim_start().starts_with('#');
    is_comment || (!does_more && line.split('|').all(command_observes))
}

fn command_observes(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let Some(program) = words.first() else {
        return false;
    };
    // These options write into a file: `git log --output=FILE`, `docker compose config -o FILE`.
    let writes = |word: &&str| word.starts_with("-o") || word.starts_with("--output");
    PROGRAMS.contains(program)
        || QUESTIONS.iter().any(|asked| words.starts_with(asked)) && !words.iter().any(writes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_print_observes() {
        for line in [
            "ls",
            "cat a | grep b",
            "docker compose ps -a",
            "# words",
            "echo $HOME",
        ] {
            assert!(line_observes(line), "{line}");
        }
        for line in [
            "",
            "ls > a",
            "cat a; rm a",
            "cat a && b",
            "echo $(b)",
            "echo `b`",
            "cat a | tee b",
            "cat a ||",
            "sudo cat a",
            "docker run a",
            "docker exec a ls",
            "git commit",
            "ls &",
            "cat <(b)",
            "bash",
            "git log --output=a",
        ] {
            assert!(!line_observes(line), "{line}");
        }
    }
}
