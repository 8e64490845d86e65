//! Any text as a chapter, and the script that is written for it. All of the chapter stands in it between quotes or in
//! here-documents: a reader that knows nothing else reads the whole of it, and finds files, typed lines and outputs byte for
//! byte. Of some scripts, because it takes a process, bash itself is asked, too: `bash -n` finds nothing wrong, and what
//! stands between quotes is to bash what it is to the reader.

#![no_main]

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::process::{Command, Stdio};

use labrun_extract::extract;
use labrun_model::{
    Action, ExpectedLine, ExpectedOutput, Lab, LineOrder, Severity, SourceFile, Step,
};
use labrun_parse::{Roles, parse_chapter};
use libfuzzer_sys::fuzz_target;

/// Of how many scripts bash is asked about one.
const SAMPLE: u64 = 16;

fuzz_target!(|text: &str| {
    let (lab, faults) = parse_chapter("a", SourceFile::new("a.md", text), &Roles::default());
    // Of a chapter with faults no script is written, and none can hold a NUL.
    if text.contains('\0') || faults.iter().any(|fault| fault.severity == Severity::Error) {
        return;
    }
    let Ok(extraction) = extract(&lab) else {
        return;
    };
    let script = &extraction.files[0].1;
    let (_, chapter) = script
        .rsplit_once("\n# ---- The chapter. ----\n")
        .expect("a chapter");
    let calls = Reader { rest: chapter }.calls();
    assert_eq!(calls.last().map(|call| call.name()), Some("finish"));
    for step in lab.steps() {
        comes_back(&lab, step, &calls);
    }
    for (path, content) in extraction.files.iter().skip(1) {
        assert!(path.starts_with("files"));
        assert!(content.is_empty() || content.ends_with('\n'));
    }
    let mut hasher = DefaultHasher::new();
    script.hash(&mut hasher);
    if hasher.finish().is_multiple_of(SAMPLE) {
        bash_reads(script);
        bash_agrees(&calls);
    }
});

/// A call of one of the script's functions.
#[derive(Debug, Default)]
struct Call {
    /// Its words, each as it is written and as it is meant.
    words: Vec<(String, String)>,
    /// Its here-document: the delimiter and the text.
    document: Option<(String, String)>,
}

impl Call {
    fn name(&self) -> &str {
        let name = self
            .words
            .iter()
            .find(|(_, word)| !word.starts_with("PGPASSWORD="));
        name.map_or("", |(_, word)| word.as_str())
    }

    /// Whether it is of this function at this line of the chapter.
    fn is(&self, names: &[&str], line: usize) -> bool {
        let mut words = self.words.iter().map(|(_, word)| word.as_str());
        words.any(|word| names.contains(&word)) && words.next() == Some(&line.to_string())
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn calls(mut self) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut is_inside = false;
        while !self.rest.is_empty() {
            let line = self.rest.split('\n').next().unwrap_or("");
            if line.is_empty() || line.starts_with('#') {
                self.line();
            } else if is_function(line) {
                assert!(!is_inside, "{line}");
                is_inside = true;
                self.line();
            } else if line == "}" {
                assert!(is_inside, "{line}");
                is_inside = false;
                self.line();
            } else {
                calls.push(self.call());
            }
        }
        assert!(!is_inside);
        calls
    }

    fn line(&mut self) -> &'a str {
        let (line, rest) = self.rest.split_once('\n').expect("a line break");
        self.rest = rest;
        line
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn call(&mut self) -> Call {
        let mut call = Call::default();
        loop {
            while self.take(" ") || self.take("\\\n") {}
            if self.take("<<'") {
                let (delimiter, rest) = self.rest.split_once("'\n").expect("a delimiter");
                self.rest = rest;
                let mut text = String::new();
                loop {
                    match self.line() {
                        line if line == delimiter => break,
                        line => text.push_str(&format!("{line}\n")),
                    }
                }
                call.document = Some((delimiter.to_owned(), text));
                return call;
            }
            if self.take("\n") {
                return call;
            }
            call.words.push(self.word());
        }
    }

    fn word(&mut self) -> (String, String) {
        let (start, mut word) = (self.rest, String::new());
        loop {
            let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
            let end = self.rest.find(|c| !plain(c)).unwrap_or(self.rest.len());
            word.push_str(&self.rest[..end]);
            self.rest = &self.rest[end..];
            if self.take("'") {
                let (quoted, rest) = self.rest.split_once('\'').expect("a closing quote");
                word.push_str(quoted);
                self.rest = rest;
            } else if self.take("\\'") {
                word.push('\'');
            } else if self.take("\"$lab_folder\"") || self.take("\"$lab_work/answer\"") {
                word.push_str("LAB");
            } else {
                break;
            }
        }
        let written = &start[..start.len() - self.rest.len()];
        assert!(!written.is_empty(), "{start:?} begins no word");
        (written.to_owned(), word)
    }
}

