//! One line of the page written anew for what was printed: a placeholder that still stands for its value stays. Pure.

use labrun_model::{Pattern, Piece, blank_end};

/// Whether a text as the page writes it stands for another text.
pub(crate) type Fits<'a> = &'a dyn Fn(&str, &str) -> bool;

/// The longest value of a placeholder in words: `About an hour and a half`.
const MOST_WORDS: usize = 6;

/// A printed line or cell as a page writes it, so that no part of it is taken for a placeholder.
pub fn literal(printed: &str) -> String {
    let text = blank_end(printed);
    let is_plain = matches!(
        Pattern::parse(text).pieces.as_slice(),
        [] | [Piece::Text(_)]
    );
    let means_itself = Pattern::parse(text)
        .pieces
        .first()
        .is_none_or(|piece| *piece == Piece::Text(text.to_owned()));
    if is_plain && means_itself {
        text.to_owned()
    } else {
        text.replace('<', "\\<")
    }
}

/// A line of text with the words of the printed line, but for the words of the page that vary and still fit.
pub(crate) fn merged(page: &str, printed: &str, fits: Fits<'_>) -> String {
    let words: Vec<&str> = page.split_whitespace().collect();
    let varying = words.iter().any(|word| varies(word));
    let spans = word_spans(printed);
    if !varying {
        return literal(printed);
    }
    let kept = kept_words(&words, printed, &spans, fits);
    let mut line = String::new();
    let mut end = 0;
    for (word, first, last) in kept {
        let (Some(from), Some(to)) = (spans.get(first), spans.get(last)) else {
            continue;
        };
        line.push_str(&literal_part(printed.get(end..from.0).unwrap_or("")));
        line.push_str(words.get(word).copied().unwrap_or(""));
        end = to.1;
    }
    line.push_str(&literal_part(printed.get(end..).unwrap_or("")));
    let line = blank_end(&line).to_owned();
    // Words that fit one by one need not fit together: a name may then stand for two values.
    if fits(&line, printed) {
        line
    } else {
        literal(printed)
    }
}

/// A row of a table: the cells of the page that still fit, the others as they were printed, in columns as wide as the page's.
pub(crate) fn merged_row(page: &str, printed: &str, widths: &[usize], fits: Fits<'_>) -> String {
    let cells = |line: &'_ str| -> Vec<String> { line.split('|').map(str::to_owned).collect() };
    let (old, new) = (cells(page), cells(printed));
    let is_same_width = old.len() == new.len();
    let last = new.len().saturating_sub(1);
    let drawn: Vec<String> = new
        .iter()
        .enumerate()
        .map(|(index, came)| {
            let value = came.trim();
            let kept = old.get(index).map(|cell| cell.trim());
            let kept = kept.filter(|cell| is_same_width && fits(cell, value));
            let text = kept.map_or_else(|| literal(value), str::to_owned);
            let width = widths.get(index).map_or(0, |width| width.saturating_sub(2));
            let padding = " ".repeat(width.saturating_sub(text.chars().count()));
            if is_right_aligned(came) {
                format!(" {padding}{text} ")
            } else if index == last {
                format!(" {text}")
            } else {
                format!(" {text}{padding} ")
            }
        })
        .collect();
    blank_end(&drawn.join("|")).to_owned()
}

/// psql pads numbers on the left, and everything else on the right.
fn is_right_aligned(cell: &str) -> bool {
    let value = cell.trim();
    let is_number = value.parse::<f64>().is_ok();
    cell.starts_with("  ") || (is_number && !cell.ends_with("  "))
}

fn varies(word: &str) -> bool {
    let pieces = Pattern::parse(word).pieces;
    pieces.iter().any(|piece| !matches!(piece, Piece::Text(_)))
}

/// Text between kept words. What it holds is never a placeholder of the page.
fn literal_part(text: &str) -> String {
    let blank_end = text.len() - text.trim_end().len();
    let (body, blanks) = text.split_at(text.len() - blank_end);
    literal(body) + blanks
}

