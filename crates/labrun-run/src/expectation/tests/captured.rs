//! Names that stand for one value in the whole lab, relations between them, and JSON.

use labrun_model::{
    Comparison, JsonItem, JsonNumber, JsonValue, Operand, Placeholder, Quantity, QuantityKind,
    Relation, Side, Sign, Term,
};

use super::*;

fn captured(pairs: &[(&str, &str)]) -> Captures {
    let place = Place {
        path: "a.md".to_owned(),
        line: 1,
        column: 1,
    };
    let mut captures = Captures::default();
    let value = |(name, value): &(&str, &str)| CapturedValue {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
        place: place.clone(),
    };
    captures.add(pairs.iter().map(value).collect());
    captures
}

fn names(compared: Compared) -> Vec<(String, String, usize)> {
    let captured = compared.expect("fits").into_iter();
    captured
        .map(|value| (value.name, value.value, value.place.line))
        .collect()
}

#[test]
fn a_name_that_says_more_than_its_type_is_captured() {
    let new = compared(
        "<lsn> <any>\nat <sent_lsn> by <token_any>",
        "0/1 x\nat 0/2 by me",
        LineOrder::Given,
        &Captures::default(),
    );
    assert_eq!(
        names(new),
        [
            ("sent_lsn".to_owned(), "0/2".to_owned(), 4),
            ("token_any".to_owned(), "me".to_owned(), 4),
        ]
    );
}

#[test]
fn a_captured_name_stands_for_the_same_value_in_the_whole_lab() {
    let known = captured(&[("sent_lsn", "0/2")]);
    let again = compared("<sent_lsn> <lsn>", "0/2 0/3", LineOrder::Given, &known);
    assert_eq!(names(again), []);
    let other = compared("x\n<sent_lsn>", "x\n0/3", LineOrder::Given, &known).unwrap_err();
    assert_eq!(
        other.kind.to_string(),
        "`<sent_lsn>` is 0/2 since a.md:1:1, but 0/3 came"
    );
    assert_eq!(other.span, Span::new(12, 22));
    assert!(other.hint.is_some());
    // Where more is different, the comparison says what the names stand for.
    let both = compared("x\n<sent_lsn>", "y\n0/3", LineOrder::Given, &known).unwrap_err();
    assert!(matches!(both.kind, FailureKind::Output(_)));
    assert_eq!(
        both.hint.as_deref(),
        Some("`<sent_lsn>` is 0/2 since a.md:1:1")
    );
}

#[test]
fn rows_of_a_check_capture_and_are_held_to_what_is_captured() {
    let (lab, _) = page("", LineOrder::Given);
    let compare = |cell: &str, captures: &Captures| {
        let expected = vec![vec![Pattern::parse("<a_int>")]];
        let actual = vec![vec![cell.to_owned()]];
        compare_rows(
            Span::default(),
            &expected,
            &actual,
            RowOrder::Any,
            captures,
            &lab,
        )
    };
    let new = compare("5", &Captures::default()).unwrap();
    assert_eq!(
        (new[0].name.as_str(), new[0].value.as_str()),
        ("a_int", "5")
    );
    let known = captured(&[("a_int", "5")]);
    assert!(compare("5", &known).is_ok());
    assert!(matches!(
        compare("6", &known),
        Err(FailureKind::OtherValue { .. })
    ));
    assert!(matches!(
        compare("x", &known),
        Err(FailureKind::Answer { .. })
    ));
}

fn value(name: &str) -> Operand {
    Operand::Captured(Placeholder::parse(name).unwrap())
}

fn relation(left: (Operand, Option<Operand>), comparison: Comparison, right: Operand) -> Relation {
    let term = |operand| Term {
        span: Span::default(),
        operand,
    };
    let side = |first, second: Option<Operand>| Side {
        first: term(first),
        rest: second
            .map(|second| (Sign::Minus, term(second)))
            .into_iter()
            .collect(),
    };
    Relation {
        span: Span::default(),
        text: "as written".to_owned(),
        left: side(left.0, left.1),
        comparison,
        right: side(right, None),
    }
}

