//! What fits and what does not, case by case.

use labrun_model::{Place, SourceFile};

use super::*;

/// A page that is nothing but an output, as a lab and its expectation. The page is Markdown behind two lines.
fn page(text: &str, order: LineOrder) -> (Lab, Expectation) {
    let before = "```sh\n```\n";
    let mut start = before.len();
    let texts: Vec<&str> = text.lines().collect();
    let cells = |cells: Vec<&str>| cells.into_iter().map(Pattern::parse).collect();
    let lines = table_lines(&texts)
        .into_iter()
        .zip(&texts)
        .filter_map(|(read, written)| {
            let span = Span::new(start, start + written.len());
            start = span.end + 1;
            let line = match read {
                TableLine::Text(text) if text.trim() == "..." => ExpectedLine::Skip,
                TableLine::Text(text) => ExpectedLine::Text(Pattern::parse(text)),
                TableLine::Header(header) => ExpectedLine::TableHeader(cells(header)),
                TableLine::Row(row) => {
                    ExpectedLine::TableRow(row.iter().map(|cell| Pattern::parse(cell)).collect())
                }
                TableLine::Rule | TableLine::Continued => return None,
            };
            Some((span, line))
        })
        .collect();
    let lab = Lab {
        name: "a".to_owned(),
        title: "A".to_owned(),
        source: SourceFile::new("a.md", format!("{before}{text}\n")),
        sections: Vec::new(),
        blocks: Vec::new(),
    };
    let expectation = Expectation {
        span: Span::new(0, before.len()),
        output: ExpectedOutput::Lines { order, lines },
    };
    (lab, expectation)
}

type Compared = Result<Vec<CapturedValue>, Box<Mismatch>>;

fn compared(text: &str, actual: &str, order: LineOrder, captures: &Captures) -> Compared {
    let (lab, expectation) = page(text, order);
    compare(&expectation, actual, captures, &lab)
}

#[track_caller]
fn fits(expected: &str, actual: &str) {
    let result = compared(expected, actual, LineOrder::RowsAny, &Captures::default());
    assert!(result.is_ok(), "\n{expected}\n--\n{actual}\n{result:?}");
}

#[track_caller]
fn differs(expected: &str, actual: &str) {
    let lines = difference(expected, actual, LineOrder::RowsAny);
    assert!(
        lines.iter().any(|line| !matches!(line, DiffLine::Same(_))),
        "a difference must show"
    );
}

#[track_caller]
fn difference(expected: &str, actual: &str, order: LineOrder) -> Vec<DiffLine> {
    let result = compared(expected, actual, order, &Captures::default());
    match result.expect_err(actual).kind {
        FailureKind::Output(lines) => lines,
        other => panic!("{other}"),
    }
}

fn missing(text: &str, line: usize) -> DiffLine {
    let place = Place {
        path: "a.md".to_owned(),
        line,
        column: 1,
    };
    DiffLine::Missing {
        text: text.to_owned(),
        place,
    }
}

fn same(text: &str) -> DiffLine {
    DiffLine::Same(text.to_owned())
}

fn extra(text: &str) -> DiffLine {
    DiffLine::Extra(text.to_owned())
}

#[test]
fn lines_are_compared_exactly_but_for_padding() {
    fits("one\ntwo", "one\ntwo\n");
    fits("one", "\none  \n\n");
    fits("", "");
    fits("", "\n\n");
    fits("NAMES    STATUS", "NAMES        STATUS");
    differs("one", "two");
    differs("one", "one\ntwo");
    differs("one\ntwo", "one");
    differs("", "x");
    differs("x", "");
    differs("  indented", "indented");
    differs("ab", "a b");
}

#[test]
fn what_bash_says_of_jobs_counts_where_the_page_shows_it() {
    fits("x", "[1]+  Done      sleep 1\nx");
    fits("[1]+  Done   <any>\nx", "[1]+  Done      sleep 1\nx");
    fits("[2] Done with it", "[2] Done with it");
    differs("[1]+  Done   sleep 1\nx", "x");
}

