//! One lab chapter as a reader sees it: every change to the chapter's text, made by spans.
//!
//! What is added stands around the fences and never in them; taken away is what only labrun reads. In a list or a quote nothing is added, because lines of
//! our own would break the container open.

use std::collections::BTreeMap;
use std::path::Path;

use labrun_model::{Action, Block, Check, Lab, Line, Section, Session, SessionTracker, Span, Step};
use labrun_parse::Fence;
use labrun_recording::{Recording, Standing};

use crate::Style;
use crate::check::check_text;
use crate::edits::Edits;
use crate::html::{ShownSteps, changes, introduction, output_opening, step_opening};
use crate::recorded;
use crate::words::Words;

/// What the box at the beginning of a lab says beside what the chapter itself does.
#[derive(Debug)]
pub(crate) struct LabFacts<'a> {
    /// What a reader must have, in the author's words.
    pub(crate) needs: &'a [String],
    /// How long it takes, in the author's words.
    pub(crate) duration: Option<&'a str>,
    /// Whether the plain script of the lab is there.
    pub(crate) has_script: bool,
    /// What its recording is worth, where there is one.
    pub(crate) recording: Option<&'a Standing>,
}

/// The text of a lab chapter, with its fences in the chapter's order.
pub(crate) fn page(lab: &Lab, facts: &LabFacts<'_>, fences: &[Fence], style: Style<'_>) -> String {
    let outputs = lab.steps().filter_map(|step| {
        let expectation = step.expectation.as_ref()?;
        Some((expectation.span, step))
    });
    let mut page = Page {
        lab,
        outputs: outputs.collect(),
        recording: match facts.recording {
            Some(Standing::Verified(recording)) => Some(recording),
            Some(Standing::Outdated(_)) | None => None,
        },
        names_terminal: lab.terminals().len() > 1,
        files: BTreeMap::new(),
        words: style.words,
        line_break: line_break(lab.source.text()),
        edits: Edits::default(),
    };
    if style.is_html {
        page.introduce(facts, style.run_with);
        page.html(fences);
    } else {
        for fence in fences {
            page.strip(fence);
        }
    }
    page.unescape();
    page.edits.apply(lab.source.text())
}

struct Page<'a> {
    lab: &'a Lab,
    /// The steps whose outputs are fences of their own, by the places of these.
    outputs: BTreeMap<Span, &'a Step>,
    /// What the verified run printed.
    recording: Option<&'a Recording>,
    names_terminal: bool,
    /// The files that have been written so far: the content, and the number of the step.
    files: BTreeMap<&'a Path, (&'a str, usize)>,
    words: &'static Words,
    line_break: &'static str,
    edits: Edits,
}

impl<'a> Page<'a> {
    fn html(&mut self, fences: &[Fence]) {
        let mut tracker = SessionTracker::new();
        let mut blocks = self.lab.blocks.iter().peekable();
        for fence in fences {
            let mut steps = Vec::new();
            let mut check = None;
            while let Some(block) = blocks.next_if(|block| lies_in(block.span(), fence.span)) {
                match block {
                    Block::Step(step) => steps.push((step, tracker.follow(step).session)),
                    Block::Check(found) => check = Some(found),
                }
            }
            self.fence(fence, &steps, check);
        }
    }

    fn fence(&mut self, fence: &Fence, steps: &[(&'a Step, Session<'a>)], check: Option<&Check>) {
        let changes = steps
            .first()
            .map_or_else(String::new, |(step, _)| self.changes(step));
        let can_be_wrapped = !fence.indented && fence.is_top_level;
        let lines = self.with_indentation(fence.span);
        match check {
            Some(check) if can_be_wrapped => {
                let text = check_text(check, self.words);
                let (before, after) = (self.before(lines.start), self.after(lines.end));
                self.put(lines, &[before, text.trim_end(), after]);
                return;
            }
            _ => self.strip(fence),
        }
        if !can_be_wrapped {
            return;
        }
        if !steps.is_empty() {
            let shown = ShownSteps {
                steps,
                commands: commands(fence, steps),
                names_terminal: self.names_terminal,
            };
            let opening = step_opening(&shown, self.words);
            self.wrap(lines, &opening, &changes);
        } else if let Some(step) = self.outputs.get(&fence.span) {
            let recorded = self.recorded(step);
            self.wrap(lines, &output_opening(self.words), &recorded);
        }
    }

    /// What the verified run printed in the place of an output.
    fn recorded(&self, step: &Step) -> String {
        match (self.recording, &step.expectation) {
            (Some(recording), Some(expectation)) => {
                recorded::output(recording, step.number, expectation, self.words)
            }
            _ => String::new(),
        }
    }

    /// What a step changes in a file that the chapter has written before.
    fn changes(&mut self, step: &'a Step) -> String {
        let Action::Write(file) = &step.action else {
            return String::new();
        };
        let now = (file.content.as_str(), step.number);
        match self.files.insert(&file.path, now) {
            Some(before) => changes(before, &file.content, self.words) + "\n",
            None => String::new(),
        }
    }

