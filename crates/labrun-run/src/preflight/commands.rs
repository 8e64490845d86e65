//! What the reader types at the host, as simple commands: enough to know programs, images, names and ports. Pure.
//!
//! This is knowledge about text. Variables, aliases and scripts are not followed, so nothing here may make a run green;
//! it only lets a run stop before its first step instead of in the middle.

use std::rc::Rc;

use labrun_model::{Action, Lab, Language, Line, SessionKind, Step, closes, opener};

/// A simple command: its words without quotes, from the program's name on.
pub type Words = Vec<String>;

/// What `docker run` or `docker create` asks of the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Launch {
    /// The image, where it is plain text.
    pub image: Option<String>,
    /// The name that the container is given.
    pub name: Option<String>,
    /// The host's ports with the address in front, as typed: `127.0.0.1:8080`, `8080`.
    pub ports: Vec<String>,
}

/// Words that stand before a command and are none.
const PREFIXES: [&str; 17] = [
    "sudo", "env", "exec", "command", "time", "nohup", "setsid", "if", "then", "elif", "else",
    "while", "until", "do", "!", "{", "timeout",
];
/// Flags of `docker run` that take no value.
const SWITCHES: [&str; 14] = [
    "--detach",
    "--disable-content-trust",
    "--init",
    "--interactive",
    "--no-healthcheck",
    "--oom-kill-disable",
    "--privileged",
    "--publish-all",
    "--quiet",
    "--read-only",
    "--rm",
    "--sig-proxy",
    "--tty",
    "--use-api-socket",
];

/// A simple command that is typed at the host's shell.
#[derive(Debug, Clone)]
pub struct HostCommand<'a> {
    /// The step that types it.
    pub step: &'a Step,
    /// Index of the first typed line of the logical line that it stands in.
    pub line: usize,
    /// That logical line, whole.
    pub text: Rc<str>,
    /// The command itself.
    pub words: Words,
}

/// The commands that are typed at the host's shell, in order.
pub fn host_commands(lab: &Lab) -> Vec<HostCommand<'_>> {
    let mut terminals: Vec<(&str, Vec<Place>)> = Vec::new();
    let mut commands = Vec::new();
    for step in lab.steps() {
        let Action::Type { language, lines } = &step.action else {
            continue;
        };
        let stack = stack_of(&mut terminals, step);
        for (first, text) in logical_lines(lines) {
            if *language != Language::Shell {
                leave_program(stack, *language, &text);
                continue;
            }
            let typed = type_line(stack, &text);
            let text: Rc<str> = text.into();
            commands.extend(typed.into_iter().map(|words| HostCommand {
                step,
                line: first,
                text: Rc::clone(&text),
                words,
            }));
        }
    }
    commands
}

/// The lines of a shell step as the shell reads them, each with the index of its first typed line: lines that end in a
/// backslash are joined, and the bodies of here-documents are left out.
pub fn logical_lines(lines: &[Line]) -> Vec<(usize, String)> {
    let mut whole = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut until: Option<String> = None;
    for (index, line) in lines.iter().enumerate() {
        let line = line.text.as_str();
        if let Some(end) = &until {
            if line.trim() == end {
                until = None;
            }
            continue;
        }
        let (first, mut text) = open.take().unwrap_or((index, String::new()));
        if let Some(begun) = line.strip_suffix('\\') {
            text.push_str(begun);
            open = Some((first, text));
            continue;
        }
        text.push_str(line);
        until = here_document(&text);
        whole.push((first, text));
    }
    whole.extend(open);
    whole
}

