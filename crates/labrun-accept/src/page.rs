//! Where an output stands in the author's file, and what changes there: whole lines, with the marks of the quotes and lists
//! around them. Pure.

use labrun_model::{Lab, Line, LineOrigin, Span, blank_end};
use labrun_parse::{fences, has_directives};

/// The lines of an output in the chapter, from the first to the last that is shown.
pub(crate) struct Lines<'a> {
    texts: Vec<&'a str>,
    /// What stands before each line: the marks of quotes, and blanks.
    prefix: String,
    /// The line of the author's file, from 1, behind which the output begins.
    above: usize,
}

/// Whole lines of the author's file that others take the place of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The line, from 1, behind which the change is.
    above: usize,
    /// How many lines go.
    removed: usize,
    /// What comes, without line endings.
    added: Vec<String>,
}

/// Why an output cannot be changed, and what can be done.
type Refusal = (&'static str, &'static str);

const INCLUDED: Refusal = (
    "the output comes through a directive of mdBook's",
    "change the file that holds it, or write the output into the chapter",
);
const TABS: Refusal = (
    "the output is indented by tabs that its list takes a part of",
    "indent the fence with blanks, or change it by hand",
);

impl<'a> Lines<'a> {
    /// The lines of an output whose fence, or whose lines in a fence, `span` covers.
    pub(crate) fn of(lab: &'a Lab, span: Span) -> Result<Self, Refusal> {
        let covers = |outer: Span| outer.start <= span.start && span.end <= outer.end;
        let all = fences(&lab.source);
        let fence = all.iter().find(|fence| covers(fence.span));
        let fence = fence.ok_or(("the output is in no fence", "change it by hand"))?;
        let own = |line: &&Line| fence.span == span || covers_line(span, line);
        let lines: Vec<&Line> = fence.lines.iter().filter(own).collect();
        let shown = |line: &&Line| !line.text.trim().is_empty();
        let first = lines.iter().position(shown);
        let last = lines.iter().rposition(shown);
        let Some((first, last)) = first.zip(last) else {
            return Self::empty(lab, fence.opening, fence.span);
        };
        let lines = lines.get(first..=last).unwrap_or_default();
        let source = &lab.source;
        let mut texts = Vec::with_capacity(lines.len());
        let mut numbers = Vec::with_capacity(lines.len());
        for line in lines {
            let text = source.slice(line.span);
            if text != line.text {
                return Err(TABS);
            }
            texts.push(text);
            numbers.push(written(lab, source.line(line.span.start))?);
        }
        let above = numbers.first().map_or(0, |first| first - 1);
        if numbers
            .iter()
            .zip(above + 1..)
            .any(|(number, wanted)| *number != wanted)
        {
            return Err(INCLUDED);
        }
        let start = lines.first().map_or(0, |line| line.span.start);
        let line = source.line_span(source.line(start));
        let prefix = source.slice(Span::new(line.start, start)).to_owned();
        Ok(Self {
            texts,
            prefix,
            above,
        })
    }

    /// An output that shows nothing: what comes stands behind the opening line of its fence, as its closing line is set.
    fn empty(lab: &Lab, opening: Span, fence: Span) -> Result<Self, Refusal> {
        let source = &lab.source;
        let above = written(lab, source.line(opening.start))?;
        let closing = source.line_text(source.line(fence.end));
        let marks = closing.trim_end().trim_end_matches(['`', '~']);
        Ok(Self {
            texts: Vec::new(),
            prefix: marks.to_owned(),
            above,
        })
    }

    /// The lines without what stands before them.
    pub(crate) fn texts(&self) -> Vec<&'a str> {
        self.texts.clone()
    }

    /// The change that makes these lines of the output; `None` where one of them would be a directive of mdBook's.
    pub(crate) fn edit(&self, new: &[String]) -> Option<Edit> {
        let added: Vec<String> = new
            .iter()
            .map(|line| blank_end(&format!("{}{line}", self.prefix)).to_owned())
            .collect();
        let is_plain = !added.iter().any(|line| has_directives(line));
        is_plain.then_some(Edit {
            above: self.above,
            removed: self.texts.len(),
            added,
        })
    }
}

fn covers_line(span: Span, line: &Line) -> bool {
    span.start <= line.span.start && line.span.end <= span.end
}

/// The number of a line in the author's file, where the author wrote it there.
fn written(lab: &Lab, line: usize) -> Result<usize, Refusal> {
    match lab.source.origin(line) {
        LineOrigin::Written(number) => Ok(number),
        LineOrigin::Unescaped(_) | LineOrigin::BroughtIn { .. } => Err(INCLUDED),
    }
}

/// A text after some changes of different lines.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.above);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut new = String::with_capacity(text.len());
    let mut next = 0;
    for edit in edits {
        let unchanged = lines.get(next..edit.above).unwrap_or_default();
        unchanged.iter().for_each(|line| new.push_str(line));
        let above = edit.above.checked_sub(1).and_then(|above| lines.get(above));
        let ending = if above.is_some_and(|line| line.ends_with("\r\n")) {
            "\r\n"
        } else {
            "\n"
        };
        for line in &edit.added {
            new.push_str(line);
            new.push_str(ending);
        }
        next = edit.above + edit.removed;
    }
    lines
        .get(next..)
        .unwrap_or_default()
        .iter()
        .for_each(|line| new.push_str(line));
    new
}
