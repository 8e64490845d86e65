//! Reads a chapter of Markdown as a lab, `book.toml` as a list of labs, and `labrun.policy.toml` as a policy.
//!
//! Everything here is a pure function of a text: nothing is read from disk and nothing panics. Parsing never fails
//! either: each function returns what it understood together with every diagnostic it found, sorted by place.
//!
//! The way of a chapter: `markdown` finds headings and fences in its `outline`, `attributes` reads what is written behind a fence's
//! language, `roles` says what the fence is, `resolve` what its attributes mean, and `chapter` puts the lab together.

mod attributes;
mod book;
mod book_roles;
mod captures;
mod chapter;
mod check;
mod codes;
mod console;
mod directives;
mod expectation;
mod fences;
mod holds;
mod json;
mod markdown;
mod nearest;
mod observes;
mod origins;
mod other_names;
mod outline;
mod policy;
mod prose;
mod relation;
mod resolve;
mod roles;
mod sql;
mod tables;
mod values;
mod whole;

use labrun_model::{Diagnostic, SourceFile};

pub use attributes::{Attributes, Pair, Word};
pub use book::{Book, LabEntry, parse_book};
pub use book_roles::Roles;
pub use chapter::{parse_chapter, parse_chapter_and_fences};
pub use directives::has_directives;
pub use fences::Fence;
pub use nearest::suggest;
pub use observes::step_observes;
pub use origins::expanded;
pub use policy::parse_policy;
pub use prose::{Prose, prose};

/// The annotation reference for authors, in Markdown.
pub const REFERENCE: &str = include_str!("../reference.md");

/// Whether a text for psql only observes, so that repeating it changes nothing.
pub fn sql_observes(sql: &str) -> bool {
    sql::Script::read(sql).change().is_none()
}

/// Every code block of a chapter with the places of its parts, in the order of the page.
pub fn fences(source: &SourceFile) -> Vec<Fence> {
    let elements = markdown::elements(source).into_iter();
    elements
        .filter_map(|element| match element {
            markdown::Element::Fence { fence, .. } => Some(fence),
            markdown::Element::Heading { .. } | markdown::Element::FenceInHtml(_) => None,
        })
        .collect()
}

/// What stands behind the language of a fence, as its author wrote it, and what of it cannot be read. Whether its words mean
/// anything is not asked.
pub fn attributes(source: &SourceFile, fence: &Fence) -> (Attributes, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let attributes = attributes::lex(source, fence.info, fence.language_span, &mut diagnostics);
    (attributes, diagnostics)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use labrun_model::{ContainerState, Freedom, Health, Namespace, PortState, ValueKind};

    use super::*;

    /// The words in code quotes of the part of the reference under a heading.
    fn quoted(heading: &str) -> BTreeSet<&'static str> {
        let part = REFERENCE
            .split("\n## ")
            .find(|part| part.starts_with(heading))
            .expect("the reference has the heading");
        // Between every second pair of backticks stands code.
        let code = part
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        code.collect()
    }

    #[track_caller]
    fn check(heading: &str, words: impl IntoIterator<Item = &'static str>) {
        let quoted = quoted(heading);
        for word in words {
            assert!(quoted.contains(word), "{word} is missing under {heading}");
        }
    }

    #[test]
    fn the_reference_names_everything_that_is_accepted() {
        let quoted_attributes = quoted("Attributes");
        for (word, _) in roles::Key::ALL {
            let assigned = format!("{word}=");
            assert!(
                quoted_attributes
                    .iter()
                    .any(|code| code.starts_with(&assigned)),
                "{word}"
            );
        }
        check("Fences", ["toml check", "show"]);
        check("Checks", check::KEYS);
        check("Checks", ContainerState::ALL.map(|(word, _)| word));
        check("Checks", Health::ALL.map(|(word, _)| word));
        check("Checks", PortState::ALL.map(|(word, _)| word));
        check("Checks", ["present", "absent"]);
        check("book.toml", book::LAB_KEYS);
        check("book.toml", book::PREPROCESSOR_KEYS);
        check("labrun.policy.toml", policy::KEYS);
        check("labrun.policy.toml", Namespace::ALL.map(|(word, _)| word));
        check("labrun.policy.toml", Freedom::ALL.map(|(word, _)| word));
        check("book.toml", book_roles::WORDS.map(|(word, _)| word));
        let placeholders = quoted("Expectations");
        for (name, _) in ValueKind::ALL {
            assert!(
                placeholders.contains(format!("<{name}>").as_str()),
                "{name}"
            );
        }
    }

    #[test]
    fn the_reference_names_every_diagnostic_and_no_other() {
        let is_code = |word: &&str| word.contains('-') && !word.contains(' ');
        let named: BTreeSet<_> = quoted("Diagnostics").into_iter().filter(is_code).collect();
        assert_eq!(named, codes::ALL.iter().copied().collect());
    }

    #[test]
    fn the_examples_of_the_reference_are_labs() {
        let reference = SourceFile::new("reference.md", REFERENCE);
        let mut examples = fences(&reference);
        examples.retain(|example| example.language == "markdown");
        assert!(!examples.is_empty());
        for example in examples {
            let chapter = SourceFile::new("example.md", expectation::text(&example.lines));
            let (lab, diagnostics) = parse_chapter("example", chapter, &Roles::default());
            assert_eq!(diagnostics, []);
            assert!(!lab.blocks.is_empty());
        }
    }
}
