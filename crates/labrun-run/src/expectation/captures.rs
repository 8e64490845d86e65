//! What the names of the page stand for: in one comparison, and in the whole lab. Pure.

use std::cell::Cell;
use std::collections::BTreeMap;

use labrun_model::{CapturedValue, Lab, Placeholder, Span};
use regex_lite::{Regex, RegexBuilder};

/// The values that names stand for in the whole lab, by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Captures(BTreeMap<String, CapturedValue>);

impl Captures {
    /// What a name stands for.
    pub(crate) fn get(&self, name: &str) -> Option<&CapturedValue> {
        self.0.get(name)
    }

    /// Every one.
    pub(crate) fn values(&self) -> impl Iterator<Item = &CapturedValue> {
        self.0.values()
    }

    /// Adds what a comparison that passed has bound; the first value of a name stays.
    pub(crate) fn add(&mut self, new: Vec<CapturedValue>) {
        for value in new {
            self.0.entry(value.name.clone()).or_insert(value);
        }
    }
}

/// What the names of one comparison stand for so far, in the order in which they were bound.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    bound: Vec<Bound>,
    /// Whether anything was compared with what the lab knew before.
    asked: Cell<bool>,
    /// The line of the page that is being compared.
    at: Span,
    /// Expressions that were needed before, because a flood of lines is compared with the same one.
    compiled: BTreeMap<String, Option<Regex>>,
}

#[derive(Debug)]
struct Bound {
    name: String,
    value: String,
    /// Where the page shows it; `None` where the whole lab knew it before.
    shown: Option<Span>,
    is_capture: bool,
}

/// A name that stands for one value in the lab and for another one here.
pub(super) struct Contradiction {
    pub(super) captured: CapturedValue,
    pub(super) came: String,
    pub(super) span: Span,
}

impl Bindings {
    /// Names stand for what the lab has captured.
    pub(super) fn from(captures: &Captures) -> Self {
        let bound = captures.0.values().map(|captured| Bound {
            name: captured.name.clone(),
            value: captured.value.clone(),
            shown: None,
            is_capture: true,
        });
        Self {
            bound: bound.collect(),
            ..Self::default()
        }
    }

    /// Says which line of the page is compared next.
    pub(super) fn look_at(&mut self, span: Span) {
        self.at = span;
    }

    /// Whether a value that the lab knew before has played a part.
    pub(super) fn were_asked(&self) -> bool {
        self.asked.get()
    }

    /// A point to come back to.
    pub(super) fn mark(&self) -> usize {
        self.bound.len()
    }

    /// Forgets what was bound after a point.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.bound.truncate(mark);
    }

    /// What a placeholder's name stands for already.
    pub(super) fn value(&self, placeholder: &Placeholder) -> Option<&str> {
        let same = |bound: &&Bound| bound.name == placeholder.name;
        let found = self.bound.iter().find(same)?;
        if found.shown.is_none() {
            self.asked.set(true);
        }
        placeholder.binds().then_some(found.value.as_str())
    }

    /// Lets a name stand for a value; `false` where it stands for another one.
    pub(super) fn bind(&mut self, placeholder: &Placeholder, value: &str) -> bool {
        if !placeholder.binds() {
            return true;
        }
        if let Some(bound) = self.value(placeholder) {
            return bound == value;
        }
        self.bound.push(Bound {
            name: placeholder.name.clone(),
            value: value.to_owned(),
            shown: Some(self.at),
            is_capture: placeholder.is_capture(),
        });
        true
    }

    /// The expression as a regular expression, for which a line break is a character as any other.
    pub(super) fn regex(&mut self, expression: String) -> Option<&Regex> {
        self.compiled
            .entry(expression)
            .or_insert_with_key(|expression| {
                RegexBuilder::new(expression)
                    .dot_matches_new_line(true)
                    .build()
                    .ok()
            })
            .as_ref()
    }

    /// What was bound here and holds in the whole lab.
    pub(super) fn captured(self, lab: &Lab) -> Vec<CapturedValue> {
        let new = |bound: Bound| {
            let span = bound.shown.filter(|_| bound.is_capture)?;
            Some(CapturedValue {
                name: bound.name,
                value: bound.value,
                place: lab.place(span),
            })
        };
        self.bound.into_iter().filter_map(new).collect()
    }

    /// The first name that was bound here, without the lab, to another value than the lab's.
    pub(super) fn contradiction(&self, captures: &Captures) -> Option<Contradiction> {
        self.bound.iter().find_map(|bound| {
            let captured = captures.get(&bound.name)?;
            (captured.value != bound.value).then(|| Contradiction {
                captured: captured.clone(),
                came: bound.value.clone(),
                span: bound.shown.unwrap_or_default(),
            })
        })
    }
}
