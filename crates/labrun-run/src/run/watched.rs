//! A lab that is run again on each save of its chapter, and stands in between: what is done next, and doing it.
//! Nothing here knows of files.

use labrun_model::{Block, Event, Lab, LeftOut, Notice, Part, Step, Summary};

use super::kept::{self, fingerprint};
use super::standing::StandingLab;
use super::{Options, going_on, refuse_nothing};
use crate::cleanup::{BlockEnd, Progress};
use crate::guide::Guide;
use crate::{Interrupts, RunError};

/// A lab that is run again and again. Whoever has one ends it with [`WatchedLab::clean_up`]; if that does not come to
/// pass, the watchdog removes the lab.
#[derive(Default)]
pub struct WatchedLab {
    standing: Option<StandingLab>,
    played: Option<Played>,
}

/// What was run last.
struct Played {
    lab: Lab,
    part: Part,
    /// Whether the guide ended it.
    was_ended: bool,
}

/// What the next run does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing: all that runs is as it was.
    Nothing,
    /// It goes on with this block in the lab that stands; an index into [`Lab::blocks`].
    GoOn {
        /// The block.
        first: usize,
        /// Why with this one, in a sentence without a full stop.
        why: String,
    },
    /// Everything, in a new lab; why, in a sentence without a full stop.
    All(String),
}

impl WatchedLab {
    /// What must be done for a chapter as it is now. `observes` knows the steps that can be done once more because they
    /// change nothing.
    pub fn next(&self, lab: &Lab, part: &Part, observes: &dyn Fn(&Step) -> bool) -> Next {
        let (Some(standing), Some(played)) = (&self.standing, &self.played) else {
            return Next::All("no lab stands that one could go on with".to_owned());
        };
        if !played.was_ended && played.part == *part && texts(lab) == texts(&played.lab) {
            return Next::Nothing;
        }
        let journal = standing.journal();
        let progress = &journal.progress;
        let Some((first, mut why)) = first_undone(lab, part, progress) else {
            return match begun(&played.lab, progress, lab.blocks.len(), observes) {
                None => Next::Nothing,
                Some(why) => Next::All(why),
            };
        };
        if first == 0 {
            return Next::All(why);
        }
        let mut obstacle = begun(&played.lab, progress, first, observes);
        let first = kept::first_block(lab, progress, first);
        obstacle = obstacle.or_else(|| {
            let refused = kept::may_go_on(lab, &journal, first).err();
            refused.map(|error| error.to_string())
        });
        obstacle = obstacle.or_else(|| lost(lab, progress, first));
        if !matches!(standing.has_sudo_for(lab), Ok(true)) {
            obstacle = Some("the chapter uses `sudo` otherwise than before".to_owned());
        }
        match obstacle {
            None if first == 0 => Next::All(why),
            None => Next::GoOn { first, why },
            Some(obstacle) => {
                why.push_str("; ");
                why.push_str(&obstacle);
                Next::All(why)
            }
        }
    }

    /// Runs what comes next, and leaves the lab standing; where a signal has come, removes it. [`Options::keep`] is of no
    /// consequence. [`Next::Nothing`] runs the part from its beginning, as [`Next::All`] does.
    ///
    /// # Errors
    /// As [`super::run`]. No lab stands then that one could go on with.
    pub fn play(
        &mut self,
        lab: &Lab,
        mut options: Options,
        next: &Next,
        guide: &mut dyn Guide,
        interrupts: &Interrupts,
        emit: &mut dyn FnMut(Event),
    ) -> Result<Summary, RunError> {
        refuse_nothing(lab)?;
        let whole = options.part.clone();
        // What has been done is to be written down for whoever goes on.
        options.keep = true;
        let standing = match (next, self.standing.take()) {
            (Next::GoOn { first, .. }, Some(standing)) => {
                options.part = options.part.from(*first);
                standing
            }
            (_, before) => {
                remove(before, interrupts, emit);
                StandingLab::begin(lab, &options, interrupts, emit)?
            }
        };
        let mut was_ended = false;
        let mut hear = |event: Event| {
            was_ended |= matches!(event, Event::LeftOut(_, LeftOut::Ended));
            emit(event);
        };
        let standing = self.standing.insert(standing);
        let played = standing.play(lab, &options, Some(guide), interrupts, &mut hear);
        let mut summary = match played {
            Ok(summary) => summary,
            Err(error) => {
                self.played = None;
                remove(self.standing.take(), interrupts, emit);
                return Err(error);
            }
        };
        self.played = Some(Played {
            lab: lab.clone(),
            part: whole,
            was_ended,
        });
        if summary.interrupted_by.is_some() {
            let begun = std::time::Instant::now();
            summary.left_behind = self.clean_up(interrupts, emit);
            summary.cleanup = begun.elapsed();
        }
        emit(Event::Finished(summary.clone()));
        Ok(summary)
    }

