//! Removing what a run made, and nothing of a neighbour's.

use std::time::Instant;

use crate::scene::{IMAGE, Scene, docker_in, interrupts, lines};

fn compose_file(project: &str) -> String {
    let service = |name: &str| {
        format!(
            "  {name}: {{image: '{IMAGE}', entrypoint: sleep, command: '600', volumes: ['data:/data']}}\n"
        )
    };
    format!(
        "name: {project}\nservices:\n{}{}volumes: {{data: {{}}}}\n",
        service("a"),
        service("b")
    )
}

fn everything_of(project: &str) -> Vec<String> {
    let filter = format!("name={project}");
    let mut all = lines(&["ps", "-a", "--filter", &filter, "--format", "{{.Names}}"]);
    all.extend(lines(&[
        "network",
        "ls",
        "--filter",
        &filter,
        "--format",
        "{{.Name}}",
    ]));
    all.extend(lines(&[
        "volume",
        "ls",
        "--filter",
        &filter,
        "--format",
        "{{.Name}}",
    ]));
    all
}

#[test]
fn everything_of_the_lab_goes_and_the_neighbour_stays() {
    let neighbour = Scene::new("remove-neighbour");
    let next_door = neighbour.compose_file("pg", &compose_file(&neighbour.name));
    docker_in(&next_door, &["compose", "up", "-d"]);
    let scene = Scene::new("remove");
    let folder = scene.compose_file("pg", &compose_file(&scene.name));
    docker_in(&folder, &["compose", "up", "-d"]);
    assert_eq!(everything_of(&scene.name).len(), 4);

    let begin = Instant::now();
    let removal = scene.engine.remove_lab(&scene.selection());
    println!(
        "remove_lab of 2 containers, network, volume: {} ms",
        begin.elapsed().as_millis()
    );
    assert_eq!(removal.left, Vec::<String>::new());
    let name = &scene.name;
    assert_eq!(
        removal.removed,
        [
            format!("container {name}-a-1"),
            format!("container {name}-b-1"),
            format!("network {name}_default"),
            format!("volume {name}_data"),
        ]
    );
    assert_eq!(everything_of(name), Vec::<String>::new());
    assert_eq!(everything_of(&neighbour.name).len(), 4);

    let begin = Instant::now();
    assert_eq!(
        scene.engine.remove_lab(&scene.selection()),
        labrun_run::Removal::default()
    );
    println!("remove_lab of nothing: {} ms", begin.elapsed().as_millis());
}

#[test]
fn an_older_volume_of_the_same_project_is_not_the_runs() {
    let scene = Scene::new("older");
    let name = format!("{}_data", scene.name);
    let label = format!("com.docker.compose.project={}", scene.name);
    lines(&["volume", "create", "--label", &label, &name]);
    let folder = scene.compose_file("pg", &compose_file(&scene.name));
    docker_in(&folder, &["compose", "up", "-d"]);
    let mut selection = scene.selection();
    selection.since = u64::MAX;
    let removal = scene.engine.remove_lab(&selection);
    assert_eq!(removal.left, Vec::<String>::new());
    assert_eq!(
        everything_of(&scene.name),
        [format!("{}_default", scene.name), name]
    );
    // A volume without a container of its project is told by nothing but its name, so the test removes it.
    lines(&["volume", "rm", &format!("{}_data", scene.name)]);
    lines(&["network", "rm", &format!("{}_default", scene.name)]);
}

#[test]
fn recorded_ids_are_removed_without_any_label() {
    let scene = Scene::new("recorded");
    let run = |name: &str| {
        lines(&[
            "run",
            "-d",
            "--name",
            name,
            "--entrypoint",
            "sleep",
            IMAGE,
            "600",
        ])
        .remove(0)
    };
    let (own, other) = (run(&scene.name), run(&format!("{}-other", scene.name)));
    let mut selection = scene.selection();
    selection.created.containers.insert(own, scene.name.clone());
    let removal = scene.engine.remove_lab(&selection);
    assert_eq!(removal.removed, [format!("container {}", scene.name)]);
    let containers = scene.engine.containers(interrupts()).unwrap();
    assert!(containers.iter().any(|container| container.id == other));
    selection.created.containers.insert(other, String::new());
    assert_eq!(
        scene.engine.remove_lab(&selection).left,
        Vec::<String>::new()
    );
}
