//! What the run's steps have typed, and when: an event is judged by its own time, not by the moment it is read.
//!
//! The command that makes a volume has often ended, and its step with it, before the event is read. So texts are kept,
//! and an event is held against the steps that were being typed when it happened. All texts of the run at all times
//! would be too much: a page says words like `data`, and a neighbour's volume of that name must not become the run's
//! for good. All times are the engine's.

use std::time::{Duration, SystemTime};

/// How long a step's text counts after its end: what it started in the background may still be beginning.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// The texts of the steps, in the order in which they were typed.
#[derive(Debug, Default)]
pub(crate) struct Typed(Vec<Text>);

#[derive(Debug)]
struct Text {
    text: String,
    begun: SystemTime,
    /// Nothing while it is being typed.
    ended: Option<SystemTime>,
}

impl Typed {
    /// A step begins, or none is typed any more; either ends the one before.
    pub(crate) fn step(&mut self, text: Option<&str>, now: SystemTime) {
        if let Some(last) = self.0.last_mut() {
            last.ended.get_or_insert(now);
        }
        self.0.extend(text.map(|text| Text {
            text: text.to_owned(),
            begun: now,
            ended: None,
        }));
    }

    /// A text that an earlier process typed, and that may have made something in this time.
    pub(crate) fn recall(&mut self, text: &str, begun: SystemTime, ended: SystemTime) {
        self.0.push(Text {
            text: text.to_owned(),
            begun,
            ended: Some(ended),
        });
    }

    /// The texts by which something that appeared at this moment may have been made.
    pub(crate) fn at(&self, moment: SystemTime) -> Vec<&str> {
        let counts = |text: &&Text| {
            text.begun <= moment && text.ended.is_none_or(|ended| moment <= ended + AFTERWARDS)
        };
        self.0
            .iter()
            .filter(counts)
            .map(|text| text.text.as_str())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_counts_from_its_beginning_until_a_moment_after_its_end() {
        let at = |millis: u64| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let mut typed = Typed::default();
        typed.step(Some("one"), at(1000));
        typed.step(None, at(2000));
        typed.step(Some("two"), at(3000));
        assert_eq!(typed.at(at(999)), Vec::<&str>::new());
        assert_eq!(typed.at(at(1500)), ["one"]);
        assert_eq!(typed.at(at(2500)), ["one"]);
        assert_eq!(typed.at(at(3500)), ["one", "two"]);
        assert_eq!(typed.at(at(4001)), ["two"]);
        assert_eq!(typed.at(at(90_000)), ["two"]);
        typed.step(None, at(91_000));
        assert_eq!(typed.at(at(94_000)), Vec::<&str>::new());
    }
}
