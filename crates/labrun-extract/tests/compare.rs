//! What fits and what does not, as the script's own matcher sees it. The runner must judge the same: these are its cases
//! too (`labrun-run/src/expectation/tests.rs`).

#![cfg(test)]

#[path = "compare/values.rs"]
mod values;

mod page;

use page::{Page, Run, run, script};

fn compared(page: &str, came: &str, ordered: bool) -> Run {
    let step = Page::new().sh(&format!("cat <<'END'\n{came}\nEND"));
    run(&script(if ordered {
        step.ordered_text(page)
    } else {
        step.text(page)
    }))
}

#[track_caller]
fn fits(page: &str, came: &str) {
    compared(page, came, false).is_green();
}

#[track_caller]
fn differs(page: &str, came: &str) {
    let run = compared(page, came, false);
    assert_eq!(run.code(), Some(1), "{page:?} must not fit {came:?}");
}

#[test]
fn lines_are_compared_exactly_but_for_padding() {
    fits("one\ntwo", "one\ntwo\n");
    fits("one", "\none  \n\n");
    fits("", "\n\n");
    fits("NAMES    STATUS", "NAMES        STATUS");
    fits("  x  <int>", "  x 5");
    differs("one", "two");
    differs("one", "one\ntwo");
    differs("one\ntwo", "one");
    differs("one\n\ntwo", "one\ntwo");
    differs("", "x");
    differs("x", "");
    differs("  indented", "indented");
    differs("ab", "a b");
    differs("*", "x");
    differs("a*", "abc");
}

#[test]
fn a_line_that_is_written_anew_is_its_last_form() {
    fits("100%", "1%\r50%\r100%\r");
    fits("done", "50%\rdone");
    differs("50%", "50%\rdone");
}

