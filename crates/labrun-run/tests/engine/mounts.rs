//! A chapter that mounts something into its folder: the mount goes, what is mounted stays.

use std::path::{Path, PathBuf};
use std::process::Command;

use labrun_model::Notice;
use labrun_run::{Stale, clean_stale};

use crate::scene::interrupts;
use crate::stand_in::stale_run;

/// A bind mount that does not outlive the test.
struct Bind(PathBuf);

impl Bind {
    fn new(source: &Path, target: &Path) -> Self {
        let own = std::fs::read_to_string("/proc/self/status").unwrap();
        let root = own.lines().any(|line| line == "Uid:\t0\t0\t0\t0");
        assert!(root, "this test mounts something and must be run as root");
        std::fs::create_dir_all(target).unwrap();
        let mut mount = Command::new("mount");
        let status = mount.arg("--bind").args([source, target]).status().unwrap();
        assert!(status.success());
        Self(target.to_owned())
    }
}

impl Drop for Bind {
    fn drop(&mut self) {
        // It is gone already where clean-up worked.
        drop(Command::new("umount").arg("--lazy").arg(&self.0).output());
    }
}

#[test]
fn what_is_mounted_into_the_lab_folder_is_unmounted_and_not_removed() {
    let scene = tempfile::tempdir().unwrap();
    let precious = scene.path().join("precious");
    std::fs::create_dir(&precious).unwrap();
    std::fs::write(precious.join("file"), "kept").unwrap();
    let run = stale_run(scene.path(), "mounted");
    let outer = Bind::new(&precious, &run.lab_folder.join("a folder/mnt"));
    std::fs::create_dir(precious.join("inner")).unwrap();
    let inner = Bind::new(scene.path(), &outer.0.join("inner"));
    let twice = Bind::new(&precious, &outer.0);
    let mut removed = Vec::new();
    let left = clean_stale(
        &run.state,
        Stale::CutShort,
        interrupts(),
        &mut |notice| match notice {
            Notice::Reclaimed { removed: lines } => removed.extend(lines),
            other => panic!("{other:?}"),
        },
    );
    println!("{removed:?}");
    assert_eq!(left, Vec::<String>::new());
    assert!(!run.lab_folder.exists());
    assert!(precious.join("file").exists() && precious.join("inner").exists());
    drop((inner, twice, outer));
}

#[test]
fn a_folder_with_a_mount_that_stays_is_left() {
    let scene = tempfile::tempdir().unwrap();
    let precious = scene.path().join("precious");
    std::fs::create_dir(&precious).unwrap();
    std::fs::write(precious.join("file"), "kept").unwrap();
    let run = stale_run(scene.path(), "busy");
    let bind = Bind::new(&precious, &run.lab_folder.join("mnt"));
    let mut holder = Command::new("sleep")
        .arg("600")
        .current_dir(&bind.0)
        .spawn()
        .unwrap();
    let clean = || clean_stale(&run.state, Stale::CutShort, interrupts(), &mut |_| {});
    let left = clean();
    let kept = precious.join("file").exists();
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(kept, "{left:?}");
    assert!(
        matches!(left.as_slice(), [one] if one.starts_with(&format!("mount {}", bind.0.display()))),
        "{left:?}"
    );
    assert!(run.lab_folder.exists());
    assert_eq!(clean(), Vec::<String>::new());
    assert!(!run.lab_folder.exists() && precious.join("file").exists());
}
