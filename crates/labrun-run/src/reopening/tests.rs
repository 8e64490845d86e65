//! Chapters, and what brings their terminals back.

use labrun_model::SourceFile;

use super::*;

/// The lines that are typed before the last step of a chapter, or why none can be.
fn again(steps: &[&str]) -> Result<Vec<String>, String> {
    let chapter: String = steps
        .iter()
        .map(|step| format!("```{step}\n```\n\n"))
        .collect();
    let (lab, faults) = labrun_parse::parse_chapter(
        "x",
        SourceFile::new("x.md", chapter),
        &labrun_parse::Roles::default(),
    );
    assert_eq!(faults, [], "{steps:?}");
    let folder = |_: &TerminalName| Some(PathBuf::from("/lab"));
    let all = reopening(&lab, lab.blocks.len() - 1, &folder)?;
    let mut drawn = Vec::new();
    for one in all {
        drawn.extend(one.lines.iter().map(|line| line.text.clone()));
        drawn.extend(one.lost.iter().map(|lost| format!("lost {lost}")));
    }
    Ok(drawn)
}

#[track_caller]
fn check(steps: &[&str], expected: &[&str]) {
    assert_eq!(
        again(steps),
        Ok(expected.iter().map(|text| (*text).to_owned()).collect())
    );
}

#[track_caller]
fn refused(steps: &[&str], words: &str) {
    let refusal = again(steps).unwrap_err();
    assert!(refusal.contains(words), "{refusal}");
}

#[test]
fn open_sessions_are_opened_again_and_closed_ones_are_not() {
    check(
        &[
            "sh\nmkdir x && cd x",
            "sh\nsudo docker exec -it db bash",
            "sh\ncd /tmp",
            "sh\nls; cat x",
            "sh answer=\"a\"\npsql -U postgres",
            "sql\n\\c other\nSELECT 1;",
            "sql\nSELECT 2;",
        ],
        &[
            "sudo docker exec -it db bash",
            "cd /tmp",
            "psql -U postgres",
            "\\c other",
        ],
    );
    check(
        &[
            "sh\ndocker exec -it db bash",
            "sh\npsql",
            "sql\n\\q",
            "sh\nexit",
            "sh\nls",
        ],
        &[],
    );
    check(&["sh\ncd x && bash", "sh\nls"], &["bash"]);
}

#[test]
fn an_answer_goes_with_its_opener() {
    let chapter = "```sh answer=\"pass\"\npsql\n```\n\n```sql\nSELECT 1;\n```\n";
    let (lab, _) = labrun_parse::parse_chapter(
        "x",
        SourceFile::new("x.md", chapter),
        &labrun_parse::Roles::default(),
    );
    let all = reopening(&lab, 1, &|_| Some(PathBuf::from("/lab/a'b"))).unwrap();
    let answers: Vec<String> = all[0].lines[0]
        .answers
        .iter()
        .map(|answer| answer.text.shown())
        .collect();
    assert_eq!(answers, ["pass"]);
    assert_eq!(all[0].lines[0].opens, Some(SessionKind::Psql));
    assert_eq!(all[0].move_to_folder(), r"cd -- '/lab/a'\''b'");
    assert!(!all[0].is_as_new(Path::new("/lab")));
    assert_eq!(
        reopening(&lab, 1, &|_| None).unwrap_err(),
        "it is not known in which folder the shell of terminal `main` stood"
    );
}

#[test]
fn what_a_shell_has_lost_is_told() {
    check(
        &["sh\nexport A=1\nB=2\nf() { true; }\nls B=3", "sh\nls"],
        &[
            "lost x.md:2:1 `export A=1`",
            "lost x.md:3:1 `B=2`",
            "lost x.md:4:1 `f() { true; }`",
        ],
    );
    check(&["sh\nbash", "sh\nexport A=1", "sh\nexit", "sh\nls"], &[]);
}

#[test]
fn what_psql_has_set_is_set_again_or_lost() {
    check(
        &[
            "sh\npsql",
            "sql\n\\x\nSET work_mem = '1MB';\nPREPARE a AS SELECT 1;\nBEGIN; SELECT 1; COMMIT;",
            "sql\nSELECT 1;",
        ],
        &[
            "psql",
            "\\x",
            "SET work_mem = '1MB';",
            "lost x.md:8:1 `PREPARE a AS SELECT 1;`",
        ],
    );
    refused(
        &["sh\npsql", "sql\nBEGIN;\nSELECT 1;", "sql\nSELECT 1;"],
        "the transaction that was begun at x.md:6:1 ended with its session",
    );
    check(
        &[
            "sh\npsql",
            "sql\nBEGIN;",
            "sql\nROLLBACK;",
            "sql\nSELECT 1;",
        ],
        &["psql"],
    );
}

#[test]
fn what_cannot_be_brought_back_is_refused() {
    refused(
        &["sh\ndocker run --rm -it debian bash", "sh\nls"],
        "ended with its terminal",
    );
    refused(
        &[
            "sh\ndocker exec -it db bash",
            "sh\nmkdir x && cd x",
            "sh\nls",
        ],
        "cannot be repeated alone",
    );
    refused(
        &["sh\n./connect", "sql\nSELECT 1;", "sql\nSELECT 2;"],
        "not known to open one",
    );
    refused(
        &[
            "sh answer=\"a\" answer=\"b\"\nsudo true\npsql",
            "sql\nSELECT 1;",
        ],
        "which of its answers",
    );
}
