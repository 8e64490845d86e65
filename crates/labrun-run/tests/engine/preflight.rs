//! Preflight on the real machine: a lab that can be run, and everything that can be in its way.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use labrun_model::{
    Action, Block, ExpectedExit, Lab, LabFile, Language, Line, Notice, SourceFile, Span, Step,
    TerminalName,
};
use labrun_run::{Ready, RunError, Setting, StateFolder, needs_engine, preflight};

use crate::scene::{IMAGE, Scene, free_port, interrupts};

fn step(action: Action) -> Block {
    Block::Step(Step {
        number: 1,
        name: None,
        span: Span::default(),
        section: 0,
        terminal: TerminalName::main(),
        action,
        timeout: Duration::from_secs(60),
        eventually: None,
        exit: ExpectedExit::Success,
        answers: Vec::new(),
        expectation: None,
        allow: Vec::new(),
    })
}

fn typed(text: &str) -> Block {
    let lines = text.lines().map(|line| Line {
        text: line.to_owned(),
        span: Span::default(),
    });
    step(Action::Type {
        language: Language::Shell,
        lines: lines.collect(),
    })
}

fn compose_file(content: String) -> Block {
    step(Action::Write(LabFile {
        path: PathBuf::from("pg/docker-compose.yml"),
        language: "yaml".to_owned(),
        content,
    }))
}

/// A lab like chapter 3: the compose file is written twice, the second time with another service.
fn chapter(scene: &Scene, image: &str, ports: [u16; 2]) -> Lab {
    let service = |name: &str, port: u16| {
        let container = format!("{}-{name}", scene.name);
        format!(
            "  {name}: {{image: '{image}', container_name: {container}, ports: ['{port}:5432']}}\n"
        )
    };
    let (first, second) = (service("master", ports[0]), service("standby", ports[1]));
    Lab {
        name: "chapter3".to_owned(),
        title: "Chapter 3".to_owned(),
        source: SourceFile::new("chapter3.md", ""),
        sections: Vec::new(),
        blocks: vec![
            typed("mkdir pg && cd pg"),
            compose_file(format!("services:\n{first}")),
            typed("sudo docker compose up -d\npsql -h 127.0.0.1 -c 'select 1'"),
            compose_file(format!("services:\n{first}{second}")),
            typed("sudo docker compose up -d"),
        ],
    }
}

fn look(scene: &Scene, lab: &Lab, notices: &mut Vec<Notice>) -> Result<Ready, RunError> {
    let state = StateFolder::at(&scene.folder().join("state")).unwrap();
    let environment: Vec<_> = std::env::vars()
        .filter(|(name, _)| matches!(name.as_str(), "PATH" | "HOME"))
        .collect();
    assert!(needs_engine(lab));
    let setting = Setting {
        lab,
        endpoint: Some(scene.engine.endpoint()),
        environment: &environment,
        scratch: &scene.folder().join("scratch"),
        folder_name: "lab",
        state: &state,
        kept: None,
    };
    let begin = Instant::now();
    let ready = preflight(&setting, interrupts(), &mut |notice| notices.push(notice));
    println!("preflight: {} ms", begin.elapsed().as_millis());
    ready
}

#[test]
fn a_machine_that_is_ready_is_described() {
    let scene = Scene::new("ready");
    let lab = chapter(&scene, IMAGE, [free_port(), free_port()]);
    let mut notices = Vec::new();
    let ready = look(&scene, &lab, &mut notices).unwrap();
    println!("{:#?}", ready.facts);
    let names: Vec<_> = ready.facts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["engine", "compose", "image", "psql"]);
    assert!(ready.facts[2].1.starts_with("postgres:17 sha256:"));
    assert_eq!(notices, []);
}

#[test]
fn every_conflict_is_told_with_its_owner() {
    let scene = Scene::new("conflict");
    let owner = Scene::new("conflict-owner");
    let published = free_port();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let listened = listener.local_addr().unwrap().port();
    let master = format!("{}-master", scene.name);
    owner.run(&[
        "--name",
        &master,
        "-p",
        &format!("{published}:80"),
        "--entrypoint",
        "sleep",
        IMAGE,
        "600",
    ]);
    let lab = chapter(&scene, IMAGE, [published, listened]);
    let error = look(&scene, &lab, &mut Vec::new()).unwrap_err();
    println!("{error}");
    let RunError::Conflict { conflicts, help } = error else {
        panic!("{error:?}")
    };
    assert_eq!(conflicts.len(), 3, "{conflicts:#?}");
    let place = owner.folder().display().to_string();
    assert!(
        conflicts[0].contains(&master)
            && conflicts[0].contains(IMAGE)
            && conflicts[0].contains(&place)
    );
    let port = |number: u16| {
        conflicts
            .iter()
            .find(|line| line.contains(&format!("port {number}/tcp")))
            .unwrap()
    };
    assert!(port(published).contains(&format!("container {master}")));
    assert!(
        port(listened).contains(&format!("process {} ", std::process::id())),
        "{conflicts:#?}"
    );
    assert!(help.contains("docker rm -f"));
}

#[test]
fn an_image_that_cannot_be_pulled_stops_the_run() {
    let scene = Scene::new("noimage");
    let lab = chapter(&scene, "127.0.0.1:9/none:1", [free_port(), free_port()]);
    let error = look(&scene, &lab, &mut Vec::new()).unwrap_err();
    assert!(
        matches!(&error, RunError::Missing { what, .. } if what.contains("127.0.0.1:9/none:1")),
        "{error:?}"
    );
}

#[test]
fn a_compose_file_that_compose_refuses_is_a_warning() {
    let scene = Scene::new("badfile");
    let mut lab = chapter(&scene, IMAGE, [free_port(), free_port()]);
    lab.blocks
        .push(compose_file("services: {a: {imagine: x}}\n".to_owned()));
    let mut notices = Vec::new();
    look(&scene, &lab, &mut notices).unwrap();
    println!("{notices:?}");
    assert!(
        matches!(notices.as_slice(), [Notice::Warning(text)] if text.contains("pg/docker-compose.yml") && text.contains("imagine")),
        "{notices:?}"
    );
}
