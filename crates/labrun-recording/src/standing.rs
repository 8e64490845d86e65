//! Whether a recording still fits its lab.

use labrun_model::Lab;

use crate::recording::{Recording, Unreadable};
use crate::seal::seal;

/// What a recording is worth today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Everything that was run is as it was.
    Verified(Recording),
    /// Something that runs or is compared has changed since.
    Outdated(Recording),
}

impl Standing {
    /// Compares the text of a recording's file with the lab as it is now.
    ///
    /// # Errors
    /// When the file cannot be read, or is of another lab.
    pub fn of(text: &str, lab: &Lab) -> Result<Self, Unreadable> {
        let recording = Recording::read(text)?;
        if recording.lab != lab.name {
            let reason = format!("it is of the lab `{}`", recording.lab);
            return Err(Unreadable { reason });
        }
        let fits = seal(lab, &recording.images) == recording.seal;
        Ok(if fits {
            Self::Verified(recording)
        } else {
            Self::Outdated(recording)
        })
    }
}
