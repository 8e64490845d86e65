//! How far a run came whose lab stands, so that another can go on from there. Whether it may is decided elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;

use labrun_model::{CapturedValue, Place};
use serde::{Deserialize, Serialize};

/// What a run has done, from the first block of the chapter on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The blocks that were reached, in the order of the page.
    pub blocks: Vec<BlockDone>,
    /// The run's containers and their states when it ended, by name.
    pub containers: BTreeMap<String, String>,
    /// How often somebody has gone on with it.
    pub continued: u32,
}

impl Progress {
    /// What names of the page stand for by now.
    pub(crate) fn captured(&self) -> Vec<CapturedValue> {
        let captured = self.blocks.iter().flat_map(|done| &done.captured);
        captured.map(CapturedValue::from).collect()
    }
}

/// A block that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDone {
    /// A hash of everything that the chapter said of it.
    pub text: String,
    /// What became of it.
    pub end: BlockEnd,
    /// Where the host shell of its terminal stood then, for a step that was typed.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// What names of the page stand for since then.
    #[serde(default)]
    pub captured: Vec<Captured>,
}

/// A value that a name of the page stands for, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    name: String,
    value: String,
    path: String,
    line: usize,
    column: usize,
}

impl From<&CapturedValue> for Captured {
    fn from(captured: &CapturedValue) -> Self {
        let place = &captured.place;
        Self {
            name: captured.name.clone(),
            value: captured.value.clone(),
            path: place.path.clone(),
            line: place.line,
            column: place.column,
        }
    }
}

impl From<&Captured> for CapturedValue {
    fn from(captured: &Captured) -> Self {
        Self {
            name: captured.name.clone(),
            value: captured.value.clone(),
            place: Place {
                path: captured.path.clone(),
                line: captured.line,
                column: captured.column,
            },
        }
    }
}

/// What became of a block that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlockEnd {
    /// It passed.
    Passed,
    /// It was begun and did not pass.
    Failed,
    /// It was left out, which only a check can be.
    LeftOut,
}