#[test]
fn three_dots_skip_lines() {
    fits("...\nend", "a\nb\nend");
    fits("begin\n...", "begin");
    fits("begin\n...\nend", "begin\nx\nend\ny\nend");
    fits("...", "");
    fits("  ...\nend", "end");
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
        ("<duration>", "5µs", "5"),
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
    differs("<int> x", " 5 x");
    fits("<unknown> < <", "<unknown> < <");
    fits("\\<ip> <<ip>>", "<ip> <1.2.3.4>");
    differs("\\<ip>", "1.2.3.4");
    fits("a.*[b]+(c)?{d}|^$ \\ & <any>", "a.*[b]+(c)?{d}|^$ \\ & z");
    differs("a.c <any>", "abc z");
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

const TABLE: &str = " id | name \n----+------\n  1 | a\n  2 | b\n(2 rows)";

#[test]
fn tables_are_rows() {
    fits(
        TABLE,
        " id |     name    \n----+-------------\n  1 | a          \n  2 | b     \n(2 rows)\n\n",
    );
    let turned = " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)";
    fits(TABLE, turned);
    assert_eq!(compared(TABLE, turned, true).code(), Some(1));
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
    fits(
        " a \n---\n <int>\n 2\n(2 rows)",
        " a \n---\n 2\n 1\n(2 rows)",
    );
    fits(
        " a \n---\n <x_int>\n 2\n(2 rows)\nx <x_int>",
        " a \n---\n 2\n 7\n(2 rows)\nx 7",
    );
    fits(
        " a \n---\n 1\n...\n(3 rows)",
        " a \n---\n 3\n 1\n 2\n(3 rows)",
    );
    differs(" a \n---\n 1\n(3 rows)", " a \n---\n 3\n 1\n 2\n(3 rows)");
    fits(
        " a | b \n---+---\n <int> | \n(1 row)",
        " a | b \n---+---\n 5 | \n(1 row)",
    );
    differs(
        " a | b \n---+---\n <any> | \n(1 row)",
        " a | b \n---+---\n   | \n(1 row)",
    );
    fits(" a \n---\n 5\n \n(2 rows)", " a \n---\n\n 5\n(2 rows)");
    differs(
        " a \n---\n <any>\n(1 row)",
        " a | b \n---+---\n 1 | 2\n(1 row)",
    );
    fits(" a \n---\n(0 rows)", " a \n---\n(0 rows)");
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

fn any_order(page: &str, came: &str) -> Option<i32> {
    let step = Page::new().sh(&format!("cat <<'END'\n{came}\nEND"));
    run(&script(step.unordered_text(page))).code()
}

#[test]
fn lines_in_any_order_each_take_one_of_their_own() {
    for (page, came) in [
        ("a\nb", "b\n\na"),
        ("<int>\n1", "1\n2"),
        ("<x_int> <y_int>\n<y_int>", "7\n5 7"),
        ("a\n...", "x\na\ny"),
        (
            TABLE,
            " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)",
        ),
    ] {
        assert_eq!(any_order(page, came), Some(0), "{page:?} {came:?}");
    }
    for (page, came) in [
        ("a\na", "a"),
        ("a", "a\na"),
        ("<x_int> <y_int>\n<y_int>", "7\n5 6"),
        ("", "x"),
        ("a\n...", "a\nWARNING:  x"),
        (
            TABLE,
            " id | name \n----+------\n  2 | b\n  2 | a\n(2 rows)",
        ),
    ] {
        assert_eq!(any_order(page, came), Some(1), "{page:?} {came:?}");
    }
}

#[test]
fn a_cell_of_several_lines_is_compared_as_one() {
    let page = " id | note\n----+-------\n  1 | one  +\n    | two\n  2 | x\n(2 rows)";
    fits(
        page,
        " id |   note   \n----+----------\n  2 | x\n  1 | one     +\n    | two\n(2 rows)",
    );
    differs(
        page,
        " id |   note   \n----+----------\n  1 | two     +\n    | one\n  2 | x\n(2 rows)",
    );
    differs(
        page,
        " id | note\n----+------\n  1 | one +\n    | x\n  2 | two\n(2 rows)",
    );
    fits(
        " a |  b\n---+-----\n x+| <int>\n y |\n(1 row)",
        " a |  b\n---+-----\n x+|   5\n y | \n(1 row)",
    );
    fits(" a\n----\n c+\n(1 row)", " a\n----\n c+\n(1 row)");
}

#[test]
fn the_width_of_an_expanded_display_does_not_matter() {
    let page = "-[ RECORD 1 ]----\nstate | streaming\naddr  | <ip>";
    fits(
        page,
        "-[ RECORD 1 ]-+-------\nstate | streaming\naddr  | 172.18.0.3\n",
    );
    differs(
        page,
        "-[ RECORD 1 ]---\nstate | catchup\naddr  | 172.18.0.3",
    );
    differs(
        page,
        "-[ RECORD 2 ]---\nstate | streaming\naddr  | 172.18.0.3",
    );
    let page = "-[ RECORD 1 ]-\na | one+\n  | two\nb | x+";
    fits(page, "-[ RECORD 1 ]---\na | one    +\n  | two\nb | x+");
    differs(page, "-[ RECORD 1 ]---\na | one    +\n  | two\nb | x");
}

#[test]
fn an_expression_fits_what_it_fits() {
    fits("psql </1[0-9]\\.\\d+/> of <id>", "psql 15.8 of x");
    fits("</(?:a|b)/>c <x_int> <x_int>", "bc 5 5");
    fits("</([(]|\\))/> <x_int> <x_int>", "( 5 5");
    differs("</(a|b)/>c <x_int> <x_int>", "bc 5 6");
    differs("</a|b/>c", "abc");
    fits("\\</a/>", "</a/>");
}

#[test]
fn a_message_that_the_page_does_not_show_is_red() {
    let came = "WARNING:  there is no transaction in progress\nCOMMIT";
    for page in ["COMMIT", "...\nCOMMIT", "..."] {
        let words = compared(page, came, false).words();
        let said = "no message of PostgreSQL that the chapter does not show";
        assert!(words.contains(said), "{page}: {words}");
    }
    fits(came, came);
    fits("WARNING:  <any>\n...", came);
    differs("...\nROLLBACK", came);
    fits(
        "...",
        "WARNING: psql major version 15, server major version 17.",
    );
}
