//! Names that stand for one value in the whole chapter, relations between them, and JSON, as the script sees them.

use labrun_model::{
    Comparison, JsonItem, JsonNode, JsonNumber, JsonValue, Operand, Pattern, Placeholder, Quantity,
    QuantityKind, Relation, Side, Sign, Span, Term,
};

use super::page::{Page, Run, run, script};

fn printing(page: Page, text: &str) -> Page {
    page.sh(&format!("cat <<'END'\n{text}\nEND"))
}

#[test]
fn a_name_that_says_more_than_its_type_stands_for_one_value_in_the_whole_chapter() {
    let page = |again: &str| {
        let first = printing(Page::new(), "x\n0/2 0/5").text("x\n<sent_lsn> <lsn>");
        printing(first, again).text("y\n<sent_lsn> <lsn>")
    };
    run(&script(page("y\n0/2 0/6"))).is_green();
    let other = run(&script(page("y\n0/3 0/6")));
    other.is_red_at(24);
    let words = other.words();
    assert!(
        words.contains("that <sent_lsn> is 0/2, as at line 12, but 0/3 came"),
        "{words}"
    );
}

/// Of the attempts of a step only the one that passes says what names stand for.
#[test]
fn a_step_that_is_repeated_captures_by_its_last_attempt() {
    let page = Page::new()
        .sh("echo 0 >count")
        .sh("echo $(($(cat count) + 1)) >count; cat count; [ $(cat count) -gt 2 ] && echo done")
        .eventually(20)
        .text("<n_int>\ndone")
        .sh("cat count")
        .text("<n_int>");
    run(&script(page)).is_green();
}

fn relation(left: (&str, Option<&str>), comparison: Comparison, right: Operand) -> Relation {
    let term = |operand| Term {
        span: Span::default(),
        operand,
    };
    let value = |name: &str| term(Operand::Captured(Placeholder::parse(name).expect("a name")));
    Relation {
        span: Span::default(),
        text: format!("{} {}", left.0, comparison.symbol()),
        left: Side {
            first: value(left.0),
            rest: left
                .1
                .map(|name| (Sign::Minus, value(name)))
                .into_iter()
                .collect(),
        },
        comparison,
        right: Side {
            first: term(right),
            rest: Vec::new(),
        },
    }
}

fn literal(kind: QuantityKind, text: &str) -> Operand {
    Operand::Literal(Quantity::read(kind, text).expect("a value"))
}

fn held(page: &str, came: &str, relation: Relation) -> Run {
    run(&script(
        printing(Page::new(), came).text(page).holds(relation),
    ))
}