/// The simple commands of a line of shell.
pub fn simple_commands(line: &str) -> Vec<Words> {
    let mut commands = Vec::new();
    let mut words: Words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match (quote, c) {
            // `2>&1` and `&>` are redirections, and end no command.
            (None, '&')
                if rest.peek() == Some(&'>')
                    || word
                        .as_deref()
                        .is_some_and(|word| word.ends_with(['>', '<'])) =>
            {
                word.get_or_insert_default().push(c);
            }
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ' | '\t') => words.extend(word.take()),
            (None, ';' | '&' | '|' | '(' | ')' | '`' | '\n') => {
                words.extend(word.take());
                commands.extend(without_prefixes(std::mem::take(&mut words)));
            }
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    commands.extend(without_prefixes(words));
    commands
}

/// Reads `docker run …` and `docker create …`; `None` for every other command.
pub fn launch(words: &[String]) -> Option<Launch> {
    let mut rest = words.iter().map(String::as_str);
    if !matches!(rest.next()?, "docker" | "podman" | "nerdctl") {
        return None;
    }
    let verb = rest
        .by_ref()
        .find(|word| !word.starts_with('-') && *word != "container")?;
    if !matches!(verb, "run" | "create") {
        return None;
    }
    let mut launch = Launch::default();
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            launch.image = Some(word.to_owned()).filter(|image| is_plain(image));
            break;
        }
        let (flag, attached) = match word.split_once('=') {
            Some((flag, value)) => (flag, Some(value)),
            None => (word, None),
        };
        let takes_value = attached.is_none() && !is_switch(flag);
        let value = if takes_value { rest.next() } else { attached };
        match (flag, value.filter(|value| is_plain(value))) {
            ("--name", Some(name)) => launch.name = Some(name.to_owned()),
            ("--publish", Some(port)) => launch.ports.extend(host_port(port)),
            (short, Some(port))
                if short.starts_with('-') && !short.starts_with("--") && short.ends_with('p') =>
            {
                launch.ports.extend(host_port(port));
            }
            _ => {}
        }
    }
    Some(launch)
}

/// A program at the top of a terminal, as far as the text tells.
#[derive(Debug, Clone, Copy)]
struct Place {
    kind: SessionKind,
    in_container: bool,
}

fn stack_of<'a, 'b>(
    terminals: &'b mut Vec<(&'a str, Vec<Place>)>,
    step: &'a Step,
) -> &'b mut Vec<Place> {
    let name = step.terminal.as_str();
    let at = terminals
        .iter()
        .position(|(known, _)| *known == name)
        .unwrap_or_else(|| {
            terminals.push((name, Vec::new()));
            terminals.len() - 1
        });
    &mut terminals[at].1
}

fn leave_program(stack: &mut Vec<Place>, language: Language, line: &str) {
    let is_there = |place: &Place| place.kind.language() == language;
    if closes(language, line) && stack.last().is_some_and(is_there) {
        stack.pop();
    }
}

/// The commands of a line that a shell of the host reads.
fn type_line(stack: &mut Vec<Place>, line: &str) -> Vec<Words> {
    // A shell step after another program means that it was left in a way that cannot be seen here.
    let is_program = |place: &Place| place.kind.language() != Language::Shell;
    while stack.last().is_some_and(is_program) {
        stack.pop();
    }
    let in_container = stack.last().is_some_and(|place| place.in_container);
    let typed = simple_commands(line);
    let last = typed
        .last()
        .and_then(|words| words.first())
        .map(String::as_str);
    if matches!(last, Some("exit" | "logout")) && !stack.is_empty() {
        stack.pop();
    } else if let Some(opened) = opener(line) {
        let enters = matches!(
            last,
            Some("docker" | "podman" | "docker-compose" | "nerdctl" | "kubectl")
        );
        stack.push(Place {
            kind: opened.kind,
            in_container: in_container || enters,
        });
    }
    if in_container { Vec::new() } else { typed }
}

/// The word that ends the here-document which a line begins.
fn here_document(line: &str) -> Option<String> {
    let (_, after) = line.split_once("<<")?;
    let after = after.trim_start_matches('-').trim_start();
    let word: String = after
        .trim_start_matches(['\'', '"'])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!after.starts_with('<') && !word.is_empty()).then_some(word)
}

