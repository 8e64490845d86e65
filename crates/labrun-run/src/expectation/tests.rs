//! What fits and what does not, case by case.

use labrun_model::Span;

use super::*;

fn expectation(text: &str, row_order: RowOrder) -> Expectation {
    let lines: Vec<&str> = text.lines().collect();
    let cells = |cells: Vec<&str>| cells.into_iter().map(Pattern::parse).collect();
    let lines = table_lines(&lines)
        .into_iter()
        .filter_map(|line| match line {
            TableLine::Text(text) if text.trim() == "..." => Some(ExpectedLine::Skip),
            TableLine::Text(text) => Some(ExpectedLine::Text(Pattern::parse(text))),
            TableLine::Header(header) => Some(ExpectedLine::TableHeader(cells(header))),
            TableLine::Row(row) => Some(ExpectedLine::TableRow(cells(row))),
            TableLine::Rule => None,
        })
        .map(|line| (Span::default(), line))
        .collect();
    Expectation {
        span: Span::default(),
        row_order,
        lines,
    }
}

#[track_caller]
fn fits(expected: &str, actual: &str) {
    let result = compare(&expectation(expected, RowOrder::Any), actual);
    assert_eq!(result, Ok(()), "\n{expected}\n--\n{actual}");
}

#[track_caller]
fn differs(expected: &str, actual: &str) {
    let result = compare(&expectation(expected, RowOrder::Any), actual);
    let lines = result.expect_err(actual);
    assert!(
        lines.iter().any(|line| !matches!(line, DiffLine::Same(_))),
        "a difference must show"
    );
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
    differs(
        TABLE,
        "WARNING:  careful\n id | name \n----+------\n  1 | a\n  2 | b\n(2 rows)",
    );
    let given = expectation(TABLE, RowOrder::Given);
    assert!(
        compare(
            &given,
            " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)"
        )
        .is_err()
    );
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
    let expected = vec![vec![Pattern::parse("<int>"), Pattern::parse("x")]];
    assert!(compare_rows(
        &expected,
        &rows(&[&["1", "x"]]),
        RowOrder::Any
    ));
    assert!(!compare_rows(
        &expected,
        &rows(&[&["1", "y"]]),
        RowOrder::Any
    ));
    assert!(!compare_rows(&expected, &rows(&[]), RowOrder::Any));
    assert!(!compare_rows(&[], &rows(&[&["1"]]), RowOrder::Any));
    assert!(compare_rows(&[], &rows(&[]), RowOrder::Any));
    assert!(compare_rows(
        &[vec![Pattern::default()]],
        &rows(&[&[""]]),
        RowOrder::Given
    ));
}

#[test]
fn a_difference_shows_both_sides() {
    let result = compare(
        &expectation("one\ntwo\nthree", RowOrder::Any),
        "one\n2\nthree\n",
    );
    assert_eq!(
        result,
        Err(vec![
            DiffLine::Same("one".to_owned()),
            DiffLine::Missing("two".to_owned()),
            DiffLine::Extra("2".to_owned()),
            DiffLine::Same("three".to_owned()),
        ])
    );
}

#[test]
fn a_flood_is_compared_quickly_and_shortly() {
    let flood = "y\n".repeat(400_000);
    let result = compare(&expectation("...\nz\n...\nx", RowOrder::Any), &flood);
    assert!(result.expect_err("different").len() < 500);
}
