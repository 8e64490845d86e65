//! Models as compose gives them, also such as no compose of today does: whatever is not known is asked for, and refused.

use std::path::{Path, PathBuf};

use labrun_model::Allowances;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::own::Own;
use super::super::want::Measure;
use super::{asked, service, spoken};

/// The codes of what is refused of a model, under the built-in policy.
fn refused(model: &Value) -> Vec<&'static str> {
    let real = |path: &Path| Some(path.to_owned());
    let measure = Measure {
        allowances: &Allowances::default(),
        file: "labrun.policy.toml",
        sockets: &[PathBuf::from("/run/docker.sock")],
        real: &real,
        lab_folder: Path::new("/lab"),
    };
    asked(model, &Own::default())
        .iter()
        .filter_map(|asked| Some(asked.want.refusal(&measure)?.code))
        .collect()
}

fn service_with(key: &str, value: &Value) -> Value {
    json!({"services": {"db": {key: value}}})
}

#[track_caller]
fn check(key: &str, value: Value, expected: &[&str]) {
    assert_eq!(
        refused(&service_with(key, &value)),
        expected,
        "{key}: {value}"
    );
}

#[test]
fn what_newer_composes_know_is_judged() {
    check("use_api_socket", json!(true), &["engine-socket"]);
    check("provider", json!({"type": "x"}), &["unknown-to-policy"]);
    check("models", json!({"m": {}}), &["unknown-to-policy"]);
    check("gpus", json!([{"count": -1}]), &["host-device"]);
    for hook in ["post_start", "pre_stop"] {
        check(hook, json!([{"command": ["x"], "user": "root"}]), &[]);
        check(
            hook,
            json!([{"command": ["x"], "privileged": true}]),
            &["privileged"],
        );
        check(
            hook,
            json!([{"mount": "/"}, "x"]),
            &["unknown-to-policy", "unknown-to-policy"],
        );
    }
    check(
        "develop",
        json!({"watch": [{"path": "/lab/src", "action": "sync", "target": "/x"}]}),
        &[],
    );
    check(
        "develop",
        json!({"watch": [{"path": "/etc"}, {}]}),
        &["outside-file", "unknown-to-policy"],
    );
    check(
        "volumes",
        json!([{"type": "image", "source": "redis", "target": "/x"}]),
        &[],
    );
    check(
        "volumes",
        json!([{"type": "cluster", "source": "x", "target": "/x"}]),
        &["unknown-to-policy"],
    );
    check("volumes", json!(["/etc:/etc"]), &["unknown-to-policy"]);
    check(
        "devices",
        json!(["/dev/fuse:/dev/fuse:rwm", 7]),
        &["host-device", "unknown-to-policy"],
    );
    check(
        "ports",
        json!([{"target": 80, "host_ip": "localhost.example"}]),
        &["unknown-to-policy"],
    );
    check(
        "ports",
        json!([{"target": 80, "host_ip": "::ffff:127.0.0.1"}]),
        &["open-port"],
    );
    check("ports", json!(["80:80"]), &["unknown-to-policy"]);
    check(
        "networks",
        json!({"default": {"aliases": ["x"]}, "x": {"driver_opts": {"a": "b"}}}),
        &["unknown-to-policy"],
    );
    assert_eq!(
        refused(&json!({"models": {"m": {"model": "x"}}})),
        ["unknown-to-policy"]
    );
    assert_eq!(refused(&json!([])), ["unknown-to-policy"]);
}

/// JSON of a few levels.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z/:.$ ]{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "host",
            "container:x",
            "/etc",
            "/lab",
            "bind",
            "docker.sock"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key(), inner, 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn key() -> impl Strategy<Value = String> {
    let judged = vec![
        "build",
        "cap_add",
        "context",
        "deploy",
        "devices",
        "driver",
        "driver_opts",
        "external",
        "file",
        "ipam",
        "networks",
        "pid",
        "ports",
        "privileged",
        "reservations",
        "resources",
        "security_opt",
        "source",
        "type",
        "volumes",
        "volumes_from",
    ];
    prop_oneof![
        "[a-z_]{1,12}",
        prop::sample::select(judged).prop_map(str::to_owned)
    ]
}

/// Keys of a service that are judged one by one.
const JUDGED: [&str; 24] = [
    "build",
    "cap_add",
    "cgroup",
    "deploy",
    "develop",
    "devices",
    "device_cgroup_rules",
    "external_links",
    "gpus",
    "image",
    "ipc",
    "logging",
    "network_mode",
    "networks",
    "pid",
    "ports",
    "post_start",
    "pre_stop",
    "privileged",
    "security_opt",
    "use_api_socket",
    "userns_mode",
    "uts",
    "volumes",
];
/// Those whose values are refused whatever they are, as long as they say something.
const ALWAYS: [&str; 8] = [
    "cap_add",
    "devices",
    "device_cgroup_rules",
    "gpus",
    "privileged",
    "use_api_socket",
    "runtime",
    "cgroup_parent",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_unknown_key_is_refused(key in "[a-z][a-z_-]{0,15}", value in anything()) {
        prop_assume!(!key.starts_with("x-") && !JUDGED.contains(&key.as_str()) && key != "volumes_from");
        prop_assume!(!service::HARMLESS.contains(&key.as_str()));
        let model = service_with(&key, &value);
        let speaks = spoken(model["services"]["db"].as_object().unwrap()).next().is_some();
        prop_assert_eq!(!refused(&model).is_empty(), speaks, "{}", model);
        let root = json!({ key.clone(): value });
        prop_assume!(!["name", "version", "services", "volumes", "networks", "secrets", "configs"].contains(&key.as_str()));
        prop_assert_eq!(!refused(&root).is_empty(), speaks, "{}", root);
    }

    #[test]
    fn a_dangerous_key_is_refused_whatever_its_value(key in prop::sample::select(ALWAYS.to_vec()), value in anything()) {
        let model = service_with(key, &value);
        let speaks = spoken(model["services"]["db"].as_object().unwrap()).next().is_some();
        prop_assert_eq!(!refused(&model).is_empty(), speaks, "{}", model);
    }

    #[test]
    fn no_model_breaks_the_judge(model in anything(), service in anything(), volume in anything(), key in prop::sample::select(JUDGED.to_vec()), value in anything()) {
        refused(&model);
        refused(&json!({"services": {"db": service}, "volumes": {"v": volume.clone()}, "networks": {"n": volume.clone()}, "secrets": {"s": volume}}));
        refused(&service_with(key, &value));
    }
}