/// Where each word begins and ends.
fn word_spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (character.is_whitespace(), start) {
            (true, Some(from)) => {
                spans.push((from, at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    spans.extend(start.map(|from| (from, text.len())));
    spans
}

/// The words of the page that vary and still fit, each with the first and the last printed word that it stands for: as
/// many words as possible in their order, where plain words that are the same help to find the place.
fn kept_words(
    words: &[&str],
    printed: &str,
    spans: &[(usize, usize)],
    fits: Fits<'_>,
) -> Vec<(usize, usize, usize)> {
    let width = spans.len() + 1;
    let mut best: Vec<(usize, usize)> = vec![(0, 0); (words.len() + 1) * width];
    for p in (0..words.len()).rev() {
        for a in (0..spans.len()).rev() {
            let at = |p: usize, a: usize| best.get(p * width + a).map_or(0, |best| best.0);
            // A step of 0 leaves the word out; another one is how many printed words it stands for.
            let mut found = (at(p + 1, a).max(at(p, a + 1)), 0);
            let longest = if varies(words[p]) { MOST_WORDS } else { 1 };
            for length in 1..=longest.min(spans.len() - a) {
                let value = printed.get(spans[a].0..spans[a + length - 1].1);
                let score = at(p + 1, a + length) + 1;
                if score >= found.0 && value.is_some_and(|value| fits(words[p], value)) {
                    found = (score, length);
                }
            }
            best[p * width + a] = found;
        }
    }
    let (mut p, mut a) = (0, 0);
    let mut kept = Vec::new();
    while p < words.len() && a < spans.len() {
        let (score, length) = best[p * width + a];
        if length > 0 {
            if varies(words[p]) {
                kept.push((p, a, a + length - 1));
            }
            (p, a) = (p + 1, a + length);
        } else if best[(p + 1) * width + a].0 == score {
            p += 1;
        } else {
            a += 1;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `<int>` is a whole number, `<ts>` a date with or without a time, everything else itself.
    fn fits(page: &str, text: &str) -> bool {
        let is_date = |text: &str| text.len() == 10 && text.matches('-').count() == 2;
        match page {
            "<int>" => text.parse::<u32>().is_ok(),
            "<ts>" => match text.split_once(' ') {
                Some((date, time)) => is_date(date) && time.len() == 8 && time.contains(':'),
                None => is_date(text),
            },
            page if page.contains("<int>") || page.contains("<ts>") => {
                let words: Vec<&str> = page.split_whitespace().collect();
                let came: Vec<&str> = text.split_whitespace().collect();
                let longer = usize::from(page.contains("<ts>"));
                words.len() + longer >= came.len()
            }
            page => page.replace("\\<", "<") == text,
        }
    }

    #[test]
    fn what_was_printed_is_no_placeholder() {
        assert_eq!(literal("a <b> < c  "), "a <b> < c");
        assert_eq!(literal("a <ip>"), "a \\<ip>");
        assert_eq!(literal("a \\<ip>"), "a \\\\<ip>");
        for text in ["a <ip>", "\\<x", "<<lsn>>", "", "<a"] {
            let pieces = Pattern::parse(&literal(text)).pieces;
            let expected: Vec<Piece> = match text {
                "" => Vec::new(),
                text => vec![Piece::Text(text.to_owned())],
            };
            assert_eq!(pieces, expected, "{text}");
        }
    }

    #[test]
    fn a_placeholder_stays_where_its_value_still_comes() {
        let check = |page: &str, printed: &str, expected: &str| {
            assert_eq!(merged(page, printed, &fits), expected);
        };
        check("pid <int> up", "pid 42 down", "pid <int> down");
        check("  pid <int>", "    pid  42  x", "    pid  <int>  x");
        check("at <ts> old", "at 2026-01-02 10:11:12 new", "at <ts> new");
        check("<int> a <int>", "7 b x", "<int> b x");
        check("pid <int>", "no <ip> here", "no \\<ip> here");
        check("plain", "other", "other");
    }

    #[test]
    fn a_row_keeps_its_cells_and_the_columns_of_the_page() {
        let check = |page: &str, printed: &str, expected: &str| {
            assert_eq!(merged_row(page, printed, &[7, 8], &fits), expected);
        };
        check(" <int> | x", "  42 | yes", " <int> | yes");
        check(" a     |    1", " bb | 2", " bb    |      2");
        check(" a | b", " a | b | c", " a     | b      | c");
    }
}
