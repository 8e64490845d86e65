//! Objects without any label: what a step has made is removed, however quickly the step ends, and a neighbour's stays.

use labrun_run::reclaim;

use crate::scene::{IMAGE, Scene, docker, interrupts, lines};
use crate::stand_in::begin;

/// What is in the engine under a name that contains this.
fn everything_of(name: &str) -> Vec<String> {
    let filter = format!("name={name}");
    let mut all = lines(&["ps", "-a", "--filter", &filter, "--format", "{{.Names}}"]);
    for kind in ["network", "volume"] {
        all.extend(lines(&[
            kind,
            "ls",
            "--filter",
            &filter,
            "--format",
            "{{.Name}}",
        ]));
    }
    all
}

#[test]
fn what_a_step_made_last_is_removed_although_the_step_has_ended() {
    for round in 0..4 {
        let scene = Scene::new(&format!("last{round}"));
        let url = scene.engine.endpoint().url.clone();
        let run = begin(&scene.folder(), &scene.name, Some(&url)).journal;
        scene
            .engine
            .watch(run.watch(&std::collections::BTreeSet::new()));
        let name = |word: &str| format!("{}-{word}", scene.name);
        let neighbours = name("neighbours");
        let (container, network, volume) = (name("c"), name("n"), name("v"));
        let commands = [
            vec!["create", "--name", &container, "--network", "none", IMAGE],
            vec!["network", "create", &network],
            vec!["volume", "create", &volume],
        ];
        for command in &commands {
            let text = format!("docker {}", command.join(" "));
            scene.engine.step_running(Some(&text));
            docker(command);
            scene.engine.step_running(None);
        }
        docker(&["volume", "create", &neighbours]);
        let reclaimed = reclaim(&run, Some(&scene.engine), &[], interrupts());
        let left = everything_of(&scene.name);
        docker(&["volume", "rm", &neighbours]);
        for thing in left.iter().filter(|thing| **thing != neighbours) {
            for kind in ["container", "network", "volume"] {
                let mut remove = std::process::Command::new("docker");
                drop(remove.args([kind, "rm", thing]).output());
            }
        }
        assert_eq!(left, [neighbours], "{reclaimed:?}");
        assert_eq!(reclaimed.left, Vec::<String>::new());
    }
}
