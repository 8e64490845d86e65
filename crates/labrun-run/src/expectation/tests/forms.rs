//! The forms of an output beside plain lines: any order, cells of several lines, expressions, and messages.

use super::*;

#[track_caller]
fn any_order(expected: &str, actual: &str, fits: bool) {
    let result = compared(expected, actual, LineOrder::Any, &Captures::default());
    assert_eq!(
        result.is_ok(),
        fits,
        "\n{expected}\n--\n{actual}\n{result:?}"
    );
}

#[test]
fn lines_in_any_order_each_take_one_of_their_own() {
    any_order("a\nb", "b\na\n", true);
    any_order("a\nb", "b\n\na", true);
    any_order("a\na", "a", false);
    any_order("a", "a\na", false);
    any_order("<int>\n1", "1\n2", true);
    any_order("<x_int> <y_int>\n<y_int>", "7\n5 7", true);
    any_order("<x_int> <y_int>\n<y_int>", "7\n5 6", false);
    any_order("a\n...", "x\na\ny", true);
    any_order("...", "", true);
    any_order("", "x", false);
    any_order("a\n...", "a\nWARNING:  x", false);
    any_order(
        TABLE,
        " id | name \n----+------\n  2 | b\n  1 | a\n(2 rows)",
        true,
    );
    any_order(
        TABLE,
        " id | name \n----+------\n  2 | b\n  2 | a\n(2 rows)",
        false,
    );
    assert_eq!(
        difference("b\na\nc", "c\nx\nb", LineOrder::Any),
        [same("b"), missing("a", 4), same("c"), extra("x")]
    );
}

#[test]
fn a_cell_of_several_lines_is_compared_as_one() {
    let page = " id | note\n----+-------\n  1 | one  +\n    | two\n  2 | x\n(2 rows)";
    fits(
        page,
        " id |   note   \n----+----------\n  2 | x\n  1 | one     +\n    | two\n(2 rows)",
    );
    // The lines of one cell in another order, or in the cells of two rows, are something else.
    differs(
        page,
        " id |   note   \n----+----------\n  1 | two     +\n    | one\n  2 | x\n(2 rows)",
    );
    differs(
        page,
        " id | note\n----+------\n  1 | one +\n    | x\n  2 | two\n(2 rows)",
    );
    let lines = difference(
        page,
        " id | note\n----+------\n  2 | x\n(1 row)",
        LineOrder::Given,
    );
    assert!(lines.contains(&missing("1  | one↵two", 5)), "{lines:?}");
}

#[test]
fn the_width_of_an_expanded_display_does_not_matter() {
    let page = "-[ RECORD 1 ]----\nstate | streaming\naddr  | <ip>";
    fits(
        page,
        "-[ RECORD 1 ]---------\nstate | streaming\naddr  | 172.18.0.3\n\n",
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
    fits("psql </1[0-9]\\.[0-9]+/> of <id>", "psql 15.8 of x");
    fits("</a|b/>c", "bc");
    differs("</a|b/>c", "abc");
    differs("psql </1[0-9]/>", "psql 9");
    differs("</(/>", "(");
    fits("\\</a/>", "</a/>");
    fits("</(?P<labrun>x)/> <int>", "x 1");
}

fn notice_of(page: &str, actual: &str) -> Option<Vec<String>> {
    let result = compared(page, actual, LineOrder::RowsAny, &Captures::default());
    match result.map_err(|mismatch| mismatch.kind) {
        Err(FailureKind::Notice { lines }) => Some(lines),
        _ => None,
    }
}

#[test]
fn a_message_that_the_page_does_not_show_is_a_failure_of_its_own() {
    let warning = "WARNING:  there is no transaction in progress";
    let came = format!("{warning}\nCOMMIT\n");
    assert_eq!(notice_of("COMMIT", &came), Some(vec![warning.to_owned()]));
    assert_eq!(
        notice_of("...\nCOMMIT", &came),
        Some(vec![warning.to_owned()])
    );
    assert_eq!(notice_of("...", &came), Some(vec![warning.to_owned()]));
    fits(&format!("{warning}\nCOMMIT"), &came);
    fits("WARNING:  <any>\n...", &came);
    differs("<any>\nROLLBACK", &came);
    assert_eq!(notice_of("<any>", warning), None);
    differs("<any>", warning);
    // Where more is different, the whole is shown.
    differs("ROLLBACK", &came);
    fits(
        "...",
        "WARNING: psql major version 15, server major version 17.",
    );
    let notice = "NOTICE:  table \"t\" does not exist, skipping\nDROP TABLE";
    assert!(notice_of("DROP TABLE", notice).is_some());
}