#[track_caller]
fn judged(relation: Relation, pairs: &[(&str, &str)], expected: Result<(), &str>) {
    let result = judge_relations(&[relation], &captured(pairs));
    let words = result.map_err(|kind| kind.to_string());
    assert_eq!(words, expected.map_err(str::to_owned));
}

#[test]
fn relations_compare_with_postgresqls_types() {
    let lsn = || {
        relation(
            (value("b_lsn"), None),
            Comparison::GreaterOrEqual,
            value("a_lsn"),
        )
    };
    judged(lsn(), &[("a_lsn", "0/FFFFFFFF"), ("b_lsn", "1/0")], Ok(()));
    judged(
        lsn(),
        &[("a_lsn", "0/30"), ("b_lsn", "0/9")],
        Err("`as written` does not hold: 0/9 on the left, 0/30 on the right"),
    );
    let bytes = |limit| {
        let left = (value("b_lsn"), Some(value("a_lsn")));
        relation(
            left,
            Comparison::Less,
            Operand::Literal(Quantity::Int(limit)),
        )
    };
    let pair = [("a_lsn", "0/FFFFFFFF"), ("b_lsn", "1/F")];
    judged(bytes(17), &pair, Ok(()));
    judged(
        bytes(16),
        &pair,
        Err("`as written` does not hold: 16 on the left, 16 on the right"),
    );
    let length = Quantity::read(QuantityKind::Duration, "5s").unwrap();
    let times = || {
        let left = (value("end_ts"), Some(value("begin_ts")));
        relation(left, Comparison::Less, Operand::Literal(length.clone()))
    };
    judged(
        times(),
        &[
            ("begin_ts", "2026-11-22 10:00:00+02"),
            ("end_ts", "2026-11-22 08:00:04.9+00"),
        ],
        Ok(()),
    );
    judged(
        times(),
        &[
            ("begin_ts", "2026-11-22 10:00:00"),
            ("end_ts", "2026-11-22 10:00:06.25"),
        ],
        Err("`as written` does not hold: 6.25s on the left, 5s on the right"),
    );
    judged(
        times(),
        &[
            ("begin_ts", "2026-11-22 10:00:00"),
            ("end_ts", "2026-11-22 10:00:06Z"),
        ],
        Err(
            "`as written` does not hold: 2026-11-22 10:00:06+00 - 2026-11-22 10:00:00 cannot be calculated: one says its time zone and the other does not",
        ),
    );
    judged(
        lsn(),
        &[("a_lsn", "0/30")],
        Err(
            "`as written` does not hold: `<b_lsn>` has no value, because what captures it has not passed",
        ),
    );
    let text = relation(
        (value("a_ip"), None),
        Comparison::Unequal,
        Operand::Literal(Quantity::Text("172.18.0.2".to_owned())),
    );
    judged(text, &[("a_ip", "172.18.0.3")], Ok(()));
}

fn node(value: JsonValue) -> JsonNode {
    JsonNode {
        span: Span::default(),
        value,
    }
}

fn text(written: &str) -> JsonNode {
    node(JsonValue::Text(Pattern::parse(written)))
}

fn array(items: Vec<Option<JsonNode>>) -> JsonNode {
    let item = |item: Option<JsonNode>| item.map_or(JsonItem::Skip, JsonItem::Value);
    node(JsonValue::Array(items.into_iter().map(item).collect()))
}

fn object(members: Vec<(&str, JsonNode)>, is_open: bool) -> JsonNode {
    let members = members
        .into_iter()
        .map(|(name, node)| (name.to_owned(), node));
    node(JsonValue::Object {
        members: members.collect(),
        is_open,
    })
}

fn number(text: &str) -> JsonNode {
    node(JsonValue::Number(JsonNumber::read(text).unwrap()))
}

