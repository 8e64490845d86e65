//! The report for people about several labs that are run together. On a terminal each running lab has a live line, and a
//! steady line when it ends; elsewhere everything is said in lines that begin with the lab's name. The failures come behind
//! all labs, complete, then a line for each lab, and one sentence about all.

mod ending;
mod ends;
mod live;

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use labrun_model::{Event, Failure, Lab, Summary};
use labrun_run::RunError;

#[cfg(test)]
pub(super) use self::ending::{line, sentence};
pub(super) use self::ends::Ends;
use self::live::Live;
use super::{FAINT, Human, Report, STRONG, count, drawn, note, words};
use crate::exit::Exit;

/// What is run together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Gathering {
    /// The labs' names, in the order of the book.
    pub(crate) labs: Vec<String>,
    /// How many may run at once.
    pub(crate) jobs: usize,
    /// The part of the book's labs that they are.
    pub(crate) shard: Option<String>,
    /// The engines that they are shared out among, where the user named several.
    pub(crate) engines: Vec<String>,
}

/// Says the runs of several labs in words on standard error.
pub(crate) struct Together {
    begun: Instant,
    labs: Vec<One>,
    ends: Ends,
    live: Option<Live>,
    /// How wide the column of the names is.
    width: usize,
}

/// What is known of one of the labs.
struct One {
    name: String,
    title: String,
    chapter: String,
    human: Human,
    failures: Vec<Failure>,
    summary: Option<Summary>,
    /// Why it ended before its summary, with what may help.
    trouble: Option<String>,
    bundle: Option<PathBuf>,
}

impl Together {
    /// A report on these labs.
    pub(crate) fn new(labs: &[&Lab]) -> Self {
        let names: Vec<String> = labs.iter().map(|lab| lab.name.clone()).collect();
        let width = names.iter().map(|name| name.chars().count()).max();
        let width = width.unwrap_or(0);
        let one = |lab: &&Lab| One {
            name: lab.name.clone(),
            title: lab.title.clone(),
            chapter: lab.source.path().to_owned(),
            human: Human::one_of_several(prefix(&lab.name, width)),
            failures: Vec::new(),
            summary: None,
            trouble: None,
            bundle: None,
        };
        Self {
            begun: Instant::now(),
            ends: Ends::of(&names),
            labs: labs.iter().map(one).collect(),
            live: Live::on_a_terminal(width),
            width,
        }
    }

    /// Says what is going to be run, and which of the labs run alone, with the reason and its place.
    pub(crate) fn begin(&self, all: &Gathering, alone: &[(String, String)]) {
        let labs = count(all.labs.len(), "lab");
        let shard = all.shard.as_ref();
        let shard = shard.map_or_else(String::new, |shard| format!(" of shard {shard}"));
        let at_once = match all.jobs {
            1 => "one after the other".to_owned(),
            jobs => format!("at most {jobs} at once"),
        };
        note(&format!("{labs}{shard}, {at_once}"));
        for engine in &all.engines {
            words(&format!("  {FAINT}engine{FAINT:#}  {engine}\n"));
        }
        for (lab, why) in alone {
            words(&format!("  {FAINT}{lab} runs alone: {why}{FAINT:#}\n"));
        }
    }

    /// A lab begins.
    pub(crate) fn begun(&mut self, lab: &Lab) {
        if let Some(live) = &mut self.live {
            live.begun(lab);
        }
    }

    /// Says that signals have come, and how many.
    pub(crate) fn interrupted(&self, count: usize) {
        let text = match count {
            1 => "interrupted: every lab ends and cleans up",
            2 => "interrupted again: clean-up hurries",
            _ => "interrupted once more: clean-up ends where it is",
        };
        self.aside(|| note(text));
    }

    /// Takes note of where the bundle of a lab is.
    pub(crate) fn bundled(&mut self, lab: &Lab, path: Option<PathBuf>) {
        if let Some(one) = self.one(lab) {
            one.bundle = path;
        }
    }

