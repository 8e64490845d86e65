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
        "not yet: 0 of 3 checks; go on with step 1, in the section “One”\n  step 1 is at src/demo.md:3:1: true\n",
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

/// A chapter whose checks look at files of the book's folder: what stands there is built by hand.
fn files(checks: &[(&str, &str)]) -> String {
    let mut chapter = "# Demo\n\n".to_owned();
    for (number, (file, promise)) in checks.iter().enumerate() {
        chapter.push_str(&format!(
            "## Section {number}\n\n```sh\nfirst {number}\n```\n\n```sh\nsecond {number}\n```\n\n```toml check\n\
             title = \"Check {number}\"\nfile = \"{file}\"\n{promise}\nhint = \"Hint {number}.\"\n```\n\n"
        ));
    }
    chapter
}

const PRESENT: &str = "state = \"present\"";
const ABSENT: &str = "state = \"absent\"";

#[test]
fn what_is_done_and_what_comes_next_is_said_by_section() {
    let chapter = files(&[
        ("old.xml", "contains = [\"gone\"]"),
        ("old.xml", PRESENT),
        ("later", PRESENT),
        ("never", ABSENT),
    ]);
    let ended = Ran::of(&chapter, &["verify", "demo"], &[]);
    let words = ended.words();
    assert_eq!(ended.output.status.code(), Some(1), "{words}");
    for part in [
        "Section 0\n  ✓ Check 0 (after step 2; was so: a later check holds)\n",
        "Section 1\n  ✓ Check 1 (after step 4)\n",
        "Section 2\n  · Check 2 (after step 6; not yet)\n",
        "Section 3\n  · Check 3 (after step 8; comes later)\n",
        "expected: later is present\n   answered: later is absent\n  help: Hint 2.\n  files were looked for in /",
        "not yet: 2 of 4 checks; go on with steps 5 to 6, in the section “Section 2”\n  \
         step 5 is at src/demo.md:39:1: first 2\n",
    ] {
        assert!(words.contains(part), "{part:?} is missing in:\n{words}");
    }
}

#[test]
fn verify_speaks_json_lines() {
    let chapter = files(&[("old.xml", PRESENT), ("later", PRESENT)]);
    let ended = Ran::of(&chapter, &["verify", "demo", "--json"], &[]);
    assert_eq!(ended.output.status.code(), Some(1));
    assert_eq!(ended.words(), "");
    let text = String::from_utf8(ended.output.stdout.clone()).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["standing"], "holds");
    assert_eq!(lines[0]["section"], "Section 0");
    assert_eq!(lines[1]["standing"], "not_yet");
    assert_eq!(lines[1]["failure"]["actual"][0], "later is absent");
    assert_eq!(lines[1]["failure"]["hint"], "Hint 1.");
    assert_eq!(
        (&lines[2]["done"], &lines[2]["hold"], &lines[2]["checks"]),
        (&false.into(), &1.into(), &2.into())
    );
    assert_eq!(lines[2]["next"]["step"], 3);
    assert_eq!(lines[2]["next_until"]["text"], "second 1");
}

#[test]
fn when_everything_holds_the_reader_is_done() {
    let chapter = files(&[("old.xml", "text = \"an <any> report\""), ("never", ABSENT)]);
    let ended = Ran::of(&chapter, &["verify", "demo"], &[]);
    assert_eq!(ended.output.status.code(), Some(0), "{}", ended.words());
    assert!(
        ended.words().ends_with("\ndone: 2 of 2 checks hold\n"),
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
