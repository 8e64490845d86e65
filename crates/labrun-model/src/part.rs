//! Which blocks of a lab a run does, and why it leaves out the others. Nothing here decides what a section needs.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lab::Block;

/// A part of a lab: the blocks in one range, of which the checks count only from some block on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    blocks: Range<usize>,
    checks_from: usize,
}

/// Why a block is left out of a run that was asked for a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeftOut {
    /// A run whose lab was kept has done it.
    Done,
    /// It is a check of an earlier section, which changes nothing that a later one needs.
    EarlierCheck,
    /// It comes behind the part.
    Behind,
    /// The user ended the run before it.
    Ended,
}

impl Part {
    /// Every block.
    pub fn whole() -> Self {
        Self {
            blocks: 0..usize::MAX,
            checks_from: 0,
        }
    }

    /// The same part up to this block, which is in it; an index into [`crate::Lab::blocks`].
    #[must_use]
    pub fn until(mut self, last: usize) -> Self {
        self.blocks.end = self.blocks.end.min(last.saturating_add(1));
        self
    }

    /// The same part from this block on; those before it are done.
    #[must_use]
    pub fn from(mut self, first: usize) -> Self {
        self.blocks.start = first;
        self
    }

    /// These blocks of a section, and every step before them: a chapter is one story, and nothing in its text shows
    /// that a step does without an earlier one.
    pub fn section(blocks: Range<usize>) -> Self {
        Self {
            checks_from: blocks.start,
            blocks: 0..blocks.end,
        }
    }

    /// The first block that is done.
    pub fn first(&self) -> usize {
        self.blocks.start
    }

    /// Why this block, at this index, is not in the part; nothing where it is.
    pub fn left_out(&self, index: usize, block: &Block) -> Option<LeftOut> {
        if index < self.blocks.start {
            Some(LeftOut::Done)
        } else if index >= self.blocks.end {
            Some(LeftOut::Behind)
        } else if index < self.checks_from && matches!(block, Block::Check(_)) {
            Some(LeftOut::EarlierCheck)
        } else {
            None
        }
    }

    /// The blocks that are left out, in ranges with one reason each, in the order of the page.
    pub fn ranges_left_out(&self, blocks: &[Block]) -> Vec<(Range<usize>, LeftOut)> {
        let mut ranges: Vec<(Range<usize>, LeftOut)> = Vec::new();
        for (index, block) in blocks.iter().enumerate() {
            let Some(why) = self.left_out(index, block) else {
                continue;
            };
            match ranges.last_mut() {
                Some((range, reason)) if range.end == index && *reason == why => {
                    range.end = index + 1;
                }
                _ => ranges.push((index..index + 1, why)),
            }
        }
        ranges
    }
}

impl std::fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Done => "done in the kept run",
            Self::EarlierCheck => "of an earlier section",
            Self::Behind => "behind the part that was asked for",
            Self::Ended => "the run was ended before",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Check;
    use crate::probe::Probe;
    use crate::source::Span;
    use crate::{Action, ExpectedExit, LabFile, Step, TerminalName};

    fn step() -> Block {
        Block::Step(Step {
            number: 1,
            name: None,
            span: Span::default(),
            section: 0,
            terminal: TerminalName::main(),
            action: Action::Write(LabFile {
                path: "a".into(),
                language: String::new(),
                content: String::new(),
            }),
            timeout: Step::DEFAULT_TIMEOUT,
            eventually: None,
            exit: ExpectedExit::Success,
            answers: Vec::new(),
            expectation: None,
            allow: Vec::new(),
        })
    }

    fn check() -> Block {
        Block::Check(Check {
            number: 1,
            title: String::new(),
            span: Span::default(),
            section: 0,
            probe: Probe::Container {
                name: String::new(),
                state: None,
                health: None,
            },
            holds: Vec::new(),
            eventually: None,
            hint: None,
        })
    }

    #[test]
    fn a_section_takes_every_step_before_it_and_no_check() {
        let blocks = [step(), check(), step(), check(), step()];
        let part = Part::section(2..4);
        assert_eq!(
            part.ranges_left_out(&blocks),
            [(1..2, LeftOut::EarlierCheck), (4..5, LeftOut::Behind)]
        );
    }

    #[test]
    fn a_part_has_two_ends() {
        let blocks = [step(), step(), check(), step(), step()];
        let part = Part::whole().from(2).until(3);
        assert_eq!(
            part.ranges_left_out(&blocks),
            [(0..2, LeftOut::Done), (4..5, LeftOut::Behind)]
        );
        assert_eq!(Part::whole().ranges_left_out(&blocks), []);
    }
}
