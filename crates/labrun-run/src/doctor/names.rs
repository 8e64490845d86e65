//! The line `names`: whether one container finds another by its name, tried with two containers of a lab's image in a
//! network of their own. Where it fails, a standby never finds its primary.

use super::{Finding, Room};
use crate::engine::{Created, Heard, Trial};
use crate::interrupt::Interrupts;

pub(super) fn look(room: &mut Room<'_>, interrupts: &Interrupts) -> Finding {
    let Some(engine) = &room.engine else {
        return Finding::not_tried("no engine answers");
    };
    let here = |name: &&String| matches!(engine.image(name, interrupts), Ok(Some(_)));
    let Some(image) = room.wants.images.iter().find(here) else {
        return Finding::not_tried("it takes an image of a lab, and none is here");
    };
    let journal = room.journal.snapshot();
    let trial = Trial {
        project: format!("labrun-doctor-{}", journal.run_id),
        image: image.clone(),
        lab_folder: journal.lab_folder,
    };
    // Written down before any of it exists; by its project and its folder clean-up finds everything.
    let noted = room.journal.record(&Created {
        projects: [trial.project.clone()].into(),
        ..Created::default()
    });
    if let Err(error) = noted {
        return Finding::of(&error);
    }
    let tried = match engine.try_names(&trial, interrupts) {
        Ok(tried) => tried,
        Err(reason) => {
            return Finding::wrong(
                format!("two containers of {image} cannot be run: {reason}"),
                remedy(&reason, image),
            );
        }
    };
    let heard = tried.heard;
    room.tried = Some(tried);
    match heard {
        Heard::Found => Finding::right("one container finds another by its name"),
        Heard::NotFound => Finding::wrong(
            "one container does not find another by its name",
            if engine.is_podman() {
                "Podman needs netavark with aardvark-dns, or the CNI plugin dnsname: `apt-get install netavark aardvark-dns`, then `podman system reset` where older networks are there (it removes everything that Podman has)"
            } else {
                "start the engine anew; its log says why its name server at 127.0.0.11 does not answer"
            },
        ),
        Heard::NoProgram => Finding::not_tried(format!(
            "{image} has neither getent nor nslookup, so that nobody could ask"
        )),
    }
}

/// What to do where the engine runs no container: for what is known of Podman, the words for its settings.
fn remedy(reason: &str, image: &str) -> String {
    if reason.contains("rlimit") {
        "this machine grants lower limits than Podman asks for: `default_ulimits = [\"nofile=N:N\", \"nproc=N:N\"]` below `[containers]` in /etc/containers/containers.conf, with what `ulimit -Hn` and `ulimit -Hu` say".to_owned()
    } else if reason.contains("cgroups in hybrid mode") {
        "crun cannot run with this machine's cgroups: `apt-get install runc`, and `runtime = \"runc\"` below `[engine]` in /etc/containers/containers.conf".to_owned()
    } else {
        format!("try it by hand: `docker run --rm --entrypoint true {image}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_podman_has_its_remedy() {
        for (reason, word) in [
            (
                "crun: setrlimit `RLIMIT_NOFILE`: Operation not permitted",
                "default_ulimits",
            ),
            (
                "crun: cgroups in hybrid mode not supported",
                "runtime = \"runc\"",
            ),
            (
                "something else",
                "docker run --rm --entrypoint true postgres:17",
            ),
        ] {
            let said = remedy(reason, "postgres:17");
            assert!(said.contains(word), "{said}");
        }
    }
}
