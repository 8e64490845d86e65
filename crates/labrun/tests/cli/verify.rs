//! `labrun verify` without an engine: what it says when nothing is built yet.

use crate::ran::Ran;

#[test]
fn verify_says_what_comes_next() {
    let check = |title: &str| {
        format!(
            "```toml check\ntitle = \"{title}\"\npostgres = \"host=127.0.0.1 port=1 user=x\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\nhint = \"Start it.\"\n```\n\n"
        )
    };
    let chapter = format!(
        "# Demo\n\n```sh\ntrue\n```\n\n## One\n\n{}{}## Two\n\n{}",
        check("First"),
        check("Second"),
        check("Third")
    );
    let ended = Ran::of(&chapter, &["verify", "demo"], &[]);
    assert_eq!(ended.output.status.code(), Some(1));
    let words = ended.words();
    for part in [
        "One\n  · First (after step 1; not yet)\n  · Second (after step 1; not yet)\n\nTwo\n  · Third (after step 1; not yet)",
        "error: the question could not be asked",
        "--> src/demo.md:9:1",
        "help: Start it.",
        "not yet: 0 of 3 checks; go on with step 1, in the section “One”",
    ] {
        assert!(words.contains(part), "{part:?} is missing in:\n{words}");
    }
    assert_eq!(words.matches("help:").count(), 1, "{words}");
}

#[test]
fn a_lab_without_checks_cannot_be_verified() {
    let ended = Ran::of("# D\n\n```sh\ntrue\n```\n", &["verify", "demo"], &[]);
    assert_eq!(ended.output.status.code(), Some(4));
    assert!(
        ended.words().contains("has no check to ask"),
        "{}",
        ended.words()
    );
}

#[test]
fn without_a_name_the_labs_are_listed() {
    for command in ["verify", "run"] {
        let ended = Ran::of("# D\n\n```sh\ntrue\n```\n", &[command], &[]);
        assert_eq!(ended.output.status.code(), Some(2));
        let words = ended.words();
        let needs = format!("`labrun {command}` needs the name of a lab");
        assert!(words.contains(&needs), "{words}");
        assert!(words.contains("the labs of this book: demo"), "{words}");
    }
}
