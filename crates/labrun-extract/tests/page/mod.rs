//! Builds labs for tests, with the page they would come from, so that every span is right. It parses nothing.

#![allow(dead_code, reason = "each test file uses its own part of the builder")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use labrun_model::{
    Action, Address, Answer, Block, Check, ContainerState, Expectation, ExpectedExit, ExpectedLine,
    ExpectedOutput, FilePromise, Health, HttpMethod, HttpQuestion, JsonNode, Lab, LabFile,
    Language, Line, LineOrder, Pattern, PortState, Probe, Relation, RowOrder, Section, SourceFile,
    Span, Step, TableLine, TerminalName, table_lines,
};

/// A page that grows by blocks.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
    sections: Vec<Section>,
    blocks: Vec<Block>,
    steps: usize,
    checks: usize,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self::default().heading(1, "A chapter")
    }

    pub(crate) fn heading(mut self, level: u8, title: &str) -> Self {
        let start = self.text.len();
        self.text
            .push_str(&format!("{} {title}\n\n", "#".repeat(level.into())));
        self.sections.push(Section {
            title: title.to_owned(),
            level,
            span: Span::new(start, self.text.len() - 2),
        });
        self
    }

    pub(crate) fn sh(self, text: &str) -> Self {
        self.typed(Language::Shell, text)
    }

    pub(crate) fn sql(self, text: &str) -> Self {
        self.typed(Language::Sql, text)
    }

    pub(crate) fn python(self, text: &str) -> Self {
        self.typed(Language::Python, text)
    }

    fn typed(mut self, language: Language, text: &str) -> Self {
        let (span, lines) = self.fence(language.fence(), text);
        self.step(span, Action::Type { language, lines })
    }

    pub(crate) fn file(mut self, path: &str, content: &str) -> Self {
        let (span, _) = self.fence(&format!("yaml file={path}"), content);
        let file = LabFile {
            path: PathBuf::from(path),
            language: "yaml".to_owned(),
            content: format!("{content}\n"),
        };
        self.step(span, Action::Write(file))
    }

    fn step(mut self, span: Span, action: Action) -> Self {
        self.steps += 1;
        self.blocks.push(Block::Step(Step {
            number: self.steps,
            name: None,
            span,
            section: self.sections.len() - 1,
            terminal: TerminalName::main(),
            action,
            timeout: Step::DEFAULT_TIMEOUT,
            eventually: None,
            exit: ExpectedExit::Success,
            answers: Vec::new(),
            expectation: None,
            allow: Vec::new(),
        }));
        self
    }

    /// The expected output of the last step.
    pub(crate) fn text(self, text: &str) -> Self {
        self.output(text, LineOrder::RowsAny)
    }

    pub(crate) fn ordered_text(self, text: &str) -> Self {
        self.output(text, LineOrder::Given)
    }

    pub(crate) fn unordered_text(self, text: &str) -> Self {
        self.output(text, LineOrder::Any)
    }

    /// The expected JSON of the last step; the page shows `text` for it.
    pub(crate) fn json(mut self, text: &str, mut root: JsonNode) -> Self {
        let (span, lines) = self.fence("json", text);
        root.span = lines[0].span;
        self.last().expectation = Some(Expectation {
            span,
            output: ExpectedOutput::Json(Some(root)),
        });
        self
    }

    /// A check that is a relation between captured values.
    pub(crate) fn holds(self, mut relation: Relation) -> Self {
        let mut page = self.check(&relation.text.clone(), Probe::Captures, 0);
        if let Some(Block::Check(check)) = page.blocks.last_mut() {
            relation.span = check.span;
            check.holds.push(relation);
        }
        page
    }

    fn output(mut self, text: &str, order: LineOrder) -> Self {
        let expectation = self.expectation(text, order);
        self.last().expectation = Some(expectation);
        self
    }

    /// A fence of lines, and what they promise.
    fn expectation(&mut self, text: &str, order: LineOrder) -> Expectation {
        let (span, lines) = self.fence("text", text);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let patterns = |cells: Vec<&str>| cells.into_iter().map(Pattern::parse).collect();
        let lines = table_lines(&texts)
            .into_iter()
            .zip(&lines)
            .filter_map(|(read, line)| {
                let expected = match read {
                    TableLine::Text(text) if text.trim() == "..." => ExpectedLine::Skip,
                    TableLine::Text(text) => ExpectedLine::Text(Pattern::parse(text)),
                    TableLine::Header(cells) => ExpectedLine::TableHeader(patterns(cells)),
                    TableLine::Row(cells) => ExpectedLine::TableRow(
                        cells.iter().map(|cell| Pattern::parse(cell)).collect(),
                    ),
                    TableLine::Rule | TableLine::Continued => return None,
                };
                Some((line.span, expected))
            })
            .collect();
        Expectation {
            span,
            output: ExpectedOutput::Lines { order, lines },
        }
    }

    pub(crate) fn exit(mut self, status: u8) -> Self {
        self.last().exit = ExpectedExit::Status(status);
        self
    }

    pub(crate) fn fails(mut self) -> Self {
        self.last().exit = ExpectedExit::Failure;
        self
    }

    pub(crate) fn sqlstate(mut self, state: &str) -> Self {
        self.last().exit = ExpectedExit::SqlState(state.to_owned());
        self
    }

    pub(crate) fn answer(mut self, text: &str) -> Self {
        let span = self.last().span;
        self.last().answers.push(Answer {
            text: labrun_model::AnswerText::Written(text.to_owned()),
            span,
        });
        self
    }

    pub(crate) fn eventually(mut self, seconds: u64) -> Self {
        self.last().eventually = Some(Duration::from_secs(seconds));
        self
    }

    pub(crate) fn terminal(mut self, name: &str) -> Self {
        self.last().terminal = TerminalName::new(name);
        self
    }

    pub(crate) fn rows(self, title: &str, query: &str, rows: &[&[&str]], seconds: u64) -> Self {
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|cell| Pattern::parse(cell)).collect())
            .collect();
        let probe = Probe::Postgres {
            connection: "host=127.0.0.1 port=5454 user=postgres password=pass@123".to_owned(),
            query: query.to_owned(),
            rows,
            row_order: RowOrder::Any,
        };
        self.check(title, probe, seconds)
    }

    pub(crate) fn port(self, port: u16, state: PortState) -> Self {
        let address = address(port);
        self.check("the port", Probe::Tcp { address, state }, 0)
    }

    /// Asks an HTTP server on this machine; the lines of its body stand in a fence before the check.
    pub(crate) fn http(mut self, port: u16, status: u16, body: Option<&str>) -> Self {
        let body = body.map(|body| self.expectation(body, LineOrder::Given));
        let question = HttpQuestion {
            method: HttpMethod::Get,
            address: address(port),
            target: "/healthz?a=b".to_owned(),
            headers: vec![("Accept".to_owned(), "text/plain".to_owned())],
            status,
            body,
        };
        self.check("the answer", Probe::Http(question), 0)
    }

    pub(crate) fn looks_at(self, path: &str, promise: FilePromise) -> Self {
        let path = PathBuf::from(path);
        self.check("the file", Probe::File { path, promise }, 0)
    }

    /// Looks at the lines of a file; they stand in a fence before the check.
    pub(crate) fn reads(mut self, path: &str, text: &str) -> Self {
        let expected = self.expectation(text, LineOrder::Given);
        self.looks_at(path, FilePromise::Text(expected))
    }

    pub(crate) fn container(
        self,
        name: &str,
        state: ContainerState,
        health: Option<Health>,
    ) -> Self {
        let probe = Probe::Container {
            name: name.to_owned(),
            state: Some(state),
            health,
        };
        self.check(&format!("{name} is {}", state.name()), probe, 0)
    }

    fn check(mut self, title: &str, probe: Probe, seconds: u64) -> Self {
        let (span, _) = self.fence("toml check", &format!("title = \"{title}\""));
        self.checks += 1;
        self.blocks.push(Block::Check(Check {
            number: self.checks,
            title: title.to_owned(),
            span,
            section: self.sections.len() - 1,
            probe,
            holds: Vec::new(),
            eventually: (seconds > 0).then(|| Duration::from_secs(seconds)),
            hint: Some("Look at the server's log.".to_owned()),
        }));
        self
    }

    pub(crate) fn lab(self) -> Lab {
        Lab {
            name: "chapter".to_owned(),
            title: "A chapter".to_owned(),
            source: SourceFile::new("src/chapter.md", self.text),
            sections: self.sections,
            blocks: self.blocks,
        }
    }

    fn last(&mut self) -> &mut Step {
        match self.blocks.last_mut() {
            Some(Block::Step(step)) => step,
            _ => panic!("the last block is no step"),
        }
    }

    fn fence(&mut self, info: &str, text: &str) -> (Span, Vec<Line>) {
        let start = self.text.len();
        self.text.push_str(&format!("```{info}\n"));
        let mut lines = Vec::new();
        for line in text.split('\n') {
            let at = self.text.len();
            self.text.push_str(line);
            lines.push(Line {
                text: line.to_owned(),
                span: Span::new(at, self.text.len()),
            });
            self.text.push('\n');
        }
        self.text.push_str("```\n");
        let span = Span::new(start, self.text.len() - 1);
        self.text.push('\n');
        (span, lines)
    }
}

