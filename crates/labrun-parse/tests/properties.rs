//! What holds for every text: nothing panics, every place lies in the file and can be drawn, and no fence is passed
//! over without a word.

#[cfg(test)]
mod tests {
    use labrun_model::{Action, Block, Diagnostic, Lab, LineOrigin, SourceFile, Span};
    use labrun_parse::{Fence, Roles, attributes, expanded, fences, parse_book, parse_chapter};
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    /// Pieces of which chapters are made, and pieces that break them.
    const CHAPTER: &[&str] = &[
        "```",
        "````",
        "~~~",
        "```sh\n",
        "~~~sql\n",
        "```text\n",
        "```console\n",
        "```yaml",
        "```toml check\n",
        "```json\n",
        " unordered",
        "{\"a\": [\"...\", \"<x_id>\", 1.5e3]}\n",
        "\"...\": 0,",
        "holds = [\"<x_lsn> - 1 < 0/5\"]\n",
        "holds = ['<x_id> = ",
        "5 days'",
        "</",
        "/>",
        "\n```\n",
        "\n~~~\n",
        "\n",
        "\n\n",
        " ",
        "\t",
        "    ",
        "> ",
        "- ",
        "1. ",
        "\r",
        "\0",
        "\u{feff}",
        "é→",
        "`",
        "\\",
        " file=a",
        " name=x",
        " timeout=5s",
        " answer=\"",
        "\"",
        " exit=1",
        " eventually=1s",
        "=",
        ",",
        " show",
        " check",
        "$ ls\n",
        "$",
        "ls\n",
        "SELECT a FROM t ORDER BY a;\n",
        "E'",
        "$x$",
        "/*",
        "--",
        "(",
        "\\d",
        "...",
        "{{#include a}}",
        "\n\nprose, and\nmore of it\n\n",
        "\n\nterm\n",
        " a | b\n---+---\n 1 | <ip>\n",
        "# head\n",
        "===\n",
        "<!-- c -->\n",
        "<!--",
        "-->",
        "<div>\n",
        "</div>\n",
        "[^1]: ",
        "| a |\n|---|\n",
        "title = \"x\"\n",
        "container = \"a\"\n",
        "state = \"running\"\n",
        "rows = [[\"1\"]]\n",
        "postgres = '''\n",
        "query = \"SELECT 1\"\n",
        "```mermaid\n",
        "{",
        "\u{202e}",
        ": ",
    ];

    /// What begins and ends blocks of every kind, parted by commas, and paragraphs of prose.
    const BLOCKS: &str = "\nword `a`\nmore [a] *b*\n,\nw\n,\nw -->\n,\nw </pre> ?> ]]>\n,,w,```a,```,~~~a,~~~,- ,-,  - x,  ,  y,\
        > ,> [!NOTE],1. y,: d,# [a] [^1],---,===,| a |,|---|,w | v,<div>,<!--,-->,<pre>,<?,<![CDATA[,[a]: b,[a]:,[^1]: c,\\,`";

    /// The same for `book.toml`.
    const BOOK: &[&str] = &[
        "[book]\n",
        "[preprocessor.labrun]\n",
        "[preprocessor.labrun.labs.a]\n",
        "[preprocessor.labrun.labs",
        ".b]\n",
        "chapter = ",
        "\"a.md\"",
        "\"../a\"",
        "title = ",
        "src = 1",
        "command = \"x\"\n",
        "labs = {",
        "}",
        "a.",
        "\"",
        "'''",
        "\n",
        "\r\n",
        "é",
        "=",
        "[",
        "]",
        " ",
        "#",
        "\0",
        "\u{feff}",
        "preprocessor",
        "1979-05-27",
        "0x",
        ",",
    ];

    fn spliced(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            8 => select(pieces).prop_map(str::to_owned),
            1 => any::<String>(),
            1 => "[a-z =\"]{0,8}",
        ];
        vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn check_span(source: &SourceFile, span: Span) {
        assert!(span.start <= span.end, "{span:?}");
        assert!(
            source.text().get(span.start..span.end).is_some(),
            "{span:?}"
        );
    }

