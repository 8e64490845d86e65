//! No secret of whoever runs a lab gets out of a run: not by the report for people, nor by any file that a run writes, in
//! whatever form programs print it. Secrets are an answer that is read from a variable, another variable of the
//! environment, and a file in the home.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The answer, with characters that other forms change; and what the lab must not come to see at all.
const ANSWER: &str = "canary/An5wer+x";
const VARIABLE: &str = "canary-Var1able";
const HOME: &str = "canary-H0mefile";

/// Asks for the answer, and then tells it in every way that comes to mind, before it fails.
const PROGRAM: &str = r#"import base64, getpass, json, os, sys, time, urllib.parse
given = getpass.getpass("Password: ")
assert given == os.environ.get("EXPECTED", given)
for text in (given, given[:6]):
    sys.stdout.write(text)
    sys.stdout.flush()
print()
for piece in given:
    sys.stdout.write(piece)
    sys.stdout.flush()
    time.sleep(0.005)
print()
print(json.dumps({"given": given}))
print(urllib.parse.quote(given, safe=""), urllib.parse.quote_plus("a " + given))
for prefix in ("", "u:", "ab:"):
    print(base64.b64encode((prefix + given + " tail").encode()).decode())
    print(base64.urlsafe_b64encode((prefix + given).encode()).decode())
open("kept.txt", "w").write("length %d\n" % len(given))
print("length", len(given))
"#;

/// A chapter whose second step prints the secret, and whose last one looks around.
fn chapter() -> String {
    format!(
        "# Demo\n\n```python file=ask.py\n{PROGRAM}```\n\n```sh answer=\"$LAB_ANSWER\"\npython3 ask.py\n```\n\n```text\n...\nlength 15\n```\n\n\
         ```sh\nenv | grep canary; cat ~/.secret; grep -l canary ~/.* 2>/dev/null; tr '\\0' '\\n' < /proc/self/environ | grep canary; ps -eo args | grep -c '[c]anary/'\n```\n\n```text\nnot this\n```\n\n\
         ```toml check\ntitle = \"It was given\"\nfile = \"kept.txt\"\ncontains = [\"length 15\"]\n```\n"
    )
}

/// Every form in which a secret could have got out.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = labrun_model::secret_forms(secret);
    forms.push(
        secret
            .chars()
            .rev()
            .take(9)
            .collect::<String>()
            .chars()
            .rev()
            .collect(),
    );
    forms
}

struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new(chapter: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("book/src")).unwrap();
        fs::create_dir(root.join("home")).unwrap();
        fs::create_dir(root.join("tmp")).unwrap();
        fs::write(root.join("home/.secret"), HOME).unwrap();
        fs::write(
            root.join("book/book.toml"),
            "[preprocessor.labrun.labs.demo]\n",
        )
        .unwrap();
        fs::write(root.join("book/src/demo.md"), chapter).unwrap();
        Self { folder }
    }

    /// The command in a book whose runner has secrets; its words and its data.
    fn labrun(&self, arguments: &[&str], answer: Option<&str>) -> (Option<i32>, String) {
        let root = self.folder.path();
        let mut command = Command::new(env!("CARGO_BIN_EXE_labrun"));
        command
            .args(arguments)
            .current_dir(root.join("book"))
            .env("LABRUN_STATE_DIR", root.join("state"))
            .env("TMPDIR", root.join("tmp"))
            .env("HOME", root.join("home"))
            .env("CANARY_TOKEN", VARIABLE)
            .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
            .env_remove("LABRUN_BOOK")
            .env_remove("GITHUB_ACTIONS")
            .env_remove("LAB_ANSWER")
            .envs(answer.map(|answer| ("LAB_ANSWER", answer)));
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned()
            + &String::from_utf8_lossy(&output.stdout);
        (output.status.code(), text)
    }

    /// Every file below a folder, archives opened, as its path and its text.
    fn files(&self, below: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join(below)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(".tar.gz") {
                    found.extend(unpacked(&path));
                } else if let Ok(bytes) = fs::read(&path) {
                    found.push((
                        path.display().to_string(),
                        String::from_utf8_lossy(&bytes).into_owned(),
                    ));
                }
            }
        }
        found
    }
}

fn unpacked(path: &Path) -> Vec<(String, String)> {
    let mut archive =
        tar::Archive::new(flate2::read::GzDecoder::new(fs::File::open(path).unwrap()));
    let mut files = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = format!("{}: {}", path.display(), entry.path().unwrap().display());
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    files
}

/// A recording's output in one piece, as a player shows it.
fn played(text: &str) -> String {
    let events = text
        .lines()
        .filter_map(|line| serde_json::from_str::<(f64, String, String)>(line).ok());
    events.map(|(_, _, data)| data).collect()
}

