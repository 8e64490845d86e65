//! Which part of a lab the arguments ask for: steps by number or name, sections by number, anchor or heading. Pure.

use std::ops::Range;

use labrun_model::{Block, Lab, Part};

use crate::args::Selection;
use crate::book::{BookError, nearest};

/// A section as the user can name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its number, from 1; the chapter's own title has none.
    pub(crate) number: Option<usize>,
    /// Its heading.
    pub(crate) title: String,
    /// The part of the page's address behind `#`.
    pub(crate) anchor: String,
    /// The heading's level.
    pub(crate) level: u8,
    /// Its blocks and those of the sections below it, indexes into [`Lab::blocks`].
    pub(crate) blocks: Range<usize>,
}

/// The part of a lab that the arguments ask for.
///
/// # Errors
/// When there is no such step or section, the section has nothing to run, or the part ends before it begins.
pub(crate) fn part(lab: &Lab, wanted: &Selection) -> Result<Part, BookError> {
    if let Some(section) = &wanted.only {
        return only(lab, section);
    }
    let until = wanted.until.as_deref();
    let until = until.map(|step| block_of(lab, step)).transpose()?;
    let from = wanted.from.as_deref();
    let from = from.map(|step| block_of(lab, step)).transpose()?;
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        return Err(BookError::File {
            what: "the step of `--until` stands before the step of `--from`".to_owned(),
            help: "name a later step with `--until`, or an earlier one with `--from`".to_owned(),
        });
    }
    let whole = Part::whole();
    let part = until.map_or(whole.clone(), |last| whole.until(last));
    Ok(match from {
        Some(first) => part.from(first),
        None => part,
    })
}

/// The block of the step that a user names, by its number or its name.
///
/// # Errors
/// When there is none; the error names those there are, and the nearest.
pub(crate) fn block_of(lab: &Lab, wanted: &str) -> Result<usize, BookError> {
    let is_wanted = |block: &Block| match block {
        Block::Step(step) => {
            step.number.to_string() == wanted || step.name.as_deref() == Some(wanted)
        }
        Block::Check(_) => false,
    };
    lab.blocks.iter().position(is_wanted).ok_or_else(|| {
        let count = lab.steps().count();
        let names: Vec<&str> = lab
            .steps()
            .filter_map(|step| step.name.as_deref())
            .collect();
        let near = nearest(wanted, &names)
            .map(|near| format!("did you mean `{near}`? "))
            .unwrap_or_default();
        let named = if names.is_empty() {
            String::new()
        } else {
            format!("; those with a name: {}", names.join(", "))
        };
        BookError::File {
            what: format!("lab `{}` has no step `{wanted}`", lab.name),
            help: format!("{near}its steps are 1 to {count}{named}"),
        }
    })
}

/// Every heading of a chapter, in order.
pub(crate) fn sections(lab: &Lab) -> Vec<Named> {
    // The title of the chapter is not one of its sections.
    let title = lab
        .sections
        .iter()
        .position(|section| section.level == 1 && section.title == lab.title);
    let mut number = 0;
    let mut named: Vec<Named> = Vec::new();
    for (index, section) in lab.sections.iter().enumerate() {
        if section.level == 0 {
            continue;
        }
        let is_title = Some(index) == title;
        number += usize::from(!is_title);
        let heading = lab.source.slice(section.span);
        let anchor = own_anchor(heading).unwrap_or_else(|| anchor_of(&section.title));
        let before = |known: &Named| known.anchor == anchor || is_numbered(&known.anchor, &anchor);
        let anchor = match named.iter().filter(|known| before(known)).count() {
            0 => anchor,
            // mdBook numbers headings of the same text.
            same => format!("{anchor}-{same}"),
        };
        named.push(Named {
            number: (!is_title).then_some(number),
            title: section.title.clone(),
            anchor,
            level: section.level,
            blocks: blocks_of(lab, index),
        });
    }
    named
}

fn only(lab: &Lab, wanted: &str) -> Result<Part, BookError> {
    let sections = sections(lab);
    let text = wanted.trim().trim_start_matches('#').trim();
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    // A heading can be a number itself; its text is what the user sees, so it comes first.
    let by_title: Vec<&Named> = sections
        .iter()
        .filter(|section| same(&section.title, text))
        .collect();
    let found = match by_title.as_slice() {
        [one] => Some(*one),
        [] => sections.iter().find(|section| {
            section.number.map(|number| number.to_string()).as_deref() == Some(text)
                || same(&section.anchor, text)
        }),
        several => {
            let anchors: Vec<&str> = several
                .iter()
                .map(|section| section.anchor.as_str())
                .collect();
            return Err(BookError::File {
                what: format!("lab `{}` has several sections `{wanted}`", lab.name),
                help: format!("name one by its anchor: {}", anchors.join(", ")),
            });
        }
    };
    match found {
        Some(section) if !section.blocks.is_empty() => Ok(Part::section(section.blocks.clone())),
        Some(section) => Err(BookError::File {
            what: format!(
                "the section `{}` of lab `{}` has nothing to run",
                section.title, lab.name
            ),
            help: "`labrun list --sections` says which sections have steps and checks".to_owned(),
        }),
        None => Err(no_section(lab, wanted, text, &sections)),
    }
}