/// The command behind assignments, `sudo -u postgres`, `if` and the like; `None` when nothing is left.
fn without_prefixes(words: Words) -> Option<Words> {
    let mut rest = words.as_slice();
    let mut prefixed = false;
    while let Some(word) = rest.first() {
        let assignment = word
            .split_once('=')
            .is_some_and(|(name, _)| is_variable(name));
        if prefixed && matches!(word.as_str(), "-u" | "-g" | "-k" | "-s") && rest.len() > 2 {
            rest = &rest[2..];
        } else if assignment
            || PREFIXES.contains(&word.as_str())
            || (prefixed && word.starts_with('-'))
        {
            prefixed = prefixed || !assignment;
            rest = &rest[1..];
        } else {
            break;
        }
    }
    (!rest.is_empty()).then(|| rest.to_vec())
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether a word means itself, without the shell's help.
fn is_plain(word: &str) -> bool {
    !word.is_empty() && !word.contains(['$', '*', '?', '{', '<', '>', '\\'])
}

/// Whether a flag stands alone: a long one of the list, or short letters none of which takes a value.
fn is_switch(flag: &str) -> bool {
    if flag.starts_with("--") {
        return SWITCHES.contains(&flag);
    }
    flag.chars()
        .skip(1)
        .all(|letter| matches!(letter, 'd' | 'i' | 't' | 'P' | 'q'))
}

/// `127.0.0.1:8080:80/tcp` publishes `127.0.0.1:8080`; `80` publishes a free port, which is nobody's business.
fn host_port(published: &str) -> Option<String> {
    let (host, _) = published.rsplit_once(':')?;
    let protocol = published
        .split_once('/')
        .map_or("", |(_, protocol)| protocol);
    (protocol != "udp" && !host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lab, sh, sql};
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&[&str]]) {
        assert_eq!(simple_commands(line), expected, "{line}");
    }

    #[test]
    fn a_line_is_split_into_simple_commands() {
        check(
            "docker compose up -d",
            &[&["docker", "compose", "up", "-d"]],
        );
        check(
            "cd x && sudo -u postgres psql -c 'a; b'",
            &[&["cd", "x"], &["psql", "-c", "a; b"]],
        );
        check(
            "A=1 B= docker ps | grep -q x || exit 1",
            &[&["docker", "ps"], &["grep", "-q", "x"], &["exit", "1"]],
        );
        check("echo \"$(psql -l)\" # docker", &[&["echo", "$(psql -l)"]]);
        check("x=$(curl -s a)", &[&["curl", "-s", "a"]]);
        check(
            "until pg_isready; do sleep 1; done",
            &[&["pg_isready"], &["sleep", "1"], &["done"]],
        );
        check(
            "a >log 2>&1 & b &> c &",
            &[&["a", ">log", "2>&1"], &["b", "&>", "c"]],
        );
        check("timeout 5 curl a", &[&["5", "curl", "a"]]);
        check("", &[]);
    }

    #[test]
    fn only_what_is_typed_at_the_host_counts() {
        let lab = lab(vec![
            sh("sudo docker exec -it pg bash"),
            sh("psql -U postgres"),
            sql("select 1;"),
            sql("\\q"),
            sh("pg_basebackup -D x\nexit"),
            sh("psql -h 127.0.0.1"),
            sql("\\q"),
            sh("cat <<EOF > x\ncurl inside\nEOF\njq \\\n  ."),
        ]);
        let programs: Vec<_> = host_commands(&lab)
            .into_iter()
            .map(|command| command.words[0].clone())
            .collect();
        assert_eq!(programs, ["docker", "psql", "cat", "jq"]);
    }

    #[test]
    fn a_launch_names_image_container_and_ports() {
        let words = |line: &str| simple_commands(line).remove(0);
        let line = "docker run -d --name web -e A=b -p 127.0.0.1:8080:80 -p 81 --rm --publish=90:90 -v d:/d nginx:1 nginx -p x";
        assert_eq!(
            launch(&words(line)),
            Some(Launch {
                image: Some("nginx:1".to_owned()),
                name: Some("web".to_owned()),
                ports: vec!["127.0.0.1:8080".to_owned(), "90".to_owned()],
            })
        );
        assert_eq!(
            launch(&words("docker run -itd --name=$N \"$IMAGE\"")),
            Some(Launch::default())
        );
        assert_eq!(launch(&words("docker exec -it x bash")), None);
        assert_eq!(launch(&words("docker compose run x")), None);
        assert_eq!(
            launch(&words("podman create -dp 53:53/udp a"))
                .and_then(|l| l.image)
                .as_deref(),
            Some("a")
        );
    }
}
