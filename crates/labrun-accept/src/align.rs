//! Which line of the page stands for which line that was printed: the alignment that changes as little as possible. Pure.

/// What becomes of the page's lines, in the order of the new output. A line of the page that comes in none goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// The line of the page stays as it is written.
    Keep(usize),
    /// The line of the page is written anew, for a line that was printed.
    Rewrite(usize, usize),
    /// A line that was printed comes in.
    Add(usize),
}

/// A line, as far as an alignment looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `...` of the page: any number of lines.
    Skip,
    /// A line of text.
    Text,
    /// The header of a table.
    Header,
    /// A row of a table.
    Row,
}

/// How well a line of the page stands for a line that was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It says what was printed.
    Whole,
    /// A part of it does.
    Part,
    /// Nothing of it does.
    None,
}

/// What a change costs. To drop a line costs most, because it says less afterwards; of a line that was printed and one of
/// the page that does not fit, the one is taken for the new form of the other.
mod cost {
    pub(crate) const ADD: u32 = 4;
    pub(crate) const DROP: u32 = 9;
    pub(crate) const REWRITE_PART: u32 = 5;
    pub(crate) const REWRITE: u32 = 7;
}

/// The most pairs of lines that are looked at: more than any page has.
const MOST_PAIRS: usize = 4_000_000;

/// The changes that cost least; `None` where there are too many lines to say.
pub(crate) fn align(
    page: &[Kind],
    printed: &[Kind],
    fit: &mut dyn FnMut(usize, usize) -> Fit,
) -> Option<Vec<Change>> {
    let width = printed.len() + 1;
    if page.len().saturating_mul(width) > MOST_PAIRS {
        return None;
    }
    // `best[p * width + a]`: the least that it costs from line `p` of the page and printed line `a` on, and the first step.
    let mut best = vec![(0, Step::End); (page.len() + 1) * width];
    for p in (0..=page.len()).rev() {
        for a in (0..width).rev() {
            let at = |p: usize, a: usize| best.get(p * width + a).map_or(u32::MAX / 2, |b| b.0);
            let mut options: Vec<(u32, Step)> = Vec::with_capacity(3);
            if a < printed.len() {
                options.push((at(p, a + 1) + cost::ADD, Step::Add));
            }
            if let Some(kind) = page.get(p) {
                if *kind == Kind::Skip {
                    options.push((at(p + 1, a), Step::Keep));
                } else {
                    options.push((at(p + 1, a) + cost::DROP, Step::Drop));
                }
                if let Some(came) = printed.get(a) {
                    if *kind == Kind::Skip {
                        options.push((at(p, a + 1), Step::Absorb));
                    } else if kind == came {
                        let (cost, step) = match fit(p, a) {
                            Fit::Whole => (0, Step::Match),
                            Fit::Part => (cost::REWRITE_PART, Step::Rewrite),
                            Fit::None => (cost::REWRITE, Step::Rewrite),
                        };
                        options.push((at(p + 1, a + 1) + cost, step));
                    }
                }
            }
            // Of two that cost the same the last one listed is taken: a line is rewritten before another comes in.
            if let Some(least) = options.into_iter().rev().min_by_key(|(cost, _)| *cost) {
                best[p * width + a] = least;
            }
        }
    }
    Some(walk(&best, width))
}

/// One step of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    End,
    /// A `...` stays, and stands for nothing more.
    Keep,
    /// A `...` stands for one more printed line.
    Absorb,
    Match,
    Rewrite,
    Drop,
    Add,
}

fn walk(best: &[(u32, Step)], width: usize) -> Vec<Change> {
    let (mut p, mut a) = (0, 0);
    let mut changes = Vec::new();
    while let Some((_, step)) = best.get(p * width + a) {
        match step {
            Step::End => break,
            Step::Keep => {
                changes.push(Change::Keep(p));
                p += 1;
            }
            Step::Absorb => a += 1,
            Step::Match => {
                changes.push(Change::Keep(p));
                (p, a) = (p + 1, a + 1);
            }
            Step::Rewrite => {
                changes.push(Change::Rewrite(p, a));
                (p, a) = (p + 1, a + 1);
            }
            Step::Drop => p += 1,
            Step::Add => {
                changes.push(Change::Add(a));
                a += 1;
            }
        }
    }
    changes
}

