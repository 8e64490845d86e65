//! Ways around the lab folder: links, folders above, names.

use std::fs;
use std::os::unix::fs::symlink;

use crate::{judge, lines};

/// Mounts a folder of the host under a policy that allows a part of it.
#[track_caller]
fn mounts(source: &str, folder: &str) -> Vec<String> {
    let chapter = format!(
        "```yaml file=compose.yaml\nservices:\n  db:\n    image: postgres:17\n    volumes: ['{source}:/d']\n```\n\n```sh\ndocker compose up\ndocker run -v '{source}:/d' postgres:17\n```\n"
    );
    let (lab, found) = judge(&chapter, &format!("folders = [\"{folder}\"]"));
    lines(&lab, &found)
}

#[test]
fn a_link_leads_where_it_leads() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let (allowed, other) = (root.join("allowed"), root.join("other"));
    fs::create_dir(&allowed).unwrap();
    fs::create_dir(&other).unwrap();
    symlink(&other, allowed.join("out")).unwrap();
    symlink("..", allowed.join("up")).unwrap();
    symlink("/nowhere", allowed.join("dangling")).unwrap();
    symlink(allowed.join("in"), other.join("back")).unwrap();
    let allowed = allowed.display().to_string();
    let refused = |source: &str, real: &str| {
        let source = format!("{allowed}/{source}");
        let found = mounts(&source, &allowed);
        assert_eq!(found.len(), 2, "{found:?}");
        for one in &found {
            assert!(
                one.contains("host-folder") && one.contains(&format!("`{real}`")),
                "{found:?}"
            );
        }
    };
    let other = other.display().to_string();
    refused("out", &other);
    refused("out/deeper", &format!("{other}/deeper"));
    refused("up/other", &other);
    refused("../other", &other);
    refused("dangling", "/nowhere");
    assert_eq!(mounts(&format!("{allowed}/new/folder"), &allowed), [""; 0]);
    assert_eq!(mounts(&format!("{other}/back"), &allowed), [""; 0]);
    // The policy may name a link as well.
    symlink(&other, root.join("link")).unwrap();
    let link = root.join("link").display().to_string();
    assert_eq!(mounts(&format!("{other}/x"), &link), [""; 0]);
}

#[test]
fn a_folder_around_the_socket_needs_both() {
    let found = mounts("/var/run", "/run");
    assert!(
        found.iter().all(|one| one.contains("engine-socket")),
        "{found:?}"
    );
    assert_eq!(found.len(), 2, "{found:?}");
    let found = mounts("/run", "/usr");
    assert!(
        found.iter().all(|one| one.contains("host-folder")),
        "{found:?}"
    );
}