    fn check_diagnostics(source: &SourceFile, diagnostics: &[Diagnostic]) {
        assert!(diagnostics.is_sorted_by_key(|diagnostic| diagnostic.span));
        for diagnostic in diagnostics {
            check_span(source, diagnostic.span);
            let drawn = diagnostic.draw(source);
            assert!(
                drawn.contains(diagnostic.code) && drawn.contains('^'),
                "{drawn}"
            );
        }
    }

    fn check_lab(lab: &Lab) {
        for block in &lab.blocks {
            check_span(&lab.source, block.span());
            assert!(lab.sections.get(block.section()).is_some());
            let Block::Step(step) = block else { continue };
            let expectation = step.expectation.as_ref();
            let lines = expectation
                .iter()
                .flat_map(|e| e.lines().iter().map(|(span, _)| *span));
            let patterns = expectation
                .iter()
                .flat_map(|e| e.patterns().into_iter().map(|(span, _)| span));
            lines
                .chain(patterns)
                .for_each(|span| check_span(&lab.source, span));
            if let Action::Type { lines, .. } = &step.action {
                assert!(!lines.is_empty());
                lines
                    .iter()
                    .for_each(|line| check_span(&lab.source, line.span));
            }
        }
    }

    /// The places of everything that a lab makes of its fences.
    fn used(lab: &Lab) -> Vec<Span> {
        let expectation = |block: &Block| match block {
            Block::Step(step) => step.expectation.as_ref().map(|expected| expected.span),
            Block::Check(_) => None,
        };
        let blocks = lab.blocks.iter();
        blocks
            .flat_map(|block| [Some(block.span()), expectation(block)])
            .flatten()
            .collect()
    }

    fn is_shown(source: &SourceFile, fence: &Fence) -> bool {
        let info = source.slice(fence.info);
        fence.language == "mermaid"
            || info
                .split([' ', ',', '\t', '\r'])
                .any(|word| word == "show")
    }

    fn check_chapter(text: &str) {
        let (lab, diagnostics) =
            parse_chapter("x", SourceFile::new("x.md", text), &Roles::default());
        check_diagnostics(&lab.source, &diagnostics);
        check_lab(&lab);
        let used = used(&lab);
        for fence in fences(&lab.source) {
            for span in [fence.span, fence.opening, fence.info, fence.language_span] {
                check_span(&lab.source, span);
            }
            assert!(fence.span.start == fence.opening.start && fence.opening.end <= fence.span.end);
            fence
                .lines
                .iter()
                .for_each(|line| check_span(&lab.source, line.span));
            let within = |span: &Span| fence.span.start <= span.start && span.end <= fence.span.end;
            let known = used.iter().any(within) || is_shown(&lab.source, &fence);
            assert!(known || !diagnostics.is_empty(), "{fence:?}");
        }
    }

    fn check_book(text: &str) {
        let source = SourceFile::new("book.toml", text);
        let (book, diagnostics) = parse_book(&source);
        check_diagnostics(&source, &diagnostics);
        book.labs
            .iter()
            .for_each(|lab| check_span(&source, lab.span));
    }

    /// The diagnostics as anyone sees them: code, message, line and column.
    fn seen(text: &str) -> Vec<String> {
        let (lab, diagnostics) =
            parse_chapter("x", SourceFile::new("x.md", text), &Roles::default());
        let line = |fault: &Diagnostic| {
            format!("{} {} {}", lab.place(fault.span), fault.code, fault.message)
        };
        diagnostics.iter().map(line).collect()
    }

    /// Few lines and often the same, so that what is brought in repeats what was there.
    fn lines() -> impl Strategy<Value = Vec<String>> {
        vec("[ab]|```sh|\\{\\{\\.Names\\}\\}|[ é→]{0,3}", 0..6)
    }