#[test]
fn three_dots_skip_lines() {
    fits("...\nend", "a\nb\nend");
    fits("begin\n...", "begin");
    fits("begin\n...\nend", "begin\nx\nend\ny\nend");
    fits("...", "");
    differs("begin\n...\nend", "begin\nx");
    differs("...\nend", "a\nb");
}

#[test]
fn placeholders_are_typed() {
    for (placeholder, right, wrong) in [
        ("<lsn>", "0/3000148", "0/XYZ"),
        ("<pid>", "4711", "-1"),
        ("<int>", "-12", "1.5"),
        ("<ip>", "172.18.0.3", "172.18.0"),
        ("<ip>", "fe80::1/64", "nowhere"),
        ("<id>", "3fa9_b-1.x", "a b"),
        ("<uuid>", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("<ts>", "2026-11-22 10:11:12.123+00", "yesterday"),
        ("<duration>", "1.2s", "12"),
        ("<duration>", "00:00:01.5", "soon"),
        ("<duration>", "About a minute", "a minute"),
        ("<duration>", "3 seconds", "three seconds"),
        ("<any>", "anything at all", ""),
    ] {
        fits(&format!("x {placeholder} y"), &format!("x {right} y"));
        differs(&format!("x{placeholder}y"), &format!("x{wrong}y"));
    }
    differs("<lsn>", "0/3000148 and more");
    fits("  x   <int>  y", "  x 5      y");
    fits("\tx <int>", "\tx 5");
    differs("  x <int>", " x 5");
    differs("x <int>", "  x 5");
    fits("<unknown>", "<unknown>");
}

#[test]
fn a_name_stands_for_one_value() {
    fits("<a_int> <b_int> <a_int>", "1 2 1");
    differs("<a_int> <b_int> <a_int>", "1 2 2");
    fits("<sent_lsn>\n<sent_lsn>", "0/1\n0/1");
    differs("<sent_lsn>\n<sent_lsn>", "0/1\n0/2");
    fits("<any>\n<any>", "1\n2");
    fits("...\n<x_int> end\n<x_int>", "1 end\n2 end\n2");
}

const TABLE: &str = " id | name \n----+------\n  1 | a\n  2 | b\n(2 rows)";

#[test]
fn tables_are_rows() {
    fits(
        TABLE,
        " id |     name    \n----+-------------\n  1 | a          \n  2 | b     \n(2 rows)\n\n",
    );
    fits(
        TABLE,
        " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)",
    );
    differs(
        TABLE,
        " id | name \n----+------\n  1 | a\n  1 | a\n(2 rows)",
    );
    differs(TABLE, " id | name \n----+------\n  1 | a\n(1 row)");
    differs(
        TABLE,
        " id | nome \n----+------\n  1 | a\n  2 | b\n(2 rows)",
    );
    let turned = " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)";
    assert!(compared(TABLE, turned, LineOrder::Given, &Captures::default()).is_err());
    fits(
        " a \n---\n <int>\n 2\n(2 rows)",
        " a \n---\n 2\n 1\n(2 rows)",
    );
    fits(
        " a \n---\n 1\n...\n(3 rows)",
        " a \n---\n 3\n 1\n 2\n(3 rows)",
    );
    fits(
        " a | b \n---+---\n <int> | \n(1 row)",
        " a | b \n---+---\n 5 | \n(1 row)",
    );
}

#[test]
fn dots_at_the_end_of_rows_also_stand_for_what_follows() {
    let page = " a | b \n---+---\n 1 | 2\n...";
    fits(page, " a | b \n---+---\n 1 | 2\n(1 row)\n\n");
    fits(
        &format!("{page}\nend"),
        " a | b \n---+---\n 3 | 4\n 1 | 2\n(2 rows)\n\nend",
    );
    differs(page, " a | b \n---+---\n 3 | 4\n(1 row)\n\n");
}

#[test]
fn a_heading_over_dashes_keeps_its_order() {
    differs("Plan\n-----\nfirst\nsecond", "Plan\n-----\nsecond\nfirst");
    fits(
        " a \n---\n 1\n...\n 2\n(3 rows)",
        " a \n---\n 2\n ...\n 1\n(3 rows)",
    );
    differs(" a \n---\n 1\n(2 rows)", " a \n---\n 1\n ...\n(2 rows)");
}

#[test]
fn the_wrong_outputs_that_fuzzy_matching_accepts_are_red() {
    differs(
        " pg_is_in_recovery \n---\n t\n(1 row)",
        " pg_is_in_recovery \n---\n f\n(1 row)",
    );
    differs(
        " client_addr | state | sync_state\n---+---+---\n <ip> | streaming | async\n(1 row)",
        " client_addr | state | sync_state\n---+---+---\n(0 rows)",
    );
    differs(" count \n---\n 1000\n(1 row)", " count \n---\n 0\n(1 row)");
}

#[test]
fn rows_of_a_check_are_cells() {
    let rows = |rows: &[&[&str]]| -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect()
    };
    let (lab, _) = page("", LineOrder::Given);
    let compare = |expected: &[&[&str]], actual: &[&[&str]], order| {
        let expected: Vec<Vec<Pattern>> = expected
            .iter()
            .map(|row| row.iter().map(|cell| Pattern::parse(cell)).collect())
            .collect();
        let captures = Captures::default();
        compare_rows(
            Span::default(),
            &expected,
            &rows(actual),
            order,
            &captures,
            &lab,
        )
        .is_ok()
    };
    assert!(compare(&[&["<int>", "x"]], &[&["1", "x"]], RowOrder::Any));
    assert!(!compare(&[&["<int>", "x"]], &[&["1", "y"]], RowOrder::Any));
    assert!(!compare(&[&["<int>", "x"]], &[], RowOrder::Any));
    assert!(!compare(&[], &[&["1"]], RowOrder::Any));
    assert!(compare(&[], &[], RowOrder::Any));
    assert!(compare(&[&[""]], &[&[""]], RowOrder::Given));
    assert!(!compare(&[&["t"]], &[&["f"]], RowOrder::Given));
}

