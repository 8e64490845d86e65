//! The catalogue of ways in which a tutorial rots: what each changes in a chapter, and the lines at which a maintainer
//! would look first. Reading it and changing a text is all that is here; running is `trial`'s.

use serde::Deserialize;

/// The catalogue as its author writes it.
const CATALOGUE: &str = include_str!("catalogue.toml");

/// One way to rot.
#[derive(Debug, Clone)]
pub(crate) struct Rot {
    /// A name to run it by.
    pub(crate) name: String,
    /// The kind of rot, in words.
    pub(crate) way: String,
    /// What is done to the chapter, in order.
    pub(crate) edits: Vec<Edit>,
    /// What must come of it.
    pub(crate) outcome: Outcome,
    /// What it takes to see it.
    pub(crate) seen_by: SeenBy,
}

/// A change of a chapter's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Cuts out a fence by a line of it, with the output fence that follows directly.
    Drop(Spot),
    /// Lets two fences, each with its output, change places.
    Swap(Spot, Spot),
    /// Replaces a text wherever it stands.
    ReplaceAll(String, String),
    /// Replaces a text at one place.
    Replace(Spot, String),
}

/// A text, and at which of the places where it stands, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) text: String,
    pub(crate) nth: usize,
}

/// What must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The run is red at a line that contains one of these texts.
    RedAt(Vec<Spot>),
    /// The run stays green, for this reason.
    Undetected(String),
}

/// What it takes to see that a chapter has rotted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenBy {
    /// `labrun check`, without an engine.
    Check,
    /// `labrun LAB`, with one.
    Run,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    rot: Vec<WrittenRot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRot {
    name: String,
    way: String,
    #[serde(default)]
    drop: Vec<WrittenSpot>,
    #[serde(default)]
    swap: Vec<(WrittenSpot, WrittenSpot)>,
    #[serde(default)]
    replace: Vec<(WrittenSpot, String)>,
    #[serde(default)]
    red: Vec<WrittenSpot>,
    undetected: Option<String>,
    #[serde(default)]
    check: bool,
}

/// `"text"`, for all places or for the only one, or `{ text = "…", nth = 2 }`.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum WrittenSpot {
    Text(String),
    Nth { text: String, nth: usize },
}

/// Every way of the catalogue, in its order.
pub(crate) fn catalogue() -> Vec<Rot> {
    let written: Written = toml::from_str(CATALOGUE).expect("the catalogue is TOML of its form");
    written.rot.into_iter().map(resolved).collect()
}

impl Rot {
    /// The chapter after the change.
    ///
    /// # Errors
    /// The text that is not there, as often as the catalogue says: the catalogue has rotted itself.
    pub(crate) fn applied_to(&self, chapter: &str) -> Result<String, String> {
        let mut text = chapter.to_owned();
        for edit in &self.edits {
            text = edit
                .applied_to(&text)
                .map_err(|missing| format!("{}: not in the chapter: {missing}", self.name))?;
        }
        Ok(text)
    }

    /// The lines, from 1, of a changed chapter at which it may be red.
    ///
    /// # Errors
    /// The text that is not there.
    pub(crate) fn right_lines(&self, changed: &str) -> Result<Vec<usize>, String> {
        let Outcome::RedAt(spots) = &self.outcome else {
            return Ok(Vec::new());
        };
        let line = |spot: &Spot| {
            let at = spot
                .find(changed)
                .ok_or_else(|| format!("{}: no line to be red at: {}", self.name, spot.text))?;
            Ok(match self.seen_by {
                SeenBy::Check => line_of(changed, at),
                SeenBy::Run => place(changed, at),
            })
        };
        spots.iter().map(line).collect()
    }
}

/// The line at which a run tells a fault at this offset: a check's is told at its fence, all others where they stand.
fn place(text: &str, at: usize) -> usize {
    let fence = text[..at].rfind("\n```toml check");
    match fence {
        Some(fence) if !text[fence + 4..at].contains("\n```") => line_of(text, fence + 1),
        _ => line_of(text, at),
    }
}

/// The line, from 1. A text that begins with a line break is meant from the line behind it.
fn line_of(text: &str, at: usize) -> usize {
    let at = at + usize::from(text[at..].starts_with('\n'));
    text[..at].matches('\n').count() + 1
}

impl Edit {
    fn applied_to(&self, text: &str) -> Result<String, String> {
        match self {
            Self::Drop(spot) => {
                let (begin, end) = step(text, spot)?;
                Ok(format!("{}{}", &text[..begin], &text[end..]))
            }
            Self::Swap(one, other) => {
                let (one, other) = (step(text, one)?, step(text, other)?);
                let (first, second) = if one < other {
                    (one, other)
                } else {
                    (other, one)
                };
                Ok([
                    &text[..first.0],
                    &text[second.0..second.1],
                    &text[first.1..second.0],
                    &text[first.0..first.1],
                    &text[second.1..],
                ]
                .concat())
            }
            Self::ReplaceAll(find, with) if text.contains(find) => Ok(text.replace(find, with)),
            Self::ReplaceAll(find, _) => Err(find.clone()),
            Self::Replace(spot, with) => {
                let at = spot.find(text).ok_or_else(|| spot.text.clone())?;
                let end = at + spot.text.len();
                Ok(format!("{}{with}{}", &text[..at], &text[end..]))
            }
        }
    }
}

impl Spot {
    fn find(&self, text: &str) -> Option<usize> {
        let mut places = text.match_indices(self.text.as_str());
        places.nth(self.nth.checked_sub(1)?).map(|(at, _)| at)
    }
}

/// The fence that holds a text, from its opening line to behind its closing one, with the output that follows directly.
fn step(text: &str, spot: &Spot) -> Result<(usize, usize), String> {
    let missing = || spot.text.clone();
    let at = spot.find(text).ok_or_else(missing)?;
    let begin = text[..at].rfind("\n```").ok_or_else(missing)? + 1;
    let end_of_fence = |from: usize| Some(from + text[from..].find("\n```\n")? + "\n```\n".len());
    let mut end = end_of_fence(at.max(begin + 3) - 1).ok_or_else(missing)?;
    let rest = text[end..].trim_start();
    if rest.starts_with("```text") {
        let body = text.len() - rest.len() + "```text".len();
        end = end_of_fence(body).ok_or_else(missing)?;
    }
    Ok((begin, end))
}

fn resolved(written: WrittenRot) -> Rot {
    let spot = |written: WrittenSpot| match written {
        WrittenSpot::Text(text) => Spot { text, nth: 1 },
        WrittenSpot::Nth { text, nth } => Spot { text, nth },
    };
    let mut edits: Vec<Edit> = Vec::new();
    edits.extend(written.drop.into_iter().map(|at| Edit::Drop(spot(at))));
    let swaps = written.swap.into_iter();
    edits.extend(swaps.map(|(one, other)| Edit::Swap(spot(one), spot(other))));
    edits.extend(written.replace.into_iter().map(|(at, with)| match at {
        WrittenSpot::Text(text) => Edit::ReplaceAll(text, with),
        nth => Edit::Replace(spot(nth), with),
    }));
    Rot {
        name: written.name,
        way: written.way,
        edits,
        outcome: match written.undetected {
            Some(reason) => Outcome::Undetected(reason),
            None => Outcome::RedAt(written.red.into_iter().map(spot).collect()),
        },
        seen_by: if written.check {
            SeenBy::Check
        } else {
            SeenBy::Run
        },
    }
}
