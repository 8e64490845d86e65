//! The recording as data, and its file: JSON with a field a line, so that a difference can be reviewed.

use serde::{Deserialize, Serialize};

/// The form of the file. A file of another form is not read.
const FORM: u32 = 1;

/// What a green run of a whole lab printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    form: u32,
    /// The lab's name.
    pub lab: String,
    /// What was run, as [`crate::seal`] says it.
    pub seal: String,
    /// The day of the run in UTC: `2026-11-25`.
    pub date: String,
    /// labrun itself, the engine and the programs that the lab used.
    pub programs: Vec<RecordedProgram>,
    /// The images that the lab used.
    pub images: Vec<RecordedImage>,
    /// The steps that printed something, in their order.
    pub steps: Vec<RecordedStep>,
}

/// A program and its version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedProgram {
    /// `Docker Engine`, `psql`.
    pub name: String,
    /// `28.2.2`.
    pub version: String,
}

/// An image and what exactly it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedImage {
    /// As the lab names it: `postgres:17`.
    pub name: String,
    /// `sha256:…`, whole.
    pub digest: String,
    /// The version that the image says it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What the image is instead of the real one, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
}

/// What a step printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedStep {
    /// The step's number on the page.
    pub number: usize,
    /// The lines that it printed.
    pub output: Vec<String>,
}

/// Why a recording's file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub reason: String,
}

impl Recording {
    /// An empty recording of a lab on a day.
    pub(crate) fn new(lab: &str, date: &str) -> Self {
        Self {
            form: FORM,
            lab: lab.to_owned(),
            seal: String::new(),
            date: date.to_owned(),
            programs: Vec::new(),
            images: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// Reads the text of a recording's file.
    ///
    /// # Errors
    /// When it is no recording, or one of another form.
    pub fn read(text: &str) -> Result<Self, Unreadable> {
        let unreadable = |reason: String| Unreadable { reason };
        let recording: Self =
            serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
        if recording.form != FORM {
            let reason = format!(
                "it is of form {}, and this reads form {FORM}",
                recording.form
            );
            return Err(unreadable(reason));
        }
        Ok(recording)
    }

    /// The text of the recording's file.
    pub fn text(&self) -> String {
        // A value of strings and numbers can always be written.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// What a step printed; none where it printed nothing.
    pub fn output(&self, step: usize) -> Option<&[String]> {
        let found = self.steps.iter().find(|recorded| recorded.number == step)?;
        Some(&found.output)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_recording_is_read_as_it_was_written() {
        let mut recording = Recording::new("chapter3", "2026-11-25");
        recording.images.push(RecordedImage {
            name: "postgres:17".to_owned(),
            digest: "sha256:00".to_owned(),
            version: Some("17.11".to_owned()),
            stand_in: None,
        });
        recording.steps.push(RecordedStep {
            number: 6,
            output: vec!["a \"b\"".to_owned(), String::new()],
        });
        assert_eq!(Recording::read(&recording.text()), Ok(recording.clone()));
        assert_eq!(recording.output(6).map(<[String]>::len), Some(2));
        assert_eq!(recording.output(7), None);
    }

    #[test]
    fn what_is_no_recording_says_why() {
        let reason = |text: &str| Recording::read(text).unwrap_err().reason;
        assert!(reason("{").contains("EOF"), "{}", reason("{"));
        assert!(reason("{\"x\": 1}").contains("unknown field `x`"));
        let other = Recording::new("a", "b")
            .text()
            .replace("\"form\": 1", "\"form\": 9");
        assert_eq!(reason(&other), "it is of form 9, and this reads form 1");
    }

    proptest! {
        #[test]
        fn whatever_was_printed_is_read_as_it_was_written(
            words in any::<[String; 6]>(),
            versions in any::<[Option<String>; 2]>(),
            outputs in prop::collection::vec(prop::collection::vec(any::<String>(), 0..4), 0..5),
        ) {
            let [lab, date, seal, name, digest, version] = words;
            let [of_image, stand_in] = versions;
            let mut recording = Recording::new(&lab, &date);
            recording.seal = seal;
            recording.programs.push(RecordedProgram { name: name.clone(), version });
            recording.images.push(RecordedImage { name, digest, version: of_image, stand_in });
            let steps = outputs.into_iter().enumerate();
            recording.steps.extend(steps.map(|(number, output)| RecordedStep { number, output }));
            prop_assert_eq!(Recording::read(&recording.text()), Ok(recording));
        }
    }
}