#[test]
fn relations_compare_with_postgresqls_types() {
    let name = |name: &str| Operand::Captured(Placeholder::parse(name).expect("a name"));
    let lsn = || relation(("b_lsn", None), Comparison::GreaterOrEqual, name("a_lsn"));
    held("<a_lsn> <b_lsn>", "0/FFFFFFFF 1/0", lsn()).is_green();
    let wrong = held("<a_lsn> <b_lsn>", "0/30 0/9", lsn());
    wrong.is_red_at(13);
    let words = wrong.words();
    assert!(
        words.contains("but 9 is on the left and 48 on the right"),
        "{words}"
    );
    let bytes = |limit| {
        let limit = literal(QuantityKind::Int, limit);
        relation(("b_lsn", Some("a_lsn")), Comparison::Less, limit)
    };
    held("<a_lsn> <b_lsn>", "0/FFFFFFFF 1/F", bytes("17")).is_green();
    held("<a_lsn> <b_lsn>", "0/FFFFFFFF 1/F", bytes("16")).is_red_at(13);
    let time = |limit| {
        let limit = literal(QuantityKind::Duration, limit);
        relation(("b_ts", Some("a_ts")), Comparison::LessOrEqual, limit)
    };
    let zones = "2026-11-22 10:00:00+02 | 2026-11-22 08:00:04.9+00";
    held("<a_ts> | <b_ts>", zones, time("4900ms")).is_green();
    held("<a_ts> | <b_ts>", zones, time("4899ms")).is_red_at(13);
    let mixed = "2026-11-22 10:00:00 | 2026-11-22 08:00:04.9+00";
    held("<a_ts> | <b_ts>", mixed, time("1 year")).is_red_at(13);
    held("<a_ts> | <b_ts>", "2026-11-22 | 2026-11-23", time("1 day")).is_green();
    for (text, same) in [
        ("00:00:01.5", "1500ms"),
        ("1 day 02:00:00", "26h"),
        ("-1 days +02:03:00", "-79020s"),
        ("1 year 2 mons", "420 days"),
        ("About a minute", "60s"),
        ("350ms", "0.35s"),
        ("1.5 hours", "90m"),
    ] {
        let same = literal(QuantityKind::Duration, same);
        held(
            "<a_duration>",
            text,
            relation(("a_duration", None), Comparison::Equal, same),
        )
        .is_green();
    }
    let text = |word: &str| Operand::Literal(Quantity::Text(word.to_owned()));
    held(
        "<a_ip>",
        "172.18.0.3",
        relation(("a_ip", None), Comparison::Unequal, text("=")),
    )
    .is_green();
    held(
        "<a_ip>",
        "172.18.0.3",
        relation(("a_ip", None), Comparison::Equal, text("172.18.0.3")),
    )
    .is_green();
    let number = literal(QuantityKind::Int, "-7");
    held(
        "<a_int>",
        "-007",
        relation(("a_int", None), Comparison::Equal, number),
    )
    .is_green();
}

fn node(value: JsonValue) -> JsonNode {
    JsonNode {
        span: Span::default(),
        value,
    }
}

fn member(name: &str, value: JsonValue) -> (String, JsonNode) {
    (name.to_owned(), node(value))
}

fn text(written: &str) -> JsonValue {
    JsonValue::Text(Pattern::parse(written))
}

fn number(written: &str) -> JsonValue {
    JsonValue::Number(JsonNumber::read(written).expect("a number"))
}

fn printed_json(root: JsonValue, came: &str) -> Run {
    let page = printing(Page::new(), "5").text("<a_int>");
    run(&script(printing(page, came).json("{", node(root))))
}

#[test]
fn json_is_compared_as_a_value() {
    let root = || JsonValue::Object {
        members: vec![
            member("id", text("<id>")),
            member("at", text("at <ip>:<port_int> \"</[a-z]+/>\"")),
            member("a", number("5.0")),
            member("none", JsonValue::Null),
            member(
                "list",
                JsonValue::Array(vec![
                    JsonItem::Skip,
                    JsonItem::Value(node(text("<a_int>"))),
                    JsonItem::Skip,
                    JsonItem::Value(node(JsonValue::Object {
                        members: vec![member("state", text("streaming"))],
                        is_open: true,
                    })),
                ]),
            ),
        ],
        is_open: false,
    };
    let came = r#"{"none": null, "list": [1, 2, "5", {}, {"state": "streaming", "x": 0}], "a": 5, "id": 47, "at": "at 10.0.0.1:5432 \"ab\""}"#;
    printed_json(root(), came).is_green();
    for (right, wrong) in [
        ("\"a\": 5", "\"a\": 6"),
        ("null", "0"),
        ("streaming", "startup"),
        ("\"5\"", "\"6\""),
        ("47", "\"a b\""),
        ("47", "null"),
        ("47", "47, \"more\": 1"),
        ("at 10", "at  10"),
        ("\"id\": 47,", ""),
    ] {
        assert!(came.contains(right), "{right}");
        printed_json(root(), &came.replacen(right, wrong, 1)).is_red_at(20);
    }
    printed_json(root(), "").is_red_at(20);
    printed_json(root(), &format!("{came} 1")).is_red_at(20);
    printed_json(root(), "{\"a\": 1,}").is_red_at(20);
    printed_json(text("<a_int>"), "5").is_green();
    let other = printed_json(text("<a_int>"), "6");
    let words = other.words();
    assert!(
        words.contains("that <a_int> is 5, as at line 10, but 6 came"),
        "{words}"
    );
}