fn is_function(line: &str) -> bool {
    let name = line.strip_suffix("() {");
    let number = name.and_then(|name| name.strip_prefix("step_").or(name.strip_prefix("check_")));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn comes_back(lab: &Lab, step: &Step, calls: &[Call]) {
    let line = |span: labrun_model::Span| lab.source.line(span.start);
    let document = |names: &[&str], line| {
        let call = calls.iter().find(|call| call.is(names, line));
        call.and_then(|call| call.document.as_ref())
            .map(|(_, text)| text.as_str())
    };
    match &step.action {
        Action::Write(file) => {
            let call = calls
                .iter()
                .find(|call| call.is(&["file_at"], line(step.span)));
            let call = call.expect("the file is written");
            assert_eq!(
                call.words.last().map(|word| word.1.as_str()),
                file.path.to_str()
            );
            let content = call.document.as_ref().map(|(_, text)| text.as_str());
            assert_eq!(content, Some(file.content.as_str()));
        }
        Action::Type { lines, .. } => {
            let first = lines.first().expect("a line");
            let typed = document(&["step_at", "fails_at"], line(first.span));
            let text: String = lines.iter().map(|line| line.text.clone() + "\n").collect();
            // A command in a container is written without its terminal.
            let is_changed = ["docker", "podman", "compose", "nerdctl"];
            if let Some(typed) =
                typed.filter(|_| !is_changed.iter().any(|word| text.contains(word)))
            {
                assert_eq!(typed, text);
            }
        }
    }
    let Some(expectation) = &step.expectation else {
        return;
    };
    if let ExpectedOutput::Lines { order, lines } = &expectation.output {
        let place = lines.first().map_or(expectation.span, |(span, _)| *span);
        let shown = document(&["output_at"], line(place)).expect("the output is compared");
        let has_expressions = lines.iter().any(|(_, line)| {
            line.patterns()
                .iter()
                .any(|pattern| pattern.expressions().next().is_some())
        });
        let read = read_as_page(shown, *order);
        let wanted: Vec<&ExpectedLine> = lines.iter().map(|(_, line)| line).collect();
        if let Some(read) = read.filter(|_| !has_expressions) {
            assert_eq!(read.iter().collect::<Vec<_>>(), wanted, "{shown:?}");
        }
    }
}

/// What a page with these lines promises.
fn read_as_page(shown: &str, order: LineOrder) -> Option<Vec<ExpectedLine>> {
    let fence = "~".repeat(4096);
    let order = if order == LineOrder::Any {
        " unordered"
    } else {
        ""
    };
    let page = format!("~~~sh\nx\n~~~\n\n{fence}text{order}\n{shown}{fence}\n");
    let (lab, _) = parse_chapter("a", SourceFile::new("a.md", page), &Roles::default());
    let step = lab.steps().next()?;
    let lines = step.expectation.as_ref()?.lines().iter();
    Some(lines.map(|(_, line)| line.clone()).collect())
}

fn bash_reads(script: &str) {
    let (status, _, words) = bash(&["-n"], script);
    assert!(status && words.is_empty(), "{words}\n{script}");
}

/// Bash prints every word and every here-document; it has no command to run but its own `printf` and `read`.
fn bash_agrees(calls: &[Call]) {
    let mut script = String::from("lab_folder=LAB lab_work=\n");
    let mut wanted = String::new();
    for call in calls {
        for (written, word) in call
            .words
            .iter()
            .filter(|(written, _)| !written.contains("$lab_work"))
        {
            script.push_str(&format!("printf '%s\\0' {written}\n"));
            wanted.push_str(&format!("{word}\0"));
        }
        if let Some((delimiter, text)) = &call.document {
            script.push_str(&format!(
                "IFS= read -r -d '' text <<'{delimiter}'\n{text}{delimiter}\nprintf '%s\\0' \"$text\"\n"
            ));
            wanted.push_str(&format!("{text}\0"));
        }
    }
    let (_, printed, words) = bash(&[], &script);
    assert_eq!(words, "");
    assert_eq!(printed, wanted.as_bytes(), "{script}");
}

fn bash(arguments: &[&str], script: &str) -> (bool, Vec<u8>, String) {
    let mut bash = Command::new("bash")
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash runs");
    let mut input = bash.stdin.take().expect("a pipe");
    let writer = std::thread::spawn({
        let script = script.to_owned();
        move || input.write_all(script.as_bytes())
    });
    let output = bash.wait_with_output().expect("bash ends");
    let _ = writer.join();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), output.stdout, words)
}
