//! What comes before the chapter in a script: the header, and those bash functions that this lab needs.
//!
//! The functions are the files `prelude/*.sh`, which are bash as people write it. Here is only which of them a lab gets.

use std::collections::BTreeSet;
use std::path::Path;

use labrun_model::{
    Action, ExpectedExit, ExpectedOutput, FilePromise, Lab, LabFile, Language, Probe, SessionKind,
};

use crate::expression::expressions;
use crate::part::{Event, Part, Typed};
use crate::shell::{comment, word};

/// The beginning of a lab's script.
pub(crate) fn prelude(lab: &Lab, parts: &[Part<'_>]) -> String {
    let needs = Needs::of(lab, parts);
    let mut text = header(lab, &needs);
    text.push_str(include_str!("prelude/start.sh"));
    let programs = [
        ("docker", needs.docker),
        ("psql", needs.psql),
        ("sqlite3", needs.sqlite),
        ("python3", needs.python),
        ("curl", needs.http),
        ("jq", needs.json),
    ];
    let programs: Vec<_> = programs
        .iter()
        .filter(|(_, needed)| *needed)
        .map(|(name, _)| *name)
        .collect();
    if !programs.is_empty() {
        text.push_str(&format!("\nneeds {}\n", programs.join(" ")));
    }
    if needs.sudo {
        text.push_str(include_str!("prelude/sudo.sh"));
    }
    if needs.docker {
        text.push_str(include_str!("prelude/docker.sh"));
        text.push_str(&must_be_free(lab));
    }
    text.push_str(include_str!("prelude/folder.sh"));
    for (needed, functions) in needs.functions() {
        if needed {
            text.push_str(functions);
        }
    }
    if needs.compare() || needs.json || needs.holds {
        text.push_str(include_str!("prelude/captured.sh"));
    }
    if needs.compare() {
        text.push_str(include_str!("prelude/compare.sh"));
    }
    if needs.compare() || needs.json {
        text.push_str(&expressions(lab));
    }
    text.push_str(include_str!("prelude/finish.sh"));
    text.push_str("\n# ---- The chapter. ----\n");
    text
}

/// What a lab does, as far as its script needs something for it.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of features, each independent of the others"
)]
struct Needs {
    docker: bool,
    psql: bool,
    sudo: bool,
    python: bool,
    sqlite: bool,
    steps: bool,
    failing_steps: bool,
    sessions: bool,
    leaves: bool,
    endings: bool,
    failing_endings: bool,
    files: bool,
    outputs: bool,
    eventually: bool,
    checks: bool,
    postgres: bool,
    containers: bool,
    json: bool,
    quiet: bool,
    holds: bool,
    ports: bool,
    http: bool,
    found: bool,
    contents: bool,
}

