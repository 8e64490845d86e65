//! YAML with the line of everything in it: the one place that names the parser. How a lab runs is compose's own matter;
//! this is for comparing labs and for the places of what compose resolves.

use saphyr::{LoadableYamlNode as _, MarkedYaml, Scalar, YamlData};

/// A value and the line that it begins on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) data: Data,
}

/// What a value is. A tag such as `!override` is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Data {
    /// Text, as it is written; numbers and truth values too.
    Scalar(String),
    Sequence(Vec<Node>),
    /// Keys that are text, each with the line that it stands on, and their values.
    Mapping(Vec<(Key, Node)>),
    /// Null, or what has no meaning here.
    Nothing,
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// The documents of a text; `None` where it is no YAML.
pub(crate) fn documents(text: &str) -> Option<Vec<Node>> {
    let documents = MarkedYaml::load_from_str(text).ok()?;
    Some(documents.iter().map(node).collect())
}

fn node(yaml: &MarkedYaml<'_>) -> Node {
    let data = match &yaml.data {
        YamlData::Sequence(items) => Data::Sequence(items.iter().map(node).collect()),
        YamlData::Mapping(pairs) => {
            let pairs = pairs.iter().filter_map(|(key, value)| {
                let text = scalar(key)?;
                let line = key.span.start.line();
                Some((Key { line, text }, node(value)))
            });
            Data::Mapping(pairs.collect())
        }
        YamlData::Tagged(_, inner) => node(inner).data,
        _ => scalar(yaml).map_or(Data::Nothing, Data::Scalar),
    };
    Node {
        line: yaml.span.start.line(),
        data,
    }
}

fn scalar(yaml: &MarkedYaml<'_>) -> Option<String> {
    Some(match &yaml.data {
        YamlData::Value(Scalar::String(text)) => text.to_string(),
        YamlData::Value(Scalar::Integer(number)) => number.to_string(),
        YamlData::Value(Scalar::Boolean(value)) => value.to_string(),
        YamlData::Value(Scalar::FloatingPoint(number)) => number.to_string(),
        YamlData::Representation(text, ..) => text.to_string(),
        YamlData::Tagged(_, inner) => return scalar(inner),
        _ => return None,
    })
}

impl Node {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.pair(key).map(|(_, value)| value)
    }

    /// A key with its value.
    pub(crate) fn pair(&self, key: &str) -> Option<(&Key, &Self)> {
        let mut pairs = self.pairs().iter();
        let found = pairs.find(|(known, _)| known.text == key)?;
        Some((&found.0, &found.1))
    }

    /// The pairs of a mapping.
    pub(crate) fn pairs(&self) -> &[(Key, Self)] {
        match &self.data {
            Data::Mapping(pairs) => pairs,
            _ => &[],
        }
    }

    /// The items of a sequence.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(text) => Some(text),
            _ => None,
        }
    }
}