    /// How all labs together ended.
    pub(crate) fn exit(&self) -> Exit {
        self.ends.exit()
    }

    /// Prints while the live lines are out of the way.
    fn aside(&self, say: impl FnOnce()) {
        match &self.live {
            Some(live) => live.aside(say),
            None => say(),
        }
    }

    fn one(&mut self, lab: &Lab) -> Option<&mut One> {
        self.labs.iter_mut().find(|one| one.name == lab.name)
    }
}

impl Report for Together {
    fn event(&mut self, lab: &Lab, event: &Event) {
        self.ends.event(lab, event);
        if let Some(live) = &mut self.live {
            live.event(lab, event);
        }
        let is_live = self.live.is_some();
        let Some(one) = self.one(lab) else { return };
        if !is_live {
            one.human.event(lab, event);
        }
        let failure = match event {
            Event::StepFinished(_, outcome) => outcome.failure.clone(),
            Event::CheckFinished(_, outcome) => outcome.failure.clone(),
            Event::Finished(summary) => {
                one.summary = Some(summary.clone());
                None
            }
            _ => None,
        };
        one.failures.extend(failure);
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        self.ends.close(lab, trouble);
        let end = self.ends.of_lab(&lab.name);
        let known = self.labs.iter_mut().find(|one| one.name == lab.name);
        let Some(one) = known else { return Ok(()) };
        one.trouble = trouble.map(|error| drawn(&error.to_string(), error.help().as_deref()));
        let summary = one.summary.as_ref();
        match (&mut self.live, trouble) {
            (Some(live), _) => {
                let name = &lab.name;
                live.ended(lab, &ending::line(name, self.width, end, summary));
            }
            // A lab that has a summary has said it itself.
            (None, Some(_)) => {
                let prefix = prefix(&lab.name, self.width);
                words(&format!("{prefix}{}\n", ending::how(end, summary)));
            }
            (None, None) => {}
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some(live) = self.live.take() {
            live.gone();
        }
        let mut text = String::new();
        for one in &self.labs {
            text.push_str(&one.what_went_wrong());
        }
        text.push('\n');
        for one in &self.labs {
            let end = self.ends.of_lab(&one.name);
            let summary = one.summary.as_ref();
            text.push_str(&ending::line(&one.name, self.width, end, summary));
        }
        text.push_str(&ending::sentence(&self.ends, self.begun.elapsed()));
        words(&text);
        Ok(())
    }
}

impl One {
    /// Everything that a reader needs of a lab that is not green; nothing of one that is, or that was not begun.
    fn what_went_wrong(&self) -> String {
        let mut text = String::new();
        for failure in &self.failures {
            text.push_str(&format!("\n{}", super::failure::draw(failure)));
        }
        if let Some(trouble) = &self.trouble {
            text.push_str(&format!("\n{trouble}"));
        }
        if let Some(summary) = &self.summary {
            text.push_str(&super::human::around(summary));
            let recordings = summary.recordings.iter().filter(|_| !summary.is_green());
            for recording in recordings {
                text.push_str(&format!("  {FAINT}recording: {recording}{FAINT:#}\n"));
            }
        }
        if let Some(path) = &self.bundle {
            text.push_str(&format!("  {FAINT}bundle: {}{FAINT:#}\n", path.display()));
        }
        if text.is_empty() {
            return text;
        }
        let (name, title, chapter) = (&self.name, &self.title, &self.chapter);
        format!("\n{STRONG}{name}{STRONG:#} · {title} {FAINT}({chapter}){FAINT:#}\n{text}")
    }
}

/// What the lines of a lab begin with: its name, in a column as wide as the longest.
fn prefix(name: &str, width: usize) -> String {
    format!("{STRONG}{name:width$}{STRONG:#} {FAINT}│{FAINT:#} ")
}