/// The printed lines in the order of the page, where their own order means nothing: each line of the page takes the first
/// printed line that fits and is free, and those that are left over fill the gaps.
pub(crate) fn in_page_order(
    wanted: &[usize],
    came: &[usize],
    fit: &mut dyn FnMut(usize, usize) -> Fit,
) -> Vec<usize> {
    let mut free: Vec<usize> = came.to_vec();
    let taken: Vec<Option<usize>> = wanted
        .iter()
        .map(|&wanted| {
            let at = free.iter().position(|&a| fit(wanted, a) == Fit::Whole)?;
            Some(free.remove(at))
        })
        .collect();
    let mut rest = free.into_iter();
    let mut ordered: Vec<usize> = taken
        .into_iter()
        .filter_map(|taken| taken.or_else(|| rest.next()))
        .collect();
    ordered.extend(rest);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(lines: &[&str]) -> Vec<Kind> {
        let kind = |line: &&str| match *line {
            "..." => Kind::Skip,
            _ => Kind::Text,
        };
        lines.iter().map(kind).collect()
    }

    /// Draws each change: a line that stays, `old>new`, or `+new`. Lines with the same first letter fit in part.
    #[track_caller]
    fn check(page: &[&str], printed: &[&str], expected: &[&str]) {
        let mut fit = |p: usize, a: usize| match (page[p], printed[a]) {
            (one, other) if one == other => Fit::Whole,
            (one, other) if one[..1] == other[..1] => Fit::Part,
            _ => Fit::None,
        };
        let changes = align(&kinds(page), &kinds(printed), &mut fit).unwrap();
        let drawn: Vec<String> = changes
            .into_iter()
            .map(|change| match change {
                Change::Keep(p) => page[p].to_owned(),
                Change::Rewrite(p, a) => format!("{}>{}", page[p], printed[a]),
                Change::Add(a) => format!("+{}", printed[a]),
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn what_fits_stays_and_the_rest_changes() {
        check(&["a", "b"], &["a", "b"], &["a", "b"]);
        check(&["a", "b", "c"], &["a", "x", "c"], &["a", "b>x", "c"]);
        check(&["a", "c"], &["a", "b", "c"], &["a", "+b", "c"]);
        check(&["a", "b", "c"], &["a", "c"], &["a", "c"]);
        check(&["b1"], &["x", "b2", "y"], &["+x", "b1>b2", "+y"]);
        check(&[], &["a"], &["+a"]);
        check(&["a"], &[], &[]);
    }

    #[test]
    fn dots_stay_where_they_stand_for_something() {
        check(
            &["a", "...", "c"],
            &["a", "1", "2", "c"],
            &["a", "...", "c"],
        );
        check(&["...", "c1"], &["1", "2", "c2"], &["...", "c1>c2"]);
        check(&["a", "..."], &["b", "1", "2"], &["a>b", "..."]);
        check(&["a", "...", "b"], &["a", "b"], &["a", "...", "b"]);
    }

    #[test]
    fn rows_without_an_order_keep_the_page_order() {
        let page = ["b", "a", "c"];
        let printed = ["a", "x", "b"];
        let mut fit = |p: usize, a: usize| match page[p] == printed[a] {
            true => Fit::Whole,
            false => Fit::None,
        };
        assert_eq!(in_page_order(&[0, 1, 2], &[0, 1, 2], &mut fit), [2, 0, 1]);
        assert_eq!(in_page_order(&[0], &[0, 1, 2], &mut fit), [2, 0, 1]);
        assert_eq!(in_page_order(&[2, 0], &[0, 2], &mut fit), [0, 2]);
    }
}
