//! What a check was answered each time it was asked, and when: a short series that reports draw. It decides nothing.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one attempt of a check was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// From the first question to this answer.
    pub elapsed: Duration,
    /// What came.
    pub answered: Answered,
}

/// What came of one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered {
    /// Rows of values as text, NULL as the empty text. A question that is not SQL is answered with one row: the words
    /// that the check compares, such as a container's state and its health.
    Rows(Vec<Vec<String>>),
    /// No answer, and why.
    Nothing(String),
}

/// The answers of one check in their order, of which a long series keeps fewer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    kept: Vec<Sample>,
    /// How many there were.
    seen: usize,
    /// Of how many answers one is kept.
    stride: usize,
}

impl Samples {
    /// At most so many are kept: as many as a plot has room for.
    pub const MOST: usize = 240;
    /// Of an answer at most so many rows and columns are kept, and of a value so many characters.
    const ROWS: usize = 8;
    const COLUMNS: usize = 16;
    const CHARACTERS: usize = 200;

    /// Adds an answer. The first and the last are always kept, and those between at equal distances.
    pub fn push(&mut self, elapsed: Duration, answered: Answered) {
        // The last one was kept only because it was the last.
        if self.seen > 0 && !(self.seen - 1).is_multiple_of(self.stride) {
            self.kept.pop();
        }
        self.kept.push(Sample {
            elapsed,
            answered: answered.shortened(),
        });
        self.seen += 1;
        if self.kept.len() > Self::MOST {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                (index - 1) % 2 == 0
            });
            self.stride *= 2;
        }
    }

    /// The answers that are kept, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Sample> {
        self.kept.iter()
    }

    /// The same answers with every text changed.
    #[must_use]
    pub fn with_texts(mut self, change: impl Fn(&str) -> String) -> Self {
        for sample in &mut self.kept {
            match &mut sample.answered {
                Answered::Rows(rows) => {
                    for value in rows.iter_mut().flatten() {
                        *value = change(value);
                    }
                }
                Answered::Nothing(reason) => *reason = change(reason),
            }
        }
        self
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

impl Default for Samples {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            seen: 0,
            stride: 1,
        }
    }
}

impl Answered {
    /// As much of it as a report shows.
    fn shortened(self) -> Self {
        let cut = |text: &String| text.chars().take(Samples::CHARACTERS).collect::<String>();
        match self {
            Self::Rows(rows) => Self::Rows(
                rows.iter()
                    .take(Samples::ROWS)
                    .map(|row| row.iter().take(Samples::COLUMNS).map(cut).collect())
                    .collect(),
            ),
            Self::Nothing(reason) => Self::Nothing(cut(&reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(length: u64) -> Samples {
        let mut samples = Samples::default();
        for number in 0..length {
            let row = vec![number.to_string()];
            samples.push(Duration::from_secs(number), Answered::Rows(vec![row]));
        }
        samples
    }

    #[track_caller]
    fn check(length: u64, step: u64) {
        let samples = series(length);
        let at: Vec<u64> = samples
            .iter()
            .map(|sample| sample.elapsed.as_secs())
            .collect();
        let mut expected: Vec<u64> = (0..length).filter(|at| at % step == 0).collect();
        if expected.last() != Some(&(length - 1)) {
            expected.push(length - 1);
        }
        assert_eq!(at, expected, "{length}");
        assert!(samples.len() <= Samples::MOST);
    }

    #[test]
    fn a_long_series_keeps_its_ends_and_equal_distances() {
        check(1, 1);
        check(7, 1);
        check(240, 1);
        check(241, 2);
        check(242, 2);
        check(480, 4);
        check(7200, 32);
        assert!(Samples::default().is_empty());
    }

    #[test]
    fn a_large_answer_is_kept_in_part() {
        let mut samples = Samples::default();
        samples.push(
            Duration::ZERO,
            Answered::Rows(vec![vec!["é".repeat(999); 99]; 99]),
        );
        samples.push(Duration::ZERO, Answered::Nothing("x".repeat(999)));
        let kept: Vec<&Answered> = samples.iter().map(|sample| &sample.answered).collect();
        assert_eq!(
            kept,
            [
                &Answered::Rows(vec![vec!["é".repeat(200); 16]; 8]),
                &Answered::Nothing("x".repeat(200)),
            ]
        );
    }
}
