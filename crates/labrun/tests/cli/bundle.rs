//! The bundle of a run: what is in it, and what is not.

use crate::ran::Ran;

/// A run whose only step fails.
const RED: &str = "# D\n\n```sh\necho one\n```\n\n```text\ntwo\n```\n";

/// A login whose password is declared, the same password in what is printed, and names of this machine.
const SECRET: &str = "# Demo\n\n```sh answer=\"hunter22\"\nread -rsp 'Password: ' p; echo; echo \"it was $p\"\n```\n\n\
                      ```sh\nhostname; id -un; echo $CANARY\n```\n\n```text\nnothing\n```\n";

#[test]
fn a_bundle_holds_the_run_and_none_of_its_secrets() {
    let ran = Ran::of(
        SECRET,
        &["demo", "--bundle", "run.tar.gz"],
        &[("CANARY", "c4nary"), ("USER", "canaryuser")],
    );
    assert_eq!(ran.output.status.code(), Some(1), "{}", ran.words());
    assert!(
        ran.words().ends_with("bundle: run.tar.gz\n"),
        "{}",
        ran.words()
    );
    let files = unpacked(&ran.bytes("run.tar.gz"));
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "labrun-demo/README.txt",
        "labrun-demo/chapter.md",
        "labrun-demo/report.jsonl",
        "labrun-demo/versions.txt",
        "labrun-demo/recordings/main.cast",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
    let text = |name: &str| {
        files
            .iter()
            .find(|(found, _)| found.ends_with(name))
            .unwrap()
            .1
            .clone()
    };
    assert!(
        text("chapter.md").contains("answer=\"***\""),
        "{}",
        text("chapter.md")
    );
    assert!(
        text("main.cast").contains("it was ***"),
        "{}",
        text("main.cast")
    );
    assert!(text("report.jsonl").contains("\"event\":\"finished\""));
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let folder = ran.folder().display().to_string();
    for (name, text) in &files {
        for secret in ["hunter22", "c4nary", "canaryuser", &folder] {
            assert!(!text.contains(secret), "{secret} in {name}: {text}");
        }
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
        assert!(words.all(|word| word != host.trim()), "{name}: {text}");
    }
}

#[test]
fn a_run_that_fails_packs_itself_and_says_where() {
    let ran = Ran::of(RED, &["demo"], &[]);
    let words = ran.words();
    let line = words.lines().last().unwrap();
    let path = line.trim().strip_prefix("bundle: ").unwrap();
    assert!(path.ends_with("/bundle.tar.gz"), "{words}");
    assert!(std::path::Path::new(path).is_file());
    let green = Ran::of("# D\n\n```sh\ntrue\n```\n\n```text\n```\n", &["demo"], &[]);
    assert_eq!(green.output.status.code(), Some(0), "{}", green.words());
    assert!(!green.words().contains("bundle"), "{}", green.words());
}

/// The files of a bundle by their names.
fn unpacked(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    let entries = archive.entries().unwrap().map(Result::unwrap);
    entries
        .map(|mut entry| {
            let name = entry.path().unwrap().display().to_string();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
            (name, text)
        })
        .collect()
}