fn no_section(lab: &Lab, wanted: &str, text: &str, sections: &[Named]) -> BookError {
    let lower = text.to_lowercase();
    let titles: Vec<String> = sections
        .iter()
        .map(|section| section.title.to_lowercase())
        .collect();
    let anchors: Vec<&str> = sections
        .iter()
        .map(|section| section.anchor.as_str())
        .collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let near = nearest(&lower, &titles)
        .and_then(|near| titles.iter().position(|title| *title == near))
        .or_else(|| {
            let near = nearest(&lower, &anchors)?;
            anchors.iter().position(|anchor| *anchor == near)
        })
        // The beginning of a long heading is what most people type.
        .or_else(|| titles.iter().position(|title| title.contains(&lower)))
        .and_then(|at| sections.get(at))
        .map(|section| format!("did you mean `{}`? ", section.title))
        .unwrap_or_default();
    BookError::File {
        what: format!("lab `{}` has no section `{wanted}`", lab.name),
        help: format!("{near}`labrun list --sections` names them"),
    }
}

/// The blocks of a section and of those below it.
fn blocks_of(lab: &Lab, index: usize) -> Range<usize> {
    let level = lab.sections.get(index).map_or(0, |section| section.level);
    let behind = lab.sections.iter().enumerate().skip(index + 1);
    let end = behind
        .filter(|(_, section)| section.level <= level)
        .map(|(index, _)| index)
        .next()
        .unwrap_or(lab.sections.len());
    let before = |section: usize| {
        lab.blocks
            .iter()
            .take_while(|block| block.section() < section)
            .count()
    };
    before(index)..before(end)
}

/// The anchor that a heading names itself: `## Text {#anchor}`.
fn own_anchor(heading: &str) -> Option<String> {
    let (_, attributes) = heading.trim_end().strip_suffix('}')?.rsplit_once('{')?;
    let anchor = attributes
        .split_whitespace()
        .find_map(|word| word.strip_prefix('#'))?;
    Some(anchor.to_owned())
}

/// The anchor that mdBook makes of a heading's text.
fn anchor_of(title: &str) -> String {
    let kept = title.trim().chars().filter_map(|character| {
        if character.is_alphanumeric() || matches!(character, '_' | '-') {
            Some(character)
        } else {
            character.is_whitespace().then_some('-')
        }
    });
    kept.flat_map(char::to_lowercase).collect()
}

/// Whether `anchor` is `base` with a number behind it.
fn is_numbered(anchor: &str, base: &str) -> bool {
    anchor
        .strip_prefix(base)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(|number| number.parse::<usize>().is_ok())
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;

    use super::*;

    const CHAPTER: &str = "# Demo\n\n```sh\na\n```\n\n## First: `one` & two!\n\n```sh name=begin\nb\n```\n\n### Deeper {#deep}\n\n\
                           ```sh\nc\n```\n\n## Same\n\n## Same\n\n```sh\nd\n```\n";

    fn lab() -> Lab {
        labrun_parse::parse_chapter(
            "demo",
            SourceFile::new("demo.md", CHAPTER),
            &labrun_parse::Roles::default(),
        )
        .0
    }

    fn wanted(only: &str) -> Selection {
        Selection {
            only: Some(only.to_owned()),
            ..Selection::default()
        }
    }

    #[test]
    fn sections_have_numbers_anchors_and_the_blocks_below_them() {
        let drawn: Vec<String> = sections(&lab())
            .into_iter()
            .map(|section| {
                let number = section.number.map_or("-".to_owned(), |n| n.to_string());
                format!("{number} {} {:?}", section.anchor, section.blocks)
            })
            .collect();
        assert_eq!(
            drawn,
            [
                "- demo 0..4",
                "1 first-one--two 1..3",
                "2 deep 2..3",
                "3 same 3..3",
                "4 same-1 3..4"
            ]
        );
    }

    #[test]
    fn a_section_is_found_by_number_anchor_and_text() {
        for name in ["1", "first: one & TWO!", "#first-one--two"] {
            assert_eq!(
                part(&lab(), &wanted(name)).unwrap(),
                Part::section(1..3),
                "{name}"
            );
        }
        assert_eq!(part(&lab(), &wanted("deep")).unwrap(), Part::section(2..3));
        assert_eq!(part(&lab(), &wanted("demo")).unwrap(), Part::section(0..4));
    }

    #[test]
    fn what_is_no_section_is_told_with_the_nearest() {
        let fault = |name: &str| match part(&lab(), &wanted(name)) {
            Err(BookError::File { what, help }) => format!("{what} | {help}"),
            other => format!("{other:?}"),
        };
        assert!(fault("Depper").contains("did you mean `Deeper`?"));
        assert!(fault("first").contains("did you mean `First: one & two!`?"));
        assert!(fault("zzzzzzzzz").contains("has no section `zzzzzzzzz` | `labrun list"));
        assert!(
            fault("same")
                .contains("several sections `same` | name one by its anchor: same, same-1")
        );
        assert!(fault("3").contains("the section `Same` of lab `demo` has nothing to run"));
    }

    #[test]
    fn a_step_is_found_by_number_and_name() {
        assert_eq!(block_of(&lab(), "begin").unwrap(), 1);
        assert_eq!(block_of(&lab(), "4").unwrap(), 3);
        let Err(BookError::File { what, help }) = block_of(&lab(), "begn") else {
            panic!("there is no such step");
        };
        assert_eq!(what, "lab `demo` has no step `begn`");
        assert!(help.starts_with("did you mean `begin`? its steps are 1 to 4"));
    }
}