    /// Takes everything but the language off the opening line.
    fn strip(&mut self, fence: &Fence) {
        if !fence.indented && self.lab.source.slice(fence.info) != fence.language {
            self.edits.replace(fence.info, &[&fence.language]);
        }
    }

    /// Takes the backslash off each `\<` of an output: it says that `<` is no placeholder, and the reader sees what appears.
    fn unescape(&mut self) {
        let lines = self
            .lab
            .steps()
            .filter_map(|step| step.expectation.as_ref());
        for (span, _) in lines.flat_map(|expectation| expectation.lines()) {
            for (at, _) in self.lab.source.slice(*span).match_indices("\\<") {
                let start = span.start + at;
                self.edits.replace(Span::new(start, start + 1), &[]);
            }
        }
    }

    /// Puts an opening tag before a fence and what follows and `</div>` behind it, with the blank lines that Markdown
    /// needs.
    fn wrap(&mut self, span: Span, opening: &str, behind: &str) {
        let (before, after) = (self.before(span.start), self.after(span.end));
        let begin = Span::new(span.start, span.start);
        self.put(begin, &[before, opening, "\n"]);
        let end = Span::new(span.end, span.end);
        self.put(end, &["\n\n", behind, "</div>", after]);
    }

    /// The box behind the chapter's heading, or before everything where it has none.
    fn introduce(&mut self, facts: &LabFacts<'_>, run_with: &str) {
        let heading = self
            .lab
            .sections
            .first()
            .filter(|section| section.level == 1 && self.begins_a_line(section.span.start));
        let text = introduction(self.lab, facts, run_with, self.words);
        match heading {
            Some(heading) => {
                let offset = self.end_of(heading);
                let place = Span::new(offset, offset);
                self.put(place, &["\n\n", text.trim_end(), self.after(offset)]);
            }
            None => self.put(Span::new(0, 0), &[&text, "\n"]),
        }
    }

    /// The end of a heading's last line, before its line ending.
    fn end_of(&self, heading: &Section) -> usize {
        let text = self.lab.source.slice(heading.span);
        let last = heading.span.start + text.trim_end().len();
        let behind = self.behind(last).split('\n').next().unwrap_or_default();
        last + behind.trim_end_matches('\r').len()
    }

    /// A span with the indentation of its first line, which a fence's marker must keep: it is what the fence's lines lose.
    fn with_indentation(&self, span: Span) -> Span {
        let text = self.lab.source.text();
        let before = text.get(..span.start).unwrap_or_default();
        Span::new(before.trim_end_matches(' ').len(), span.end)
    }

    /// Headings of lists and quotes never begin in the first column.
    fn begins_a_line(&self, offset: usize) -> bool {
        let text = self.lab.source.text();
        offset == 0
            || text
                .get(..offset)
                .is_some_and(|before| before.ends_with('\n'))
    }

    /// A line break where the line before is not blank.
    fn before(&self, offset: usize) -> &'static str {
        // The first piece is the line's own beginning.
        let lines = self.lab.source.text().get(..offset).unwrap_or_default();
        break_unless_blank(lines.rsplit('\n').nth(1))
    }

    /// A line break where the line behind is not blank: Markdown that follows HTML at once would be HTML, too.
    fn after(&self, offset: usize) -> &'static str {
        break_unless_blank(self.behind(offset).split('\n').nth(1))
    }

    /// The chapter from an offset on.
    fn behind(&self, offset: usize) -> &'a str {
        self.lab.source.text().get(offset..).unwrap_or_default()
    }

    /// Puts a text of ours in the place of a span, with the line endings of the chapter.
    fn put(&mut self, span: Span, pieces: &[&str]) {
        match self.line_break {
            "\n" => self.edits.replace(span, pieces),
            line_break => {
                let text = pieces.concat().replace('\n', line_break);
                self.edits.replace(span, &[&text]);
            }
        }
    }
}

/// A line break where there is a line with something on it.
fn break_unless_blank(line: Option<&str>) -> &'static str {
    match line {
        Some(line) if !line.trim().is_empty() => "\n",
        _ => "",
    }
}

/// The lines of a fence that are typed, from 1, where it holds outputs as well; each with how many characters its prompt
/// has.
fn commands(fence: &Fence, steps: &[(&Step, Session<'_>)]) -> Vec<(usize, usize)> {
    let within = steps.iter().filter(|(step, _)| step.span != fence.span);
    let typed: Vec<&Line> = within
        .flat_map(|(step, _)| match &step.action {
            Action::Type { lines, .. } => lines.as_slice(),
            Action::Write(_) => &[],
        })
        .collect();
    let mut typed = typed.into_iter().peekable();
    let lines = fence.lines.iter().zip(1..);
    lines
        .filter_map(|(line, number)| {
            let command = typed.next_if(|typed| lies_in(typed.span, line.span))?;
            let prompt = line.text.strip_suffix(command.text.as_str())?;
            Some((number, prompt.chars().count()))
        })
        .collect()
}

/// The line ending of a text's first line.
fn line_break(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((first, _)) if first.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

fn lies_in(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
