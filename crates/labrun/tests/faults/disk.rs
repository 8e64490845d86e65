//! A disk that is full: where runs are remembered, where the lab is, and where recordings and reports go.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Book, Ended};

/// A disk of one mebibyte, for as long as the test runs.
struct Disk(PathBuf);

impl Disk {
    fn at(path: &Path) -> Self {
        fs::create_dir_all(path).unwrap();
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=1m,mode=700", "none"])
            .arg(path);
        assert!(mount.status().unwrap().success(), "only root can mount");
        Self(path.to_owned())
    }

    /// Leaves nothing of it free.
    fn fill(&self) {
        drop(fs::write(self.0.join("filler"), vec![0; 2 << 20]));
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                folders.extend(entry.path().is_dir().then(|| entry.path()));
                names.push(entry.path().display().to_string());
            }
        }
        names
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

const GREEN: &str = "# D\n\n```sh\necho one\n```\n\n```text\none\n```\n";

#[test]
fn a_recording_that_does_not_fit_is_told_and_turns_nothing_red() {
    let flood = "```sh\nhead -c 900000 /dev/zero | tr '\\0' x; echo\n```\n\n";
    let book = Book::without_engine(&format!(
        "# D\n\n{flood}{flood}```sh terminal=other\necho one\n```\n\n```text\none\n```\n"
    ));
    let _disk = Disk::at(&book.state());
    let ended = book.run();
    assert!(
        ended
            .words
            .contains("the recording of terminal `main` is incomplete: No space left"),
        "{}",
        ended.words
    );
    assert!(ended.words.contains("✓   2"), "{}", ended.words);
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert_eq!(book.left_behind(), Vec::<String>::new(), "{}", ended.words);
}

#[test]
fn a_run_that_cannot_be_written_down_does_not_begin() {
    let book = Book::without_engine(GREEN);
    let disk = Disk::at(&book.state());
    disk.fill();
    let ended = book.run();
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    assert!(ended.words.contains("No space left"), "{}", ended.words);
    fs::remove_file(book.state().join("filler")).unwrap();
    assert_eq!(book.left_behind(), Vec::<String>::new());
    let ended = book.run();
    assert_eq!(ended.code, Some(0), "{}", ended.words);
    assert!(!ended.words.contains("warning"), "{}", ended.words);
}

#[test]
fn a_lab_whose_disk_is_full_is_red_at_the_step_and_leaves_nothing() {
    let book = Book::without_engine(
        "# D\n\n```sh\nhead -c 3000000 /dev/zero > big\n```\n\n```yaml file=a.yml\nkey: value\n```\n\n```sh\necho one\n```\n\n```text\none\n```\n",
    );
    let disk = Disk::at(&book.root().join("temporary"));
    let mut command = book.command(&["demo", "--keep-going"]);
    let ended = Ended::of(&command.env("TMPDIR", &disk.0).output().unwrap());
    assert_eq!(ended.code, Some(1), "{}", ended.words);
    for word in [
        "--> src/demo.md:4:1",
        "No space left on device",
        "the file was not written",
        "✓   3",
    ] {
        assert!(
            ended.words.contains(word),
            "{word:?} is missing in\n{}",
            ended.words
        );
    }
    assert_eq!(disk.names(), Vec::<String>::new());
    disk.fill();
    let mut command = book.command(&["demo"]);
    let ended = Ended::of(&command.env("TMPDIR", &disk.0).output().unwrap());
    assert_eq!(ended.code, Some(3), "{}", ended.words);
    assert!(
        ended.words.contains("making the lab folder failed"),
        "{}",
        ended.words
    );
    assert_eq!(disk.names().len(), 1, "{:?}", disk.names());
}

#[test]
fn a_recording_that_cannot_be_written_leaves_the_last_one_whole() {
    let book = Book::without_engine(GREEN);
    let disk = Disk::at(&book.root().join("labs"));
    let record = || Ended::of(&book.command(&["record", "demo"]).output().unwrap());
    assert_eq!(record().code, Some(0));
    let kept = |name: &str| fs::read_to_string(book.root().join("labs/demo").join(name)).unwrap();
    let before = (
        kept("recording.json"),
        kept("main.cast"),
        disk.names().len() + 1,
    );
    disk.fill();
    let more = "# D\n\n```sh\nseq 20000\n```\n\n```text\n...\n```\n\n```sh terminal=other\necho one\n```\n";
    fs::write(book.root().join("src/demo.md"), more).unwrap();
    let ended = record();
    assert!(!matches!(ended.code, Some(0)), "{}", ended.words);
    assert!(ended.words.contains("No space left"), "{}", ended.words);
    let after = (
        kept("recording.json"),
        kept("main.cast"),
        disk.names().len(),
    );
    assert!(before == after, "{:?}", disk.names());
}

#[test]
fn a_report_that_cannot_be_written_is_told() {
    let book = Book::without_engine(GREEN);
    for kind in ["jsonl", "xml", "html"] {
        let disk = Disk::at(&book.root().join("reports"));
        let report = disk.0.join(format!("run.{kind}"));
        disk.fill();
        let mut command = book.command(&["demo", "--report"]);
        let ended = Ended::of(&command.arg(&report).output().unwrap());
        assert!(
            matches!(ended.code, Some(2 | 3)),
            "{kind}: {:?} {}",
            ended.code,
            ended.words
        );
        assert!(
            ended.words.contains("No space left"),
            "{kind}: {}",
            ended.words
        );
        assert_eq!(book.left_behind(), Vec::<String>::new());
    }
}