#[test]
fn a_difference_shows_both_sides() {
    assert_eq!(
        difference("one\ntwo\nthree", "one\n2\nthree\n", LineOrder::Given),
        [same("one"), missing("two", 4), extra("2"), same("three")]
    );
    let mismatch =
        compared("one\ntwo", "one\n2", LineOrder::Given, &Captures::default()).unwrap_err();
    assert_eq!(mismatch.span, Span::new(14, 17));
}

#[test]
fn a_difference_aligns_rows_although_they_come_in_another_order() {
    let page = " id |   name\n----+----------\n  1 | a\n  2 | <id>\n  3 | c\n(3 rows)";
    let came = " id | name \n----+------\n  3 | c\n  2 | b\n  1 | x\n(3 rows)";
    assert_eq!(
        difference(page, came, LineOrder::RowsAny),
        [
            same("id | name"),
            missing("1  | a", 5),
            same("2  | b"),
            same("3  | c"),
            extra("1  | x"),
            same("(3 rows)"),
        ]
    );
}

#[test]
fn a_flood_is_compared_quickly_and_shortly() {
    let flood = "y\n".repeat(400_000);
    let lines = difference("...\nz\n...\nx", &flood, LineOrder::Given);
    assert!(lines.len() < 500);
    let lines = difference("...\n<int> z\n...\nx", &flood[..20_000], LineOrder::Given);
    assert!(lines.len() < 500);
}

#[test]
fn much_choice_costs_no_time_and_a_long_page_no_stack() {
    let numbers: String = (0..3000).map(|number| format!("{number}\n")).collect();
    // Three thousand lines can be shared out among four `...` in 3.4e12 ways.
    difference(
        "...\n7\n...\n8\n...\n2\n...\n9\n...\nx",
        &numbers,
        LineOrder::Given,
    );
    fits("...\n7\n...\n8\n...\n9\n...\n2998\n...", &numbers);
    let same = "a\n".repeat(60);
    let odd = format!("{same}b");
    let unordered = difference(&odd, &format!("{same}c"), LineOrder::Any);
    assert!(unordered.contains(&extra("c")));
    let long = "line\n".repeat(100_000);
    fits(&long, &long);
    let long = &long[..50_000];
    assert!(compared(long, long, LineOrder::Any, &Captures::default()).is_ok());
}

mod captured;
mod forms;
