//! `labrun.policy.toml`: what a book lets the containers of its labs do.

use std::net::IpAddr;
use std::path::{Component, PathBuf};

use labrun_model::{
    Allowances, Capability, Diagnostic, Freedom, ImagePattern, Namespace, Policy, SourceFile, Span,
};
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::fences::floor_boundary;
use crate::nearest::suggest;
use crate::tables::Reader;

/// The keys of the file, and of the table of a lab without the last.
pub(crate) const KEYS: [&str; 8] = [
    "images",
    "addresses",
    "capabilities",
    "devices",
    "namespaces",
    "folders",
    "allow",
    "labs",
];
/// What stands for all GPUs among the devices.
const GPUS: &str = "gpus";

/// Reads the text of a policy file. The diagnostics are sorted by place; where there is one, the policy is not to be used.
pub fn parse_policy(source: &SourceFile) -> (Policy, Vec<Diagnostic>) {
    let place = |range: std::ops::Range<usize>| {
        let start = floor_boundary(source.text(), range.start);
        let end = floor_boundary(source.text(), range.end);
        Span::new(start, end.max(start))
    };
    let mut policy = Policy::default();
    let mut reader = Reader::new(&place);
    if let Some(table) = reader.parse(source.text()) {
        reader.check_keys(&table, &KEYS);
        policy.all = allowances(&mut reader, &table);
        read_labs(&mut reader, &table, &mut policy);
    }
    let mut diagnostics = reader.diagnostics;
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    (policy, diagnostics)
}

fn read_labs(reader: &mut Reader<'_>, root: &DeTable<'_>, policy: &mut Policy) {
    let Some(labs) = reader.table(root, "labs") else {
        return;
    };
    for (name, value) in labs {
        let DeValue::Table(table) = value.get_ref() else {
            let place = reader.span(value);
            reader.wrong_type(name.get_ref(), place, "a table", value.get_ref());
            continue;
        };
        let keys = KEYS.split_last().map_or(&KEYS[..], |(_, keys)| keys);
        reader.check_keys(table, keys);
        if let Some(place) = reader.key_span(table, "images")
            && policy.all.images.is_none()
        {
            reader.fault(
                codes::BAD_VALUE,
                place,
                "every image is allowed already, because the file has no `images` for all labs".to_owned(),
                "write `images = []` at the top of the file, or what all labs may run; a lab's own are added to it",
            );
        }
        let own = allowances(reader, table);
        policy.labs.insert(name.get_ref().to_string(), own);
    }
}

fn allowances(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Allowances {
    let images = list(reader, table, "images", |text| {
        ImagePattern::new(text).ok_or_else(|| {
            "an image is written `postgres:17`, or `ghcr.io/me/*` with the `*` at its end"
                .to_owned()
        })
    });
    Allowances {
        images: table.contains_key("images").then_some(images),
        addresses: list(reader, table, "addresses", |text| {
            text.parse::<IpAddr>().map_err(|_| {
                "write an IP address of this machine, such as `127.0.0.1`; `0.0.0.0` stands for all".to_owned()
            })
        })
        .into_iter()
        .collect(),
        capabilities: list(reader, table, "capabilities", |text| {
            Capability::new(text)
                .ok_or_else(|| "write a capability by its name, such as `NET_ADMIN`".to_owned())
        })
        .into_iter()
        .collect(),
        devices: list(reader, table, "devices", |text| match text {
            GPUS => Ok(PathBuf::from(GPUS)),
            path => absolute(path).ok_or_else(|| {
                "write the device's path, such as `/dev/fuse`, or `gpus`".to_owned()
            }),
        })
        .into_iter()
        .collect(),
        namespaces: words(reader, table, "namespaces", &Namespace::ALL)
            .into_iter()
            .collect(),
        folders: list(reader, table, "folders", |text| {
            absolute(text).ok_or_else(|| {
                "write the path from the root of the file system, without `..`; what is in the lab folder is allowed anyway"
                    .to_owned()
            })
        })
        .into_iter()
        .collect(),
        freedoms: words(reader, table, "allow", &Freedom::ALL)
            .into_iter()
            .collect(),
    }
}

/// A list of values that one of `all` words stand for.
fn words<T: Copy>(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    all: &[(&str, T)],
) -> Vec<T> {
    list(reader, table, key, |text| {
        let found = all.iter().find(|(word, _)| *word == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|(word, _)| *word).collect();
            suggest(text, &known, "there are")
        })
    })
}

/// A list of values, each read from a text; for the others the help is told.
fn list<T>(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Vec<T> {
    let mut values = Vec::new();
    for (text, place) in reader.placed_words(table, key) {
        match read(&text) {
            Ok(value) => values.push(value),
            Err(help) => {
                let message = format!("`{key}` has no place for `{}`", text.escape_debug());
                reader.fault(codes::BAD_VALUE, place, message, &help);
            }
        }
    }
    values
}

/// A path that names its place without going up.
fn absolute(text: &str) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    let goes_up = path
        .components()
        .any(|part| matches!(part, Component::ParentDir));
    (path.is_absolute() && !goes_up).then_some(path)
}
