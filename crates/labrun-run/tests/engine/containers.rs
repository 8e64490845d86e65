//! States, health and deaths of containers.

use labrun_model::{ContainerState, Health};

use crate::scene::{IMAGE, Scene, docker, interrupts, until};

#[test]
fn an_engine_says_what_it_is() {
    let begin = std::time::Instant::now();
    let scene = Scene::new("connect");
    println!("discover and connect: {} ms", begin.elapsed().as_millis());
    let description = scene.engine.description();
    println!("{description} at {}", scene.engine.endpoint().url);
    assert!(
        description.contains("Engine ") && description.contains("(API 1."),
        "{description}"
    );
}

#[test]
fn state_and_health_follow_the_container() {
    let scene = Scene::new("state");
    let name = scene.name.as_str();
    let ask = || scene.engine.container_state(name, interrupts()).unwrap();
    let state = |wanted: ContainerState| ask().filter(|status| status.state == wanted);
    let health = |wanted: Health| ask().filter(|status| status.health == Some(wanted));

    assert_eq!(ask(), None);
    scene.run(&[
        "--name",
        name,
        "--health-cmd",
        "test -e /tmp/well",
        "--health-interval",
        "200ms",
        "--health-retries",
        "1",
        "--entrypoint",
        "sleep",
        IMAGE,
        "600",
    ]);
    until("running", || state(ContainerState::Running));
    until("unhealthy", || health(Health::Unhealthy));
    docker(&["exec", name, "touch", "/tmp/well"]);
    until("healthy", || health(Health::Healthy));
    docker(&["pause", name]);
    until("paused", || state(ContainerState::Paused));
    docker(&["unpause", name]);
    docker(&["kill", name]);
    until("exited", || state(ContainerState::Exited));
    docker(&["rm", "-v", name]);
    assert_eq!(ask(), None);
}

#[test]
fn a_container_is_known_by_its_whole_name_only() {
    let scene = Scene::new("name");
    scene.run(&["--name", &scene.name, "--entrypoint", "sleep", IMAGE, "600"]);
    let id = docker(&["inspect", "--format", "{{.Id}}", &scene.name]);
    let ask = |name: &str| scene.engine.container_state(name, interrupts()).unwrap();
    let status = ask(&scene.name).unwrap();
    assert_eq!(
        (status.state, status.health),
        (ContainerState::Running, None)
    );
    assert_eq!(ask(&id[..12]), None, "the beginning of an id is no name");
    assert_eq!(ask("../containers/json"), None);
}

#[test]
fn a_dying_container_leaves_its_last_words() {
    let scene = Scene::new("death");
    let name = scene.name.as_str();
    scene.watch();
    let before = scene.engine.mark();
    let script = "for i in $(seq 30); do echo line $i; done; echo last words >&2; exit 3";
    scene.run(&[
        "--rm",
        "--name",
        name,
        "--entrypoint",
        "bash",
        IMAGE,
        "-c",
        &format!("sleep 0.3; {script}"),
    ]);
    let dead = until("death", || scene.engine.dead_containers_since(before).pop());
    assert_eq!((dead.name.as_str(), dead.exit_status), (name, 3));
    println!("{} log lines, last {:?}", dead.log.len(), dead.log.last());
    assert_eq!(scene.engine.dead_containers_since(scene.engine.mark()), []);
}

#[test]
fn the_log_of_a_dead_container_is_its_last_twenty_lines() {
    let scene = Scene::new("log");
    scene.watch();
    let before = scene.engine.mark();
    // The engine reads the two streams side by side, so the pause gives their lines an order.
    let script =
        "for i in $(seq 30); do echo line $i; done; sleep 0.3; echo last words >&2; exit 3";
    scene.run(&[
        "--name",
        &scene.name,
        "--entrypoint",
        "bash",
        IMAGE,
        "-c",
        script,
    ]);
    let dead = until("death", || scene.engine.dead_containers_since(before).pop());
    assert_eq!(dead.log.len(), 20, "{:?}", dead.log);
    assert!(
        dead.log.iter().any(|line| line == "last words"),
        "{:?}",
        dead.log
    );
    assert!(
        dead.log.iter().any(|line| line == "line 30"),
        "{:?}",
        dead.log
    );
}

#[test]
fn a_container_that_is_told_to_stop_has_not_died() {
    let scene = Scene::new("stop");
    scene.watch();
    let before = scene.engine.mark();
    let name = |word: &str| format!("{}-{word}", scene.name);
    let trap = "trap 'exit 7' INT TERM; touch /ready; while :; do sleep 0.05; done";
    scene.run(&[
        "--name",
        &name("stopped"),
        "--entrypoint",
        "bash",
        IMAGE,
        "-c",
        trap,
    ]);
    scene.run(&[
        "--name",
        &name("killed"),
        "--entrypoint",
        "sleep",
        IMAGE,
        "600",
    ]);
    let state = |name: &str| {
        scene
            .engine
            .container_state(name, interrupts())
            .unwrap()
            .map(|status| status.state)
    };
    until("running", || {
        docker(&["exec", &name("stopped"), "sh", "-c", "ls /ready || true"])
            .contains("ready")
            .then_some(())
    });
    docker(&["kill", "--signal", "WINCH", &name("killed")]);
    docker(&["stop", &name("stopped")]);
    docker(&["kill", &name("killed")]);
    scene.run(&["--name", &name("failed"), "--entrypoint", "false", IMAGE]);
    until("death", || scene.engine.dead_containers_since(before).pop());
    let dead: Vec<_> = scene
        .engine
        .dead_containers_since(before)
        .into_iter()
        .map(|dead| dead.name)
        .collect();
    assert_eq!(dead, [name("failed")]);
    assert_eq!(state(&name("stopped")), Some(ContainerState::Exited));
}

#[test]
fn events_say_what_the_run_has_made() {
    let scene = Scene::new("events");
    scene.watch();
    let folder = scene.compose_file(
        "pg",
        &format!(
            "name: {0}\nservices: {{a: {{image: '{IMAGE}', entrypoint: sleep, command: '600', stop_signal: KILL, volumes: ['data:/data']}}}}\nvolumes: {{data: {{}}}}\n",
            scene.name
        ),
    );
    crate::scene::docker_in(&folder, &["compose", "up", "-d"]);
    let created = until("created", || {
        let created = scene.engine.created();
        (created.volumes.len() >= 2).then_some(created)
    });
    println!("{created:?}");
    assert_eq!(
        created.containers.values().collect::<Vec<_>>(),
        [&format!("{}-a-1", scene.name)]
    );
    assert_eq!(
        created.networks.values().collect::<Vec<_>>(),
        [&format!("{}_default", scene.name)]
    );
    assert!(created.volumes.contains(&format!("{}_data", scene.name)));
    assert!(created.projects.contains(&scene.name));
    crate::scene::docker_in(&folder, &["compose", "down", "-v"]);
    until("nothing", || {
        let created = scene.engine.created();
        (created.containers.is_empty() && created.networks.is_empty() && created.volumes.is_empty())
            .then_some(())
    });
    assert_eq!(scene.engine.take_warnings(), Vec::<String>::new());
}