fn address(port: u16) -> Address {
    Address {
        host: "127.0.0.1".to_owned(),
        port,
    }
}

/// The script of a lab that must be extractable.
pub(crate) fn script(page: Page) -> String {
    let lab = page.lab();
    match labrun_extract::extract(&lab) {
        Ok(extraction) => extraction.files[0].1.clone(),
        Err(faults) => {
            let drawn: String = faults.iter().map(|fault| fault.draw(&lab.source)).collect();
            panic!("{drawn}");
        }
    }
}

/// Runs a script with the real bash, in a folder of its own for temporary files.
pub(crate) fn run(script: &str) -> Run {
    run_with(script, &[])
}

pub(crate) fn run_with(script: &str, environment: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lab.sh");
    std::fs::write(&path, script).expect("the script is written");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).expect("a folder");
    let output = Command::new("bash")
        .arg(&path)
        .env("TMPDIR", &temporary)
        .envs(environment.iter().copied())
        .output()
        .expect("bash runs");
    Run {
        left: entries(&temporary),
        output,
    }
}

/// How a script ended.
#[derive(Debug)]
pub(crate) struct Run {
    output: Output,
    /// What it left in the folder for temporary files.
    pub(crate) left: Vec<PathBuf>,
}

impl Run {
    pub(crate) fn code(&self) -> Option<i32> {
        self.output.status.code()
    }

    pub(crate) fn words(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    #[track_caller]
    pub(crate) fn is_green(&self) {
        assert_eq!(self.code(), Some(0), "{}", self.words());
        assert_eq!(self.left, Vec::<PathBuf>::new());
    }

    /// Red with a line that names this place.
    #[track_caller]
    pub(crate) fn is_red_at(&self, line: usize) {
        let words = self.words();
        assert_eq!(self.code(), Some(1), "{words}");
        let place = format!("src/chapter.md:{line}: expected ");
        assert!(
            words.lines().any(|line| line.starts_with(&place)),
            "no {place:?} in:\n{words}"
        );
        assert_eq!(self.left, Vec::<PathBuf>::new());
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("an entry").path())
        .collect()
}