impl Needs {
    fn of(lab: &Lab, parts: &[Part<'_>]) -> Self {
        let mut needs = Self::default();
        for part in parts {
            needs.part(part);
        }
        let texts: Vec<&str> = typed_lines(lab).collect();
        let engines = ["docker", "podman", "docker-compose"];
        let has_word = |wanted: &[&str]| {
            texts
                .iter()
                .flat_map(|text| text.split_whitespace())
                .any(|word| wanted.contains(&word))
        };
        needs.sudo = has_word(&["sudo"]);
        needs.docker |= has_word(&engines) || compose_files(lab).next().is_some();
        for expectation in lab.steps().filter_map(|step| step.expectation.as_ref()) {
            match expectation.output {
                ExpectedOutput::Lines { .. } => needs.outputs = true,
                ExpectedOutput::Json(_) => needs.json = true,
            }
        }
        needs.holds = lab.checks().any(|check| !check.holds.is_empty());
        needs.eventually = needs.checks || lab.steps().any(|step| step.eventually.is_some());
        let in_sessions = parts.iter().filter_map(|part| match part {
            Part::Session(session) => Some(session.steps()),
            _ => None,
        });
        for step in in_sessions.flatten() {
            match step.exit {
                ExpectedExit::Success => {}
                ExpectedExit::Failure => needs.failing_endings = true,
                ExpectedExit::Status(_) | ExpectedExit::SqlState(_) => needs.endings = true,
            }
        }
        needs
    }

    fn part(&mut self, part: &Part<'_>) {
        match part {
            Part::Write(..) => self.files = true,
            Part::Left(_) => self.leaves = true,
            Part::Here(typed) => {
                self.steps = true;
                self.failing_steps |= typed.step.exit == ExpectedExit::Failure;
                self.psql |= starts_psql(typed);
            }
            Part::Session(session) => {
                self.sessions = true;
                self.quiet |= session.events.iter().any(|event| match event {
                    Event::Type(typed) => typed.step.expectation.is_none(),
                    Event::Open(_) | Event::Close(_) => false,
                });
                if let Some(Event::Open(opened)) = session.events.first() {
                    self.steps |= !opened.before.is_empty();
                    let is_here = !opened.opening.in_container;
                    self.psql |= is_here && opened.opening.kind == SessionKind::Psql;
                    self.sqlite |= is_here && opened.opening.kind == SessionKind::Sqlite;
                }
                let opened = session.events.iter().filter_map(|event| match event {
                    Event::Open(opened) => Some(opened.opening.kind),
                    Event::Type(_) | Event::Close(_) => None,
                });
                self.python |= opened.into_iter().any(|kind| kind == SessionKind::Python);
            }
            Part::Check(check) => {
                self.checks = true;
                match &check.probe {
                    Probe::Captures => {}
                    Probe::Postgres { .. } => (self.postgres, self.psql) = (true, true),
                    Probe::Container { .. } => (self.containers, self.docker) = (true, true),
                    Probe::Tcp { .. } => self.ports = true,
                    Probe::Http(asked) => {
                        self.http = true;
                        self.contents |= asked.body.is_some();
                    }
                    Probe::File { promise, .. } => {
                        self.found = true;
                        self.contents |= matches!(promise, FilePromise::Text(_));
                    }
                }
            }
        }
    }

    fn functions(&self) -> [(bool, &'static str); 19] {
        [
            (self.steps, include_str!("prelude/step.sh")),
            (self.failing_steps, include_str!("prelude/fails.sh")),
            (self.python, include_str!("prelude/python.sh")),
            (self.sessions, include_str!("prelude/session.sh")),
            (self.leaves, include_str!("prelude/left.sh")),
            (self.endings, include_str!("prelude/ended.sh")),
            (self.failing_endings, include_str!("prelude/failed.sh")),
            (self.files, include_str!("prelude/file.sh")),
            (self.eventually, include_str!("prelude/eventually.sh")),
            (self.checks, include_str!("prelude/check.sh")),
            (self.containers, include_str!("prelude/container.sh")),
            (self.postgres, include_str!("prelude/postgres.sh")),
            (self.quiet, include_str!("prelude/quiet.sh")),
            (self.json, include_str!("prelude/json.sh")),
            (self.holds, include_str!("prelude/holds.sh")),
            (self.ports, include_str!("prelude/port.sh")),
            (self.http, include_str!("prelude/http.sh")),
            (self.found, include_str!("prelude/found.sh")),
            (self.contents, include_str!("prelude/text.sh")),
        ]
    }

    fn compare(&self) -> bool {
        self.outputs || self.postgres || self.contents
    }
}

fn starts_psql(typed: &Typed<'_>) -> bool {
    typed
        .lines
        .iter()
        .any(|line| line.split_whitespace().next() == Some("psql"))
}

fn header(lab: &Lab, needs: &Needs) -> String {
    let title = comment(&lab.title);
    let path = comment(lab.source.path());
    let script = format!("labs/{}/lab.sh", comment(&lab.name));
    let mut programs = vec!["bash 4.4 or newer"];
    if needs.docker {
        programs.push("docker with its compose plugin");
    }
    if needs.psql {
        programs.push("psql");
    }
    if needs.sqlite {
        programs.push("sqlite3");
    }
    if needs.python {
        programs.push("python3");
    }
    if needs.http {
        programs.push("curl");
    }
    if needs.json {
        programs.push("jq");
    }
    format!(
        "#!/usr/bin/env bash
# shellcheck disable=SC2016 # Words of the chapter stand between single quotes and are no commands.
#
# {title}
#
# Everything that {path} tells its reader to do, as plain bash: the commands in their order, what they must print, and
# what must be so in between. It works in an empty folder of its own and leaves nothing behind.
#
#   bash {script}          ends with status 0 only when everything was as the chapter says
#   KEEP=1 bash {script}   leaves the folder and the containers for a look
#
# It needs {programs}.
#
# A script has no terminal. So `docker exec -it` is `docker exec -i` here, a password stands in PGPASSWORD, and what is
# typed into a session is its standard input; where a check or a second attempt comes between two steps of a session,
# the session is opened anew.
#
# Made by `labrun extract` from {path}. Do not edit this file: edit the chapter.

lab_chapter={chapter}

",
        programs = programs.join(", "),
        chapter = word(&named_lines(lab)),
    )
}

/// The containers and compose projects of a lab, and that nobody else may have them.
fn must_be_free(lab: &Lab) -> String {
    let names = container_names(lab);
    let projects: BTreeSet<String> = compose_files(lab).map(|file| project(&file.path)).collect();
    let words: Vec<String> = names.iter().map(|name| word(name)).collect();
    let names = names.iter().map(|name| format!("name=^/{name}$"));
    let projects = projects
        .iter()
        .map(|project| format!("label=com.docker.compose.project={project}"));
    let filters: Vec<String> = names
        .chain(projects)
        .map(|filter| format!(" {}", word(&filter)))
        .collect();
    let free = if filters.is_empty() {
        String::new()
    } else {
        let functions = include_str!("prelude/free.sh");
        format!("{functions}\nmust_be_free{}\n", filters.concat())
    };
    format!("\nlab_containers=({})\n{free}", words.join(" "))
}

fn compose_files(lab: &Lab) -> impl Iterator<Item = &LabFile> {
    const NAMES: [&str; 4] = [
        "compose.yaml",
        "compose.yml",
        "docker-compose.yaml",
        "docker-compose.yml",
    ];
    lab.steps().filter_map(|step| match &step.action {
        Action::Write(file) => {
            let name = file.path.file_name().map(|name| name.to_string_lossy());
            name.filter(|name| NAMES.contains(&name.as_ref()))
                .map(|_| file)
        }
        Action::Type { .. } => None,
    })
}

/// The name that compose gives the project of a file: that of its folder, in lower case and without odd characters.
fn project(path: &Path) -> String {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.map_or_else(
        || "lab".to_owned(),
        |name| name.to_string_lossy().to_lowercase(),
    );
    let plain: String = folder
        .chars()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
        .collect();
    plain.trim_start_matches(['-', '_']).to_owned()
}

/// `container_name: NAME` in compose files and `--name NAME` in typed lines.
fn container_names(lab: &Lab) -> BTreeSet<String> {
    let is_name = |name: &&str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    let in_files = compose_files(lab)
        .flat_map(|file| file.content.lines())
        .filter_map(|line| {
            let name = line.trim().strip_prefix("container_name:")?;
            Some(name.trim().trim_matches(['"', '\'']))
        });
    let typed = typed_lines(lab).flat_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let names: Vec<&str> = words
            .windows(2)
            .filter(|pair| pair[0] == "--name")
            .map(|pair| pair[1])
            .collect();
        names
    });
    in_files
        .chain(typed)
        .filter(is_name)
        .map(str::to_owned)
        .collect()
}

fn typed_lines(lab: &Lab) -> impl Iterator<Item = &str> {
    lab.steps()
        .flat_map(|step| match &step.action {
            Action::Type {
                language: Language::Shell,
                lines,
            } => lines.as_slice(),
            _ => &[],
        })
        .map(|line| line.text.as_str())
}

/// By what the script names the chapter before the number of a line. A line is a step's identity there, so it is that of
/// the page's text: where a directive brings lines in, it is not the author's, and the name says so.
pub(crate) fn named_lines(lab: &Lab) -> String {
    let path = lab.source.path();
    if lab.source.has_origins() {
        format!("{path} with its includes")
    } else {
        path.to_owned()
    }
}
