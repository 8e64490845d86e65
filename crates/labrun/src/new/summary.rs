//! Which chapters of a book are in its SUMMARY.md, and the lines that it lacks. Reads text only; nothing is parsed that
//! mdBook will parse again, because a chapter is looked for that is known by its path.

/// A chapter with commands that SUMMARY.md does not have, so that no page comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unlisted {
    /// The chapter as messages name it.
    pub(crate) shown: String,
    /// The line that SUMMARY.md lacks.
    pub(crate) line: String,
    /// Whether it becomes a lab all the same, because it was asked for by name.
    pub(crate) is_lab: bool,
}

/// Whether SUMMARY.md links to a chapter, by its path from the book's `src`.
pub(super) fn lists(summary: &str, chapter: &str) -> bool {
    let forms = [
        chapter.to_owned(),
        chapter.replace(' ', "%20"),
        format!("<{chapter}>"),
    ];
    forms.iter().any(|form| {
        ["(", "(./", "( "]
            .iter()
            .any(|open| summary.contains(&format!("{open}{form}")))
    })
}

/// A line of SUMMARY.md.
pub(super) fn line(title: &str, chapter: &str) -> String {
    format!("- [{title}]({})", chapter.replace(' ', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_is_known_by_its_path() {
        let summary = "- [A](a.md)\n- [B](./deep/b%20b.md)\n- [C](<c c.md>)\n";
        for there in ["a.md", "deep/b b.md", "c c.md"] {
            assert!(lists(summary, there), "{there}");
        }
        for not in ["b.md", "d.md", "deep/a.md"] {
            assert!(!lists(summary, not), "{not}");
        }
        assert_eq!(line("B b", "deep/b b.md"), "- [B b](deep/b%20b.md)");
    }
}
