//! The schema against what is written: every event, every failure and every broken run is valid, and no field is without
//! its word in the schema.

use std::collections::BTreeSet;
use std::time::Duration;

use labrun_model::{Event, Verdict};
use serde_json::Value;

use super::{KINDS, SCHEMA, all_finished, all_started, broke, kind, line};
use crate::report::specimens;
use crate::report::together::{Ends, Gathering};

/// Every line that the report could write of the specimens.
fn lines() -> Vec<Value> {
    let lab = specimens::lab();
    let at = Duration::from_millis(5);
    let mut events = specimens::events();
    for failure in specimens::failures() {
        let step = specimens::step(Verdict::Failed, Some(failure.clone()));
        events.push(Event::StepFinished(1, step));
        let check = specimens::check(Verdict::Failed, Some(failure));
        events.push(Event::CheckFinished(3, check));
    }
    let mut lines: Vec<Value> = events
        .iter()
        .filter_map(|event| line(&lab, event, at))
        .collect();
    let errors = specimens::run_errors();
    lines.extend(errors.iter().map(|error| broke(&lab, error, at)));
    let names = vec!["demo".to_owned(), "other".to_owned()];
    lines.push(all_started(&Gathering {
        labs: names.clone(),
        jobs: 2,
        shard: Some("1/3".to_owned()),
        engines: vec!["unix:///var/run/docker.sock".to_owned()],
    }));
    lines.push(all_finished(&Ends::of(&names), at));
    lines
}

#[test]
fn every_line_is_as_the_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for line in lines() {
        if let Err(fault) = valid(&schema, &schema, &line) {
            panic!("{fault}\nin {line:#}");
        }
    }
}

#[test]
fn every_event_and_every_kind_of_failure_of_the_schema_is_written() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let written: BTreeSet<String> = lines()
        .iter()
        .map(|line| line["event"].as_str().unwrap().to_owned())
        .collect();
    let known: BTreeSet<String> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["$ref"].as_str().unwrap().replace("#/$defs/", ""))
        .collect();
    assert_eq!(written, known);
    let specimens = specimens::failures();
    let kinds: BTreeSet<&str> = specimens
        .iter()
        .map(|failure| kind(&failure.kind))
        .collect();
    assert_eq!(kinds, KINDS.iter().copied().collect());
    let in_schema = schema["$defs"]["failure"]["properties"]["kind"]["enum"].as_array();
    let in_schema: BTreeSet<&str> = in_schema
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(kinds, in_schema);
}

#[test]
fn what_is_not_as_the_schema_says_is_found() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let good = lines().remove(0);
    for (field, value) in [
        ("at", Value::from("soon")),
        ("event", Value::from("odd")),
        ("new", Value::Null),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        assert!(valid(&schema, &schema, &bad).is_err(), "{bad}");
    }
    let mut short = good;
    short.as_object_mut().unwrap().remove("at");
    assert!(valid(&schema, &schema, &short).is_err());
}

/// As much of a validator as the schema needs. It is stricter than the specification in two points: a keyword that it
/// does not know is a fault, and so is a field that has no word in `properties`.
fn valid(root: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let keywords = schema.as_object().ok_or("a schema is an object")?;
    for (keyword, rule) in keywords {
        let right = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let name = rule.as_str().unwrap().trim_start_matches('#');
                let named = root.pointer(name).ok_or(format!("no {name}"))?;
                return valid(root, named, value);
            }
            "oneOf" => {
                let faults: Vec<String> = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|one| valid(root, one, value).err())
                    .collect();
                if faults.len() != rule.as_array().unwrap().len() - 1 {
                    return Err(format!("not exactly one of: {}", faults.join("; ")));
                }
                true
            }
            "const" => rule == value,
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| number >= rule.as_f64().unwrap()),
            "type" => match rule {
                Value::Array(types) => types.iter().any(|one| is(one, value)),
                one => is(one, value),
            },
            "items" => {
                for item in value.as_array().into_iter().flatten() {
                    valid(root, rule, item)?;
                }
                true
            }
            "properties" | "additionalProperties" => fields(root, schema, value)?,
            "required" => rule
                .as_array()
                .unwrap()
                .iter()
                .all(|field| value.get(field.as_str().unwrap()).is_some()),
            other => return Err(format!("the validator does not know {other}")),
        };
        if !right {
            return Err(format!("{keyword} {rule} does not hold for {value}"));
        }
    }
    Ok(())
}

fn fields(root: &Value, schema: &Value, value: &Value) -> Result<bool, String> {
    for (name, field) in value.as_object().into_iter().flatten() {
        let rule = schema
            .get("properties")
            .and_then(|properties| properties.get(name))
            .or_else(|| schema.get("additionalProperties"))
            .ok_or(format!("the schema has no word on the field {name}"))?;
        valid(root, rule, field).map_err(|fault| format!("{name}: {fault}"))?;
    }
    Ok(true)
}

fn is(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}