#[track_caller]
fn json(root: JsonNode, output: &str, expected: Result<(), &str>) {
    let (lab, _) = page("", LineOrder::Given);
    let expectation = Expectation {
        span: Span::default(),
        output: ExpectedOutput::Json(Some(root)),
    };
    let result = compare(&expectation, output, &Captures::default(), &lab);
    let words = result
        .map(|_| ())
        .map_err(|mismatch| mismatch.kind.to_string());
    let expected = expected.map_err(|words| match words.strip_prefix("at ") {
        Some(difference) => format!("the JSON is not what the page shows: at {difference}"),
        None => format!("the output is not JSON: {words}"),
    });
    assert_eq!(words, expected, "{output}");
}

#[test]
fn json_is_compared_as_a_value() {
    let page = || {
        object(
            vec![
                ("id", text("<id>")),
                ("at", text("at <ip>:<int>")),
                ("n", number("1.0")),
                ("none", node(JsonValue::Null)),
            ],
            false,
        )
    };
    json(
        page(),
        r#"{"n": 1, "none": null, "at": "at 10.0.0.1:5", "id": 47}"#,
        Ok(()),
    );
    json(
        page(),
        r#"{"n": 2, "none": null, "at": "at 10.0.0.1:5", "id": "x"}"#,
        Err("at $.n expected 1, but got 2"),
    );
    json(
        page(),
        r#"{"n": 1, "none": null, "at": "at  10.0.0.1:5", "id": "x"}"#,
        Err(r#"at $.at expected "at <ip>:<int>", but got "at  10.0.0.1:5""#),
    );
    json(
        page(),
        r#"{"n": 1, "at": "at 10.0.0.1:5", "id": true}"#,
        Err("at $.none expected null, but got no such key"),
    );
    json(
        page(),
        r#"{"n": 1, "none": null, "at": "at 10.0.0.1:5", "id": "x", "a b": 0}"#,
        Err("at $ expected no further keys, but got `a b`"),
    );
    json(
        text("<any>"),
        "null",
        Err("at $ expected \"<any>\", but got null"),
    );
    json(text("5"), "5", Err("at $ expected \"5\", but got 5"));
    json(
        text("<int>"),
        "{\"a\":\n 1}",
        Err("at $ expected \"<int>\", but got {\"a\": 1}"),
    );
}

#[test]
fn dots_leave_arrays_and_objects_open() {
    let open = || object(vec![("state", text("streaming"))], true);
    json(open(), r#"{"state": "streaming", "lsn": "0/1"}"#, Ok(()));
    json(
        open(),
        r#"{"state": "startup", "lsn": "0/1"}"#,
        Err(r#"at $.state expected "streaming", but got "startup""#),
    );
    let some = || array(vec![None, Some(open()), None]);
    json(some(), r#"[1, {"state": "streaming"}, 2]"#, Ok(()));
    json(
        some(),
        r#"[]"#,
        Err("at $[…] expected an object as on the page, but got no such element"),
    );
    json(
        array(vec![Some(number("1")), None, Some(number("2"))]),
        "[1, 2, 2]",
        Ok(()),
    );
    json(
        array(vec![Some(number("1"))]),
        "[1, 2]",
        Err("at $ expected 1 element, but got 2 elements"),
    );
    json(
        array(vec![Some(number("1")), Some(number("2"))]),
        "[1]",
        Err("at $[1] expected 2, but got only 1 element"),
    );
    json(
        array(vec![None]),
        "{}",
        Err("at $ expected an array as on the page, but got {}"),
    );
    // A name binds in JSON as it does in lines.
    let same = || array(vec![Some(text("<a_int>")), None, Some(text("<a_int>"))]);
    json(same(), "[1, 2, 1]", Ok(()));
    json(
        same(),
        "[1, 2, 3]",
        Err("at $[…] expected \"<a_int>\", but got no such element"),
    );
}

#[test]
fn what_is_no_json_says_where() {
    json(number("1"), "", Err("nothing was printed"));
    json(
        number("1"),
        "{\"a\": 1,}\n",
        Err("trailing commas are not allowed at line 1, column 8 of the output"),
    );
    json(
        number("1"),
        "1 2",
        Err("text cannot contain more than one json value at line 1, column 3 of the output"),
    );
    let deep = "[".repeat(100_000);
    json(
        number("1"),
        &deep,
        Err("maximum nesting depth exceeded at line 1, column 513 of the output"),
    );
}
