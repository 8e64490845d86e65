//! A chapter for the Markdown parser, with its paragraphs of plain prose left out but for their first letters.
//!
//! Most of a chapter is prose, and most of a parser's time goes into emphasis, links and code in it, of which a lab needs
//! nothing. Which text is such a paragraph is the parser's to say: here is only guessed, and whoever reads an outline asks
//! the parser for every paragraph of it (see `markdown`).
//!
//! Why a paragraph that the parser has found in the outline is one in the chapter, too: every line of it begins with a
//! letter in the first column, a blank line or the text's beginning is above it, and a blank line or the end below. By what
//! stands before the paragraph, the parser sees the same. A line that begins with a letter opens no other block, cannot
//! interrupt a paragraph, and is neither a link's definition, nor the line below a heading or a table's header; and nothing
//! inside a paragraph is known outside.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

use crate::fences::Marker;

/// A shortened text.
#[derive(Debug)]
pub(crate) struct Outline<'a> {
    text: Cow<'a, str>,
    cuts: Vec<Cut>,
}

/// A paragraph of which a letter is left.
#[derive(Debug, Clone, Copy)]
struct Cut {
    /// Where the letter stands in the outline.
    letter: usize,
    /// How many bytes of the text are left out up to the end of this paragraph.
    missing: usize,
}

impl<'a> Outline<'a> {
    /// The outline of a text.
    pub(crate) fn of(text: &'a str) -> Self {
        // A line can also end with a carriage return, which is not worth the care.
        if memchr(b'\r', text.as_bytes()).is_some() {
            return Self::whole(text);
        }
        let paragraphs = paragraphs(text);
        // What is left of each is its letter.
        let missing = paragraphs.iter().map(|(start, end)| end - start - 1);
        let mut short = String::with_capacity(text.len() - missing.sum::<usize>());
        let mut cuts = Vec::with_capacity(paragraphs.len());
        let mut done = 0;
        for (start, end) in paragraphs {
            short.push_str(text.get(done..=start).unwrap_or_default());
            cuts.push(Cut {
                letter: short.len() - 1,
                missing: end - short.len(),
            });
            done = end;
        }
        short.push_str(text.get(done..).unwrap_or_default());
        Self {
            text: Cow::Owned(short),
            cuts,
        }
    }

    /// A text with nothing left out.
    pub(crate) fn whole(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            cuts: Vec::new(),
        }
    }

    /// The outline itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How many paragraphs it leaves out.
    pub(crate) fn paragraphs(&self) -> usize {
        self.cuts.len()
    }

    /// Where the paragraph with a number, from 0, begins in the outline.
    pub(crate) fn paragraph(&self, number: usize) -> Option<usize> {
        self.cuts.get(number).map(|cut| cut.letter)
    }

    /// The offset in the text of an offset in the outline.
    pub(crate) fn in_text(&self, offset: usize) -> usize {
        let before = self.cuts.partition_point(|cut| cut.letter < offset);
        let last = before.checked_sub(1).and_then(|last| self.cuts.get(last));
        offset + last.map_or(0, |cut| cut.missing)
    }
}

/// What looks like paragraphs of plain prose, each from its first letter to behind its last character.
fn paragraphs(text: &str) -> Vec<(usize, usize)> {
    let mut paragraphs = Vec::new();
    let mut begun: Option<usize> = None;
    let mut is_after_blank = true;
    let mut fence: Option<Marker> = None;
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = text.get(start..end).unwrap_or_default();
        let was_after_blank = is_after_blank;
        is_after_blank = line.is_empty();
        if let Some(marker) = fence {
            fence = fence.filter(|_| !marker.closes(line));
        } else if is_after_blank {
            paragraphs.extend(begun.take().map(|begin| (begin, start - 1)));
        } else if !line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            begun = None;
            fence = Marker::of(line.trim_start());
        } else if was_after_blank {
            begun = Some(start);
        }
        start = end + 1;
    }
    paragraphs.extend(begun.map(|begin| (begin, text.len())));
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The outline is as expected, and what is in both is found in the text again.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let outline = Outline::of(text);
        assert_eq!(outline.text(), expected);
        let letters = (0..).map_while(|number| outline.paragraph(number));
        let letters: Vec<usize> = letters.collect();
        assert_eq!(letters.len(), outline.paragraphs());
        for (offset, character) in outline.text().char_indices() {
            let there = outline.in_text(offset);
            assert!(text[there..].starts_with(character), "{offset}");
        }
        assert_eq!(outline.in_text(outline.text().len()), text.len());
    }

    #[test]
    fn of_a_paragraph_of_prose_a_letter_is_left() {
        check("one\n\ntwo `x`\nlines → *y*\n\n# z\n", "o\n\nt\n\n# z\n");
        check("# z\n\nat the end", "# z\n\na");
        check("# z\n\nat the end\n", "# z\n\na\n");
        check("a\n\nb\n\n\nc", "a\n\nb\n\n\nc");
        check("", "");
    }

    #[test]
    fn what_may_be_more_stays() {
        for text in [
            "Two\nlines\n---\n",
            "a | b\n--|--\n1 | 2\n",
            "# head\ntext\n\n",
            "- item\nlazy\n\n",
            "<div>\ntext\n</div>\n",
            " indented text\n",
            "text\n  and more\n",
            "text\n: more\n",
            "**bold** text\n",
            "[x]: y\ntext\n",
            "text\n \n",
            "text of it\r\n\r\n",
            "éa text\n",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn code_between_fences_stays() {
        check(
            "```sh\nls -l\n\necho\n```\n\ntext\n",
            "```sh\nls -l\n\necho\n```\n\nt\n",
        );
        check("~~~~\n\ncode\n~~~\n\ncode\n", "~~~~\n\ncode\n~~~\n\ncode\n");
        check("- ```\n\ntext\n", "- ```\n\nt\n");
    }
}
