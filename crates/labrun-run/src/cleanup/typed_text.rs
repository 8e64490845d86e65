//! What a step has typed to a client of the engine, as the journal keeps it.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

/// The text of a step, and the time in which it may have made something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedText {
    text: String,
    /// In milliseconds since 1970, as the clock of this machine had it.
    begun: u64,
    ended: u64,
}

impl TypedText {
    /// How many are kept: the engine itself remembers no more than 256 events.
    pub(super) const MOST: usize = 32;

    /// A text that is being typed from now on, for as long as its step may last.
    pub(super) fn new(text: &str, now: SystemTime, longest: Duration) -> Self {
        Self {
            text: text.to_owned(),
            begun: milliseconds(now),
            ended: milliseconds(now + longest),
        }
    }

    /// The text with its time.
    pub(super) fn in_time(&self) -> (String, SystemTime, SystemTime) {
        let at = |milliseconds| SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds);
        (self.text.clone(), at(self.begun), at(self.ended))
    }
}

fn milliseconds(time: SystemTime) -> u64 {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
