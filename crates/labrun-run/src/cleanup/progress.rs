//! How far a run came whose lab stands, so that another can go on from there. Whether it may is decided elsewhere.

use std::collections::BTreeMap;
use std::path::PathBuf;

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