    fn origin_of(source: &SourceFile, line: usize) -> (usize, usize) {
        match source.origin(line) {
            LineOrigin::Written(line) | LineOrigin::Unescaped(line) => (line, line),
            LineOrigin::BroughtIn { first, last, .. } => (first, last),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_text_is_read(text in any::<String>()) {
            check_chapter(&text);
            check_book(&text);
        }

        #[test]
        fn any_splice_of_chapters_is_read(text in spliced(CHAPTER)) {
            check_chapter(&text);
        }

        /// With debug assertions every chapter is read with its prose and without, and a difference is a panic.
        #[test]
        fn prose_changes_nothing_around_it(
            blocks in vec(select(BLOCKS.split(',').collect::<Vec<_>>()), 0..12),
        ) {
            check_chapter(&blocks.join("\n"));
        }

        #[test]
        fn any_splice_of_books_is_read(text in spliced(BOOK)) {
            check_book(&text);
        }

        #[test]
        fn any_body_of_a_check_is_read(body in spliced(CHAPTER), prefix in select(&["", "> ", "  "][..])) {
            let body = body.replace('\n', &format!("\n{prefix}"));
            check_chapter(&format!("- a\n\n{prefix}```toml check\n{prefix}{body}\n{prefix}```\n"));
        }

        #[test]
        fn a_line_outside_an_include_is_at_itself(
            before in lines(), brought in vec("[ab]|```sh|[ é→]{0,3}", 1..6), after in lines(),
        ) {
            let chapter = |middle: &[String]| [&before, middle, &after].concat().join("\n");
            let author = chapter(&["{{#include x}}".to_owned()]);
            let source = expanded("a.md", &author, &chapter(&brought));
            let directive = before.len() + 1;
            for line in 1..=before.len() {
                prop_assert_eq!(source.origin(line), LineOrigin::Written(line));
            }
            for line in 0..brought.len() {
                prop_assert_eq!(origin_of(&source, directive + line), (directive, directive));
            }
            for line in 0..after.len() {
                let shown = directive + brought.len() + line;
                prop_assert_eq!(source.origin(shown), LineOrigin::Written(directive + 1 + line));
            }
        }

        /// Where two places are possible, both are within what is said.
        #[test]
        fn the_origin_of_a_line_holds_its_true_one(
            parts in vec((lines(), vec("[ab]|[ é→]{0,3}", 1..4)), 1..5), end in lines(),
        ) {
            let (mut author, mut text, mut truth) = (Vec::new(), Vec::new(), Vec::new());
            for (own, brought) in &parts {
                for line in own {
                    author.push(line.clone());
                    text.push(line.clone());
                    truth.push(author.len());
                }
                author.push("{{#include x}}".to_owned());
                text.extend(brought.iter().cloned());
                truth.extend(brought.iter().map(|_| author.len()));
            }
            for line in &end {
                author.push(line.clone());
                text.push(line.clone());
                truth.push(author.len());
            }
            let source = expanded("a.md", &author.join("\n"), &text.join("\n"));
            for (index, line) in truth.into_iter().enumerate() {
                let (first, last) = origin_of(&source, index + 1);
                prop_assert!(first <= line && line <= last, "{index}: {line} not in {first}-{last}");
            }
        }

        #[test]
        fn any_two_texts_can_be_laid_side_by_side(author in spliced(CHAPTER), text in spliced(CHAPTER)) {
            let source = expanded("a.md", &author, &text);
            let lines = author.split('\n').count();
            for line in 1..=text.split('\n').count() {
                let (first, last) = origin_of(&source, line);
                prop_assert!(1 <= first && first <= last && last <= lines);
            }
            let (lab, diagnostics) = parse_chapter("x", source, &Roles::default());
            check_diagnostics(&lab.source, &diagnostics);
        }

        /// As the reference says: a backslash before each quote and each backslash.
        #[test]
        fn a_quoted_value_comes_back(values in vec("[^\\x00-\\x1f\\x7f-\\x9f]{0,12}", 1..4)) {
            let written: Vec<String> = values
                .iter()
                .map(|value| value.replace('\\', "\\\\").replace('"', "\\\""))
                .map(|value| format!(" answer=\"{value}\""))
                .collect();
            let source = SourceFile::new("a.md", format!("~~~sh{}\nx\n~~~\n", written.concat()));
            let (read, faults) = attributes(&source, &fences(&source)[0]);
            prop_assert_eq!(faults, []);
            let read: Vec<String> = read.pairs.into_iter().map(|pair| pair.value.text).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn line_endings_change_nothing(text in spliced(CHAPTER)) {
            let text = text.replace('\r', "");
            prop_assert_eq!(seen(&text), seen(&text.replace('\n', "\r\n")));
        }
    }
}
