//! Any lines as a page's output, and any text as what was printed. The comparison says the same in both of its forms and in
//! bounded time; what was printed fits a page that shows it literally, whatever it is; and it does not fit any more when one
//! letter of it is another.

#![no_main]

use labrun_accept::literal;
use labrun_model::{
    ExpectedLine, ExpectedOutput, FailureKind, Lab, LineOrder, SourceFile, table_lines,
};
use labrun_parse::{Roles, parse_chapter};
use labrun_run::{accepts, difference};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(3, '\u{1}');
    let mut part = || parts.next().unwrap_or("");
    let (kind, printed, page) = (part(), part(), part());
    let info = match kind.bytes().next().unwrap_or(0) % 4 {
        0 => "text",
        1 => "text unordered",
        2 => "json",
        _ => "text ",
    };
    // In the last case the rows of a table have an order.
    let typed = if info.ends_with(' ') {
        "psql -c 'TABLE t ORDER BY 1'"
    } else {
        "x"
    };
    for page in [page, printed] {
        if let Some(lab) = lab(typed, info, page) {
            agrees(&lab, printed);
        }
    }
    if info == "json" {
        json_fits_itself(printed);
    } else {
        fits_itself(typed, info, printed);
    }
});

/// A lab of one step that shows this output.
fn lab(typed: &str, info: &str, page: &str) -> Option<Lab> {
    let fence = "~".repeat(64);
    let chapter = format!("~~~sh\n{typed}\n~~~\n\n{fence}{info}\n{page}\n{fence}\n");
    let (lab, _) = parse_chapter("a", SourceFile::new("a.md", chapter), &Roles::default());
    let step = lab.steps().next()?;
    step.expectation.is_some().then_some(lab)
}

fn agrees(lab: &Lab, printed: &str) -> bool {
    let step = lab.steps().next().expect("a step");
    let expectation = step.expectation.as_ref().expect("an output");
    let fits = accepts(expectation, printed);
    let difference = difference(expectation, printed, lab);
    assert_eq!(fits, difference.is_none(), "{difference:?}");
    if let Some(FailureKind::Output(lines)) = difference {
        assert!(!lines.is_empty());
    }
    fits
}

fn fits_itself(typed: &str, info: &str, printed: &str) {
    let page = page(printed);
    let Some(lab) = lab(typed, info, &page) else {
        return;
    };
    // What Markdown changes cannot be shown: a NUL, and a bare carriage return.
    if printed.contains(['\0', '\r']) {
        return;
    }
    assert!(agrees(&lab, printed), "{page:?} is not {printed:?}");
    let expectation = lab
        .steps()
        .next()
        .and_then(|step| step.expectation.as_ref());
    let Some(ExpectedOutput::Lines { order, lines }) = expectation.map(|e| &e.output) else {
        return;
    };
    if lines.iter().any(|(_, line)| *line == ExpectedLine::Skip) {
        return;
    }
    let letters: Vec<usize> = printed
        .char_indices()
        .filter(|(_, c)| c.is_ascii_lowercase())
        .map(|(at, _)| at)
        .take(16)
        .collect();
    for at in letters {
        let mut other = printed.to_owned();
        // No word that means something has this letter.
        other.replace_range(at..=at, "Q");
        let same = *order == LineOrder::Any && seen(&other) == seen(printed);
        assert!(same || !agrees(&lab, &other), "{page:?} is not {other:?}");
    }
}

/// The lines as a page shows them that means nothing but them.
fn page(printed: &str) -> String {
    let read: Vec<&str> = printed.lines().collect();
    // A cell is a text of its own.
    let lines = table_lines(&read).len();
    assert_eq!(lines, read.len());
    let lines: Vec<String> = read.iter().map(|line| literal(line)).collect();
    lines.join("\n")
}

fn seen(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

/// JSON on a page is the JSON that it shows, where no string of it is a pattern.
fn json_fits_itself(printed: &str) {
    if printed.contains(['<', '\0', '\r']) || printed.contains("...") || printed.contains("\\u") {
        return;
    }
    let Some(lab) = lab("x", "json", printed) else {
        return;
    };
    let expectation = lab
        .steps()
        .next()
        .and_then(|step| step.expectation.as_ref());
    if let Some(ExpectedOutput::Json(Some(_))) = expectation.map(|e| &e.output) {
        assert!(agrees(&lab, printed), "{printed:?} is not itself");
    }
}
