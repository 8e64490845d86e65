//! Every file of `tests/data` is a case: a chapter (`.md`), a `book.toml` (`.toml`) or a policy (`policy*.toml`) with what it is read as beside it
//! (`.expected`). A chapter with directives has beside it what mdBook makes of it (`.page`), and one of a book with roles
//! that book's book.toml (`.book`). `SNAPSHOTS=overwrite` writes the expected files; what they say is then to be reviewed.

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use labrun_model::{
        Action, Block, Check, Diagnostic, Expectation, ExpectedExit, ExpectedLine, ExpectedOutput,
        FilePromise, JsonItem, JsonNode, JsonValue, Lab, Pattern, Piece, Probe, SourceFile, Span,
        Step, TerminalName,
    };
    use labrun_parse::{REFERENCE, Roles, expanded, parse_book, parse_chapter, parse_policy};

    fn data() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
    }

    /// The cases by name, each with its text.
    fn cases() -> Vec<(PathBuf, String)> {
        let entries = fs::read_dir(data()).expect("the folder of the cases");
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| {
            path.extension()
                .is_some_and(|end| end == "md" || end == "toml")
        });
        paths.sort();
        let text = |path: &PathBuf| fs::read_to_string(path).expect("a case is text");
        paths
            .iter()
            .map(|path| (path.clone(), text(path)))
            .collect()
    }

    #[test]
    fn every_case_is_read_as_expected() {
        let cases = cases();
        assert!(
            !cases.is_empty(),
            "there is no case in {}",
            data().display()
        );
        let mut wrong = Vec::new();
        for (path, text) in cases {
            let read = read(&path, &text);
            let expected = path.with_extension("expected");
            if env::var_os("SNAPSHOTS").is_some_and(|word| word == "overwrite") {
                fs::write(&expected, &read).expect("the expected file can be written");
            }
            match fs::read_to_string(&expected) {
                Ok(text) if text == read => {}
                Ok(_) => wrong.push(format!("{} differs from:\n{read}", expected.display())),
                Err(error) => wrong.push(format!("{}: {error}", expected.display())),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_expected_file_has_its_case() {
        let cases: BTreeSet<PathBuf> = cases()
            .into_iter()
            .map(|(path, _)| path.with_extension("expected"))
            .collect();
        for entry in fs::read_dir(data()).unwrap() {
            let path = entry.unwrap().path();
            let known = path.extension().is_some_and(|end| end != "expected");
            assert!(known || cases.contains(&path), "{}", path.display());
        }
    }

    /// Line endings of two bytes change offsets, and nothing that anyone sees.
    #[test]
    fn every_case_is_read_the_same_with_other_line_endings() {
        for (path, text) in cases() {
            let read_here = read(&path, &text.replace('\n', "\r\n"));
            assert_eq!(read_here, read(&path, &text), "{}", path.display());
        }
    }

    #[test]
    fn every_code_of_the_reference_has_a_case() {
        let (_, table) = REFERENCE.split_once("## Diagnostics").expect("the table");
        // The warnings behind it are not the parser's.
        let table = table.split("\n## ").next().unwrap_or(table);
        let drawn: String = cases()
            .iter()
            .map(|(path, text)| read(path, text))
            .collect();
        let codes = table.split('`').skip(1).step_by(2);
        for code in codes.filter(|code| code.contains('-')) {
            assert!(
                drawn.contains(&format!("error[{code}]")),
                "no case for {code}"
            );
        }
    }

    fn read(path: &Path, text: &str) -> String {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap();
        if name.starts_with("policy") {
            let source = SourceFile::new("labrun.policy.toml", text);
            let (policy, diagnostics) = parse_policy(&source);
            let mut drawn = format!("all {:?}\n", policy.all);
            for (name, own) in &policy.labs {
                drawn += &format!("lab {name} {own:?}\n");
            }
            return drawn + &draw(&source, &diagnostics);
        }
        if path.extension().is_some_and(|end| end == "toml") {
            let source = SourceFile::new("book.toml", text);
            let (book, diagnostics) = parse_book(&source);
            let mut drawn = format!("book {:?} in {}\n", book.title, book.src.display());
            for lab in &book.labs {
                let place = place(&source, lab.span);
                drawn += &format!("lab {} = {} @{place}\n", lab.name, lab.chapter.display());
                for need in &lab.needs {
                    drawn += &format!("  needs {need:?}\n");
                }
                if let Some(duration) = &lab.duration {
                    drawn += &format!("  takes {duration:?}\n");
                }
                if let Some(alone) = lab.alone {
                    drawn += &format!("  alone {alone}\n");
                }
            }
            return drawn + &draw(&source, &diagnostics);
        }
        let shown = format!("{name}.md");
        // With the line endings of the chapter.
        let end = if text.contains('\r') { "\r\n" } else { "\n" };
        let source = match fs::read_to_string(path.with_extension("page")) {
            Ok(page) => expanded(&shown, text, &page.replace('\n', end)),
            Err(_) => SourceFile::new(shown, text),
        };
        let (lab, diagnostics) = parse_chapter(name, source, &roles(path));
        draw_lab(&lab) + &draw(&lab.source, &diagnostics)
    }

    /// The roles that the book of a chapter gives to its labs, where there is such a book beside it.
    fn roles(path: &Path) -> Roles {
        let Ok(text) = fs::read_to_string(path.with_extension("book")) else {
            return Roles::default();
        };
        let (book, diagnostics) = parse_book(&SourceFile::new("book.toml", text));
        assert_eq!(diagnostics, []);
        book.labs.first().expect("the book has a lab").roles.clone()
    }

    fn draw(source: &SourceFile, diagnostics: &[Diagnostic]) -> String {
        let drawn = diagnostics
            .iter()
            .map(|fault| format!("\n{}", fault.draw(source)));
        drawn.collect()
    }

    fn place(source: &SourceFile, span: Span) -> String {
        let start = source.place(span);
        let end = source.place(Span::new(span.end, span.end));
        format!(
            "{}:{}-{}:{}",
            start.line, start.column, end.line, end.column
        )
    }

    fn draw_lab(lab: &Lab) -> String {
        let mut drawn = format!("lab {:?}\n", lab.title);
        for (index, section) in lab.sections.iter().enumerate() {
            let place = place(&lab.source, section.span);
            let (level, title) = (section.level, &section.title);
            drawn += &format!("section {index} level {level} {title:?} @{place}\n");
        }
        for block in &lab.blocks {
            drawn += &match block {
                Block::Step(step) => draw_step(&lab.source, step),
                Block::Check(check) => draw_check(&lab.source, check),
            };
        }
        drawn
    }

    fn draw_step(source: &SourceFile, step: &Step) -> String {
        let mut drawn = format!("step {} in {}", step.number, step.section);
        drawn += &format!(" @{}", place(source, step.span));
        if let Some(name) = &step.name {
            drawn += &format!(" name={name}");
        }
        if step.terminal != TerminalName::main() {
            drawn += &format!(" terminal={}", step.terminal);
        }
        if step.timeout != Step::DEFAULT_TIMEOUT {
            drawn += &format!(" timeout={:?}", step.timeout);
        }
        if let Some(length) = step.eventually {
            drawn += &format!(" eventually={length:?}");
        }
        if step.exit != ExpectedExit::Success {
            drawn += &format!(" exit={}", step.exit);
        }
        for answer in &step.answers {
            drawn += &format!(
                " answer={:?}@{}",
                answer.text.shown(),
                place(source, answer.span)
            );
        }
        drawn.push('\n');
        match &step.action {
            Action::Type { language, lines } => {
                for line in lines {
                    let place = place(source, line.span);
                    drawn += &format!("  {} {:?} @{place}\n", language.fence(), line.text);
                }
            }
            Action::Write(file) => {
                let (path, language) = (file.path.display(), &file.language);
                drawn += &format!("  file {path} ({language}) {:?}\n", file.content);
            }
        }
        let expectation = step.expectation.as_ref();
        drawn + &expectation.map_or(String::new(), |expected| draw_expectation(source, expected))
    }

    fn draw_expectation(source: &SourceFile, expectation: &Expectation) -> String {
        let place_of = place(source, expectation.span);
        let (order, lines) = match &expectation.output {
            ExpectedOutput::Lines { order, lines } => (order, lines),
            ExpectedOutput::Json(root) => {
                let root = root.as_ref().map(|root| draw_json(source, root));
                let root = root.unwrap_or_else(|| "nothing".to_owned());
                return format!("  expects json @{place_of}\n    {root}\n");
            }
        };
        let mut drawn = format!("  expects lines {order:?} @{place_of}\n");
        for (span, line) in lines {
            let line = match line {
                ExpectedLine::Skip => "skip".to_owned(),
                ExpectedLine::Text(text) => format!("text {}", draw_pattern(text)),
                ExpectedLine::TableHeader(cells) => format!("header {}", draw_cells(cells)),
                ExpectedLine::TableRow(cells) => format!("row {}", draw_cells(cells)),
            };
            drawn += &format!("    {line} @{}\n", place(source, *span));
        }
        drawn
    }

    fn draw_json(source: &SourceFile, node: &JsonNode) -> String {
        let drawn = match &node.value {
            JsonValue::Null => "null".to_owned(),
            JsonValue::Bool(value) => value.to_string(),
            JsonValue::Number(_) => source.slice(node.span).to_owned(),
            JsonValue::Text(pattern) => draw_pattern(pattern),
            JsonValue::Array(items) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| match item {
                        JsonItem::Skip => "skip".to_owned(),
                        JsonItem::Value(node) => draw_json(source, node),
                    })
                    .collect();
                format!("[{}]", items.join(", "))
            }
            JsonValue::Object { members, is_open } => {
                let mut members: Vec<String> = members
                    .iter()
                    .map(|(name, node)| format!("{name}: {}", draw_json(source, node)))
                    .collect();
                members.extend(is_open.then(|| "open".to_owned()));
                format!("{{{}}}", members.join(", "))
            }
        };
        format!("{drawn}@{}", place(source, node.span))
    }

    fn draw_check(source: &SourceFile, check: &Check) -> String {
        let mut drawn = format!("check {} in {}", check.number, check.section);
        drawn += &format!(" @{} {:?}", place(source, check.span), check.title);
        if let Some(length) = check.eventually {
            drawn += &format!(" eventually={length:?}");
        }
        if let Some(hint) = &check.hint {
            drawn += &format!(" hint={hint:?}");
        }
        drawn.push('\n');
        for relation in &check.holds {
            let captured: Vec<String> = relation
                .captured()
                .map(|(span, value)| format!("{}@{}", value.name, place(source, span)))
                .collect();
            drawn += &format!("  holds {:?} {}\n", relation.text, captured.join(" "));
        }
        match &check.probe {
            Probe::Captures => drawn += "  captures\n",
            Probe::Postgres {
                connection,
                query,
                rows,
                row_order,
            } => {
                drawn += &format!("  postgres {connection:?}\n  query {query:?}\n");
                drawn += &format!("  rows {row_order:?}\n");
                for row in rows {
                    drawn += &format!("    {}\n", draw_cells(row));
                }
            }
            Probe::Container {
                name,
                state,
                health,
            } => drawn += &format!("  container {name:?} {state:?} {health:?}\n"),
            Probe::Tcp { address, state } => drawn += &format!("  tcp {address} {state:?}\n"),
            Probe::Http(question) => {
                let method = question.method;
                drawn += &format!("  http {method:?} {}\n", question.url());
                for (name, value) in &question.headers {
                    drawn += &format!("  header {name:?} {value:?}\n");
                }
                drawn += &format!("  status {}\n", question.status);
                if let Some(body) = &question.body {
                    drawn += &draw_expectation(source, body);
                }
            }
            Probe::File { path, promise } => {
                drawn += &format!("  file {path:?}");
                drawn += &match promise {
                    FilePromise::Text(text) => format!("\n{}", draw_expectation(source, text)),
                    other => format!(" {other:?}\n"),
                };
            }
        }
        drawn
    }

    fn draw_cells(cells: &[Pattern]) -> String {
        let cells: Vec<String> = cells.iter().map(draw_pattern).collect();
        cells.join(" | ")
    }

    /// Text in quotes, placeholders with their types.
    fn draw_pattern(pattern: &Pattern) -> String {
        let pieces: Vec<String> = pattern
            .pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => format!("{text:?}"),
                Piece::Value(value) => format!("<{} {:?}>", value.name, value.kind),
                Piece::Expression(expression) => format!("/{expression}/"),
            })
            .collect();
        pieces.join(" ")
    }
}