    /// The folder that the chapter starts in, where a lab stands.
    pub fn folder(&self) -> Option<std::path::PathBuf> {
        self.standing.as_ref().map(StandingLab::folder)
    }

    /// Removes everything; a line for each thing that is left.
    pub fn clean_up(
        &mut self,
        interrupts: &Interrupts,
        emit: &mut dyn FnMut(Event),
    ) -> Vec<String> {
        let Some(standing) = self.standing.take() else {
            return Vec::new();
        };
        emit(Event::Notice(Notice::CleaningUp));
        standing.clean_up(interrupts).left
    }
}

/// Makes room for a new lab.
fn remove(standing: Option<StandingLab>, interrupts: &Interrupts, emit: &mut dyn FnMut(Event)) {
    let Some(standing) = standing else { return };
    emit(Event::Notice(Notice::CleaningUp));
    for line in standing.clean_up(interrupts).left {
        let warning = format!("the run before has left {line}");
        emit(Event::Notice(Notice::Warning(warning)));
    }
}

fn texts(lab: &Lab) -> Vec<String> {
    let blocks = lab.blocks.iter();
    blocks.map(|block| fingerprint(lab, block)).collect()
}

/// The first wanted block that was not done as the chapter has it now, and what is to be said of it.
fn first_undone(lab: &Lab, part: &Part, progress: &Progress) -> Option<(usize, String)> {
    let wanted = lab.blocks.iter().enumerate();
    let wanted =
        wanted.take_while(|(index, block)| part.left_out(*index, block) != Some(LeftOut::Behind));
    wanted.into_iter().find_map(|(index, block)| {
        let what = match progress.blocks.get(index) {
            None => "was not done yet",
            Some(done) if done.text != fingerprint(lab, block) => "has changed",
            Some(done) if done.end == BlockEnd::Failed => "failed",
            Some(done)
                if done.end == BlockEnd::LeftOut && part.left_out(index, block).is_none() =>
            {
                "was left out"
            }
            Some(_) => return None,
        };
        let (name, place) = (kept::name(block), lab.place(block.span()));
        Some((index, format!("{name} {what} ({place})")))
    })
}

/// Why the blocks from `first` on, as they were done, must not be done once more; nothing where they all observe.
fn begun(
    lab: &Lab,
    progress: &Progress,
    first: usize,
    observes: &dyn Fn(&Step) -> bool,
) -> Option<String> {
    let done = lab.blocks.iter().take(progress.blocks.len()).skip(first);
    let changing = done.filter_map(|block| match block {
        Block::Step(step) if !observes(step) => Some(step.number),
        _ => None,
    });
    let number = changing.into_iter().next()?;
    Some(format!(
        "step {number} was begun in the lab that stands, and may have changed it"
    ))
}

/// What the shells before `first` knew and new ones would not.
fn lost(lab: &Lab, progress: &Progress, first: usize) -> Option<String> {
    match going_on::needed(lab, progress, first) {
        Err(why) => Some(why),
        Ok(terminals) => {
            let lost = terminals.iter().find_map(|again| again.lost.first())?;
            Some(format!("what this set would be missing: {lost}"))
        }
    }
}