#[track_caller]
fn clean(name: &str, text: &str) {
    for text in [text.to_owned(), played(text)] {
        for secret in [ANSWER, VARIABLE, HOME] {
            for form in forms(secret) {
                assert!(
                    !text.contains(&form),
                    "{name} tells {secret} as {form}:\n{text}"
                );
            }
        }
    }
}

#[test]
fn no_artefact_of_a_run_tells_a_secret() {
    let scene = Scene::new(&chapter());
    let reports = ["run.html", "run.xml", "run.jsonl", "github"];
    let mut arguments = vec!["demo", "--keep-going", "--keep", "--bundle", "run.tar.gz"];
    arguments.extend(reports.iter().flat_map(|report| ["--report", report]));
    let (code, words) = scene.labrun(&arguments, Some(ANSWER));
    // Red at the step that looks around, so that failures and evidence are told; the one that was answered passed.
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("1 step failed; 2 steps"), "{words}");
    clean("the report", &words);
    let mut names = 0;
    // The book with its reports and the bundle, the journal and the recordings, and what is left of the lab folder.
    for below in ["book", "state", "tmp"] {
        for (name, text) in scene.files(below) {
            names += 1;
            clean(&name, &text);
        }
    }
    assert!(names > 10, "only {names} files were looked at");
    for report in &reports[..3] {
        let (_, text) = scene
            .files("book")
            .into_iter()
            .find(|(name, _)| name.ends_with(report))
            .unwrap();
        assert!(
            text.contains("length 15"),
            "{report} does not hold what was printed"
        );
        assert!(
            text.contains("***"),
            "{report} does not hold what was taken out"
        );
    }
    let (_, accepted) = scene.labrun(&["accept", "demo", "--dry-run"], Some(ANSWER));
    clean("labrun accept", &accepted);
    let (_, verified) = scene.labrun(&["verify", "demo", "--json"], Some(ANSWER));
    clean("labrun verify", &verified);
    let (code, cleaned) = scene.labrun(&["clean"], Some(ANSWER));
    assert_eq!(code, Some(0), "{cleaned}");
}

#[test]
fn a_recording_tells_no_secret() {
    let end = chapter().find("```sh\nenv").unwrap();
    let scene = Scene::new(&chapter()[..end]);
    let (code, words) = scene.labrun(&["record"], Some(ANSWER));
    assert_eq!(code, Some(0), "{words}");
    clean("labrun record", &words);
    let files = scene.files("book/labs");
    assert_eq!(files.len(), 2, "a recording and a terminal");
    for (name, text) in files {
        assert!(text.contains("length 15"), "{name}");
        clean(&name, &text);
    }
    // The script asks for the variable, and does not hold it.
    let (code, words) = scene.labrun(&["extract"], Some(ANSWER));
    assert_eq!(
        code,
        Some(2),
        "only what PostgreSQL asks can be answered in a script: {words}"
    );
}

#[test]
fn a_script_takes_the_variable() {
    let chapter =
        "# D\n\n```sh answer=\"$LAB_ANSWER\"\npsql -h h -c 'SELECT 1'\n```\n\n```text\n1\n```\n";
    let scene = Scene::new(chapter);
    let (code, words) = scene.labrun(&["extract"], Some(ANSWER));
    assert_eq!(code, Some(0), "{words}");
    let (_, script) = scene
        .files("book/labs")
        .into_iter()
        .find(|(name, _)| name.ends_with("lab.sh"))
        .unwrap();
    assert!(
        script.contains("PGPASSWORD=\"${LAB_ANSWER:?}\" step_at"),
        "{script}"
    );
    clean("lab.sh", &script);
    // In a container's command everybody on the machine could read it.
    let inside = chapter.replace("psql -h", "docker exec -it db psql -h");
    let (code, words) = Scene::new(&inside).labrun(&["extract"], Some(ANSWER));
    assert_eq!(code, Some(2), "{words}");
    assert!(
        words.contains("answers with a variable of the reader's inside a session or a container"),
        "{words}"
    );
}

#[test]
fn an_answer_that_is_not_set_is_told_before_the_first_step() {
    let scene = Scene::new(&chapter());
    for answer in [None, Some("")] {
        let (code, words) = scene.labrun(&["demo"], answer);
        assert_eq!(code, Some(3), "{words}");
        for part in [
            "src/demo.md:",
            "answers with the variable LAB_ANSWER, which is not set",
            "read -rs LAB_ANSWER",
        ] {
            assert!(words.contains(part), "{words}");
        }
        assert!(!words.contains('✓'), "{words}");
    }
}
