//! Makes a recording of a run's events.

use labrun_model::{Block, Event, Lab, Summary, Verdict};

use crate::mask::Mask;
use crate::recording::{RecordedImage, RecordedProgram, RecordedStep, Recording};
use crate::seal::seal;

/// Listens to a run and keeps what a recording is made of.
#[derive(Debug)]
pub struct Collector {
    recording: Recording,
    summary: Option<Summary>,
}

/// Why a run is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRecorded {
    /// It was not green.
    Red,
    /// It was not a run of the whole lab.
    Part,
}

impl Collector {
    /// A collector for one run of a lab on a day, `2026-11-25`, by this version of labrun.
    pub fn new(lab: &Lab, date: &str, labrun: &str) -> Self {
        let mut recording = Recording::new(&lab.name, date);
        recording.programs.push(program("labrun", labrun));
        Self {
            recording,
            summary: None,
        }
    }

    /// Takes an event of the run.
    pub fn event(&mut self, lab: &Lab, event: &Event) {
        match event {
            Event::Started(header) => {
                let used = header.programs.iter();
                let used = used.map(|used| program(&used.name, &used.version));
                self.recording.programs.extend(used);
                let images = header.images.iter().map(|image| RecordedImage {
                    name: image.name.clone(),
                    digest: image.digest.clone(),
                    version: image.version.clone(),
                    stand_in: image.stand_in.clone(),
                });
                self.recording.images.extend(images);
            }
            Event::StepFinished(index, outcome) if outcome.verdict == Verdict::Passed => {
                if let Some(Block::Step(step)) = lab.blocks.get(*index)
                    && !outcome.output.trim().is_empty()
                {
                    self.recording.steps.push(RecordedStep {
                        number: step.number,
                        output: outcome.output.lines().map(str::to_owned).collect(),
                    });
                }
            }
            Event::Finished(summary) => self.summary = Some(summary.clone()),
            _ => {}
        }
    }

    /// The recording, sealed, and without what the mask takes out.
    ///
    /// # Errors
    /// When the run was not a green one of the whole lab.
    pub fn finish(mut self, lab: &Lab, mask: &Mask) -> Result<Recording, NotRecorded> {
        match &self.summary {
            Some(summary) if !summary.is_green() => return Err(NotRecorded::Red),
            None => return Err(NotRecorded::Red),
            Some(summary) if summary.left_out > 0 => return Err(NotRecorded::Part),
            Some(_) => {}
        }
        self.recording.images.sort_by(|a, b| a.name.cmp(&b.name));
        for step in &mut self.recording.steps {
            let masked = mask.text(&step.output.join("\n"));
            step.output = masked
                .lines()
                .map(|line| line.trim_end().to_owned())
                .collect();
        }
        self.recording.seal = seal(lab, &self.recording.images);
        Ok(self.recording)
    }
}

fn program(name: &str, version: &str) -> RecordedProgram {
    RecordedProgram {
        name: name.to_owned(),
        version: version.to_owned(),
    }
}
