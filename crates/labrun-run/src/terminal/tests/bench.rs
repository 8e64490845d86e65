//! A terminal to test with: bash in an empty folder, and the words in which the tests ask it.

use std::time::Duration;

use labrun_model::{Language, TerminalName};

use super::super::status::Status;
use super::super::{Setup, Terminal, Typed, TypedEnd, bash_start_file};
use crate::Interrupts;

pub(crate) struct Bench {
    pub(crate) terminal: Terminal,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start_file = folder.path().join("bashrc");
        std::fs::write(&start_file, bash_start_file("nonce")).unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        let environment: Vec<(String, String)> = [
            ("PATH", std::env::var("PATH").unwrap().as_str()),
            ("HOME", home.to_str().unwrap()),
            ("TERM", "xterm-256color"),
            ("LC_ALL", "C.UTF-8"),
            ("LESS", "-FRX"),
            ("HISTFILE", "/dev/null"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let setup = Setup {
            name: &TerminalName::main(),
            nonce: "nonce",
            start_file: &start_file,
            environment: &environment,
            folder: &home,
            recording: &folder.path().join("main.cast"),
            secrets: &crate::secrets::Secrets::default(),
            facts: &["image: a stand-in".to_owned()],
        };
        let terminal = Terminal::open(&setup, &Interrupts::install().unwrap()).unwrap();
        Self { terminal, folder }
    }

    pub(crate) fn run(&mut self, step: &str) -> Typed {
        self.run_for(step, Duration::from_secs(20))
    }

    pub(crate) fn run_for(&mut self, step: &str, timeout: Duration) -> Typed {
        let lines: Vec<&str> = step.lines().collect();
        self.terminal
            .type_lines(Language::Shell, &lines, &[], timeout)
            .unwrap()
    }

    /// Types at a program that is no shell.
    pub(crate) fn typed(&mut self, language: Language, step: &str) -> Typed {
        let lines: Vec<&str> = step.lines().collect();
        self.terminal
            .type_lines(language, &lines, &[], Duration::from_secs(20))
            .unwrap()
    }

    /// Runs a step that must succeed, and gives its output.
    #[track_caller]
    pub(crate) fn output(&mut self, step: &str) -> String {
        let typed = self.run(step);
        assert_eq!(
            typed.end,
            TypedEnd::Done(Status::Exit(0)),
            "{step}: {typed:?}"
        );
        typed.output.text
    }

    /// The terminal must be usable after whatever happened.
    #[track_caller]
    pub(crate) fn still_works(&mut self) {
        assert_eq!(self.output("echo still works"), "still works\n");
    }
}

#[track_caller]
pub(crate) fn output(step: &str, expected: &str) {
    let mut bench = Bench::new();
    assert_eq!(bench.output(step), expected, "{step}");
    bench.still_works();
}

#[track_caller]
pub(crate) fn end(step: &str, expected: &TypedEnd) {
    let mut bench = Bench::new();
    let typed = bench.run_for(step, Duration::from_secs(3));
    assert_eq!(&typed.end, expected, "{step}: {typed:?}");
    bench.still_works();
}

pub(crate) fn done(status: i32) -> TypedEnd {
    TypedEnd::Done(Status::Exit(status))
}
