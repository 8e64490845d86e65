//! Images that are here, and one that cannot be had.

use labrun_model::Notice;
use labrun_run::RunError;

use crate::scene::{IMAGE, Scene, docker, interrupts};

#[test]
fn an_image_says_what_it_is() {
    let scene = Scene::new("image");
    let image = scene.engine.image(IMAGE, interrupts()).unwrap().unwrap();
    println!("{image:?}");
    assert!(
        image.digest.starts_with("sha256:") && image.digest.len() == 71,
        "{image:?}"
    );
    let label = docker(&[
        "inspect",
        "--format",
        "{{index .Config.Labels \"io.labrun.stand-in\"}}",
        IMAGE,
    ]);
    assert_eq!(image.stand_in.unwrap_or_default(), label);
    assert_eq!(
        scene.engine.image("no-such-image:1", interrupts()).unwrap(),
        None
    );
}

#[test]
fn a_pull_that_is_refused_is_said_with_help() {
    let scene = Scene::new("pull");
    let mut notices = Vec::new();
    let error = scene
        .engine
        .pull("127.0.0.1:9/none:1", interrupts(), &mut |notice| {
            notices.push(notice)
        })
        .unwrap_err();
    println!("{error}");
    assert!(
        matches!(&error, RunError::Missing { what, help }
            if what.contains("127.0.0.1:9/none:1") && what.contains("refused") && help.contains("docker pull")),
        "{error:?}"
    );
    assert!(
        !notices
            .iter()
            .any(|notice| matches!(notice, Notice::Pulled { .. }))
    );
}
