//! What the run itself was doing when an object appeared in the engine: its commands that ran, and the steps typed then.
//! Reads text only; who looks the commands up is the caller's business.

use std::collections::BTreeSet;

/// A docker, podman or compose command of the run that is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// Its process.
    pub pid: u32,
    /// When the process started, so that a number that is used again is another client.
    pub start: u64,
    /// Its command line.
    pub words: Vec<String>,
}

/// The run's doings, of interest only where an object's labels do not decide.
pub(crate) struct Doings<'a> {
    pub(crate) clients: &'a [Client],
    /// The texts of the steps that were being typed.
    pub(crate) steps: &'a [&'a str],
}

/// Clients that have made their container: each makes one.
pub(crate) type Served = BTreeSet<(u32, u64)>;

impl Doings<'_> {
    /// The client that is making this container: it names it, or names no container at all and the same image.
    pub(crate) fn maker(&self, name: &str, image: &str, served: &Served) -> Option<(u32, u64)> {
        let mut clients = self.clients.iter().filter(|client| {
            let words = &client.words;
            let makes = words.iter().any(|word| word == "run" || word == "create");
            makes && !served.contains(&client.key()) && says_container(words, name, image)
        });
        clients.next().map(Client::key)
    }

    /// Whether a step makes this container by a command that has ended already, as `docker create` has, and
    /// `docker run -d --name web` on a busy machine. Without a name `docker run` makes one container, but its text would
    /// speak for every one of that image.
    pub(crate) fn step_creates(&self, name: &str, image: &str) -> bool {
        self.steps.iter().flat_map(|step| step.lines()).any(|line| {
            let words: Vec<String> = bare_words(line).map(str::to_owned).collect();
            let has = |wanted: &str| words.iter().any(|word| word == wanted);
            let makes = has("create") || (has("run") && names_one(&words));
            makes && says_container(&words, name, image)
        })
    }

    /// Whether a compose of the run is running.
    pub(crate) fn composes(&self) -> bool {
        self.clients
            .iter()
            .flat_map(|client| &client.words)
            .any(|word| word.ends_with("compose"))
    }

    /// Whether the run makes a network or volume of this name: a client or a step says it.
    pub(crate) fn makes(&self, name: &str) -> bool {
        let mut words = self.clients.iter().flat_map(|client| &client.words);
        let mut typed = self.steps.iter().flat_map(|step| bare_words(step));
        words.any(|word| says(word, name)) || typed.any(|word| says(word, name))
    }
}

impl Client {
    fn key(&self) -> (u32, u64) {
        (self.pid, self.start)
    }
}

/// The words of a typed text without the shell's signs around them: `docker volume create data; docker ps`.
fn bare_words(text: &str) -> impl Iterator<Item = &str> {
    let signs = [';', '&', '|', '(', ')', '<', '>', '\'', '"', '`', '{', '}'];
    text.split_whitespace()
        .map(move |word| word.trim_matches(signs))
}

fn says_container(words: &[String], name: &str, image: &str) -> bool {
    let wanted = if names_one(words) { name } else { image };
    words
        .iter()
        .any(|word| word == wanted || word.strip_prefix("--name=") == Some(wanted))
}

fn names_one(words: &[String]) -> bool {
    let mut words = words.iter();
    words.any(|word| word == "--name" || word.starts_with("--name="))
}

/// Whether a word of a command names an object, alone or as in `-v data:/x` and `--network=net`.
fn says(word: &str, name: &str) -> bool {
    word == name || word.split(['=', ':', ',']).any(|part| part == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(pid: u32, line: &str) -> Client {
        Client {
            pid,
            start: 1,
            words: line.split(' ').map(str::to_owned).collect(),
        }
    }

    #[test]
    fn a_client_makes_the_container_that_it_names() {
        let clients = [
            client(1, "docker run -d --name web nginx:1"),
            client(2, "docker pull redis:8"),
        ];
        let doings = Doings {
            clients: &clients,
            steps: &[],
        };
        let none = Served::new();
        assert_eq!(doings.maker("web", "nginx:1", &none), Some((1, 1)));
        assert_eq!(
            doings.maker("other", "nginx:1", &none),
            None,
            "a neighbour's of the same image"
        );
        assert_eq!(
            doings.maker("x", "redis:8", &none),
            None,
            "a pull makes no container"
        );
    }

    #[test]
    fn a_client_without_a_name_makes_one_container_of_its_image() {
        let clients = [client(1, "docker run -it nginx:1 bash")];
        let doings = Doings {
            clients: &clients,
            steps: &[],
        };
        let mut served = Served::new();
        assert_eq!(doings.maker("sad_tesla", "nginx:1", &served), Some((1, 1)));
        served.insert((1, 1));
        assert_eq!(doings.maker("happy_tesla", "nginx:1", &served), None);
    }

    #[test]
    fn the_shells_signs_are_no_part_of_a_name() {
        let step = "docker volume create one; (docker create --name 'web' nginx:1) && docker volume create \"two\"";
        let doings = Doings {
            clients: &[],
            steps: &[step],
        };
        assert!(doings.makes("one") && doings.makes("two") && !doings.makes("on"));
        assert!(doings.step_creates("web", "nginx:1"));
    }

    #[test]
    fn networks_and_volumes_are_named_by_a_client_or_by_the_step() {
        let clients = [client(1, "docker run -v data:/x --network=net img")];
        let doings = Doings {
            clients: &clients,
            steps: &["docker volume create other", "true"],
        };
        for (name, expected) in [
            ("data", true),
            ("net", true),
            ("other", true),
            ("dat", false),
        ] {
            assert_eq!(doings.makes(name), expected, "{name}");
        }
    }

    #[test]
    fn a_step_creates_what_its_line_says() {
        let step = "docker create --name a img\ndocker run b\ndocker run -d --name=web other";
        let doings = Doings {
            clients: &[],
            steps: &[step],
        };
        assert!(doings.step_creates("a", "img"));
        assert!(!doings.step_creates("c", "img"));
        assert!(!doings.step_creates("x", "b"));
        assert!(doings.step_creates("web", "other"));
        assert!(!doings.step_creates("neighbours", "other"));
    }
}
