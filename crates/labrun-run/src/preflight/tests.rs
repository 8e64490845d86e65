//! Labs made by hand for the tests of this folder, and the tests of what it writes.

use std::path::PathBuf;
use std::time::Duration;

use labrun_model::{
    Action, Address, Block, Check, ContainerState, ExpectedExit, Lab, LabFile, Language, Line,
    PortState, Probe, SourceFile, Span, Step, TerminalName,
};

use super::*;

pub(super) fn lab(blocks: Vec<Block>) -> Lab {
    Lab {
        name: "lab".to_owned(),
        title: "Lab".to_owned(),
        source: SourceFile::new("lab.md", ""),
        sections: Vec::new(),
        blocks,
    }
}

pub(super) fn sh(text: &str) -> Block {
    typed(Language::Shell, text)
}

pub(super) fn sql(text: &str) -> Block {
    typed(Language::Sql, text)
}

pub(super) fn file(path: &str, content: &str) -> Block {
    step(Action::Write(LabFile {
        path: PathBuf::from(path),
        language: String::new(),
        content: content.to_owned(),
    }))
}

pub(super) fn state_check(name: &str) -> Block {
    check(Probe::Container {
        name: name.to_owned(),
        state: Some(ContainerState::Running),
        health: None,
    })
}

pub(super) fn tcp_check(port: u16) -> Block {
    check(Probe::Tcp {
        address: Address {
            host: "127.0.0.1".to_owned(),
            port,
        },
        state: PortState::Open,
    })
}

fn check(probe: Probe) -> Block {
    Block::Check(Check {
        number: 1,
        title: String::new(),
        span: Span::default(),
        section: 0,
        probe,
        holds: Vec::new(),
        eventually: None,
        hint: None,
    })
}

fn typed(language: Language, text: &str) -> Block {
    let lines = text.lines().map(|line| Line {
        text: line.to_owned(),
        span: Span::default(),
    });
    step(Action::Type {
        language,
        lines: lines.collect(),
    })
}

fn step(action: Action) -> Block {
    Block::Step(Step {
        number: 1,
        name: None,
        span: Span::default(),
        section: 0,
        terminal: TerminalName::main(),
        action,
        timeout: Duration::from_secs(1),
        eventually: None,
        exit: ExpectedExit::Success,
        answers: Vec::new(),
        expectation: None,
        allow: Vec::new(),
    })
}

#[test]
fn each_compose_file_is_seen_with_what_was_written_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = StateFolder::at(&folder.path().join("state")).unwrap();
    let lab = lab(vec![
        file("pg/docker-compose.yml", "one"),
        file("pg/.env", "A=1"),
        file("pg/docker-compose.yml", "two"),
        file("pg/later.conf", "x"),
    ]);
    let setting = Setting {
        lab: &lab,
        endpoint: None,
        environment: &[],
        scratch: folder.path(),
        folder_name: "lab",
        state: &state,
        kept: None,
    };
    let projects = write_projects(setting.lab, setting.scratch, setting.folder_name).unwrap();
    let read = |at: usize, name: &str| fs::read_to_string(projects[at].folder.join(name)).ok();
    assert_eq!(projects.len(), 2);
    assert_eq!(projects[0].file, PathBuf::from("pg/docker-compose.yml"));
    assert_eq!(read(0, "docker-compose.yml").as_deref(), Some("one"));
    assert_eq!(read(0, ".env"), None);
    assert_eq!(read(1, "docker-compose.yml").as_deref(), Some("two"));
    assert_eq!(read(1, ".env").as_deref(), Some("A=1"));
    assert_eq!(read(1, "later.conf"), None);
    assert!(projects[0].folder.ends_with("lab/pg"));
}

#[test]
fn all_missing_programs_are_named_at_once() {
    let lab = lab(vec![sh("psql -l && pg_isready\ncurl x")]);
    let error = programs_are_there(&Needs::of(&lab), |name| (name == "curl").then(PathBuf::new))
        .unwrap_err();
    assert!(
        matches!(&error, RunError::Missing { what, help }
            if what.contains("`pg_isready`, `psql`") && !what.contains("curl") && help == "`apt-get install postgresql-client`"),
        "{error:?}"
    );
    programs_are_there(&Needs::of(&lab), |_| Some(PathBuf::new())).unwrap();
}
