//! What was measured: lines of a kind, a name, a size and a value, and the medians of them. Pure.

use std::collections::BTreeMap;

/// Everything that was measured, in the order of its rounds.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    words: BTreeMap<(String, String), String>,
    numbers: BTreeMap<(String, String, String), Vec<f64>>,
}

/// A tool with the time in milliseconds that it took for so many steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) times: Vec<(u32, f64)>,
}

impl Tool {
    /// What each step beyond the first costs, in milliseconds, of the most steps that were tried; nothing where the
    /// machine had so much else to do that more steps took less.
    pub(crate) fn slope(&self) -> Option<f64> {
        let (&(few, short), &(many, long)) = (self.times.first()?, self.times.last()?);
        (many > few && long > short).then(|| (long - short) / f64::from(many - few))
    }
}

/// The five seconds that a standby sleeps whose receiver came before the primary listened, with some room, in
/// milliseconds.
const RACE: f64 = 4000.0;

impl Figures {
    /// Reads lines with tabs between their four fields.
    ///
    /// # Errors
    /// The first line that is none.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut figures = Self::default();
        for (index, line) in text.lines().enumerate() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [kind, name, size, value] = fields.as_slice() else {
                return Err(format!("line {}: not four fields: {line}", index + 1));
            };
            if matches!(*kind, "fact" | "version") {
                let key = ((*kind).to_owned(), (*name).to_owned());
                figures.words.insert(key, (*value).to_owned());
                continue;
            }
            let number: f64 = value
                .parse()
                .map_err(|_| format!("line {}: `{value}` is no number", index + 1))?;
            let key = ((*kind).to_owned(), (*name).to_owned(), (*size).to_owned());
            figures.numbers.entry(key).or_default().push(number);
        }
        Ok(figures)
    }

    /// A fact of the run, such as the machine; empty where it was not noted.
    pub(crate) fn fact(&self, name: &str) -> &str {
        self.word("fact", name)
    }

    /// The version of a program.
    pub(crate) fn version(&self, name: &str) -> &str {
        self.word("version", name)
    }

    fn word(&self, kind: &str, name: &str) -> &str {
        let key = (kind.to_owned(), name.to_owned());
        self.words.get(&key).map_or("", String::as_str)
    }

    /// The median of what was measured under a kind, a name and a size.
    pub(crate) fn median(&self, kind: &str, name: &str, size: &str) -> Option<f64> {
        median(self.all(kind, name, size).to_vec())
    }

    fn all(&self, kind: &str, name: &str, size: &str) -> &[f64] {
        let key = (kind.to_owned(), name.to_owned(), size.to_owned());
        self.numbers.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The median of the runs of chapter 3 without the race, and how many had it. A run of which a standby slept five
    /// seconds is a run of another kind.
    pub(crate) fn chapter(&self, name: &str) -> Option<(f64, usize)> {
        let all = self.all("chapter", name, "");
        let best = all.iter().copied().fold(f64::INFINITY, f64::min);
        let calm: Vec<f64> = all
            .iter()
            .copied()
            .filter(|time| *time < best + RACE)
            .collect();
        let raced = all.len() - calm.len();
        Some((median(calm)?, raced))
    }

    /// The tools that did steps, the quickest of many steps first.
    pub(crate) fn tools(&self) -> Vec<Tool> {
        let mut tools: BTreeMap<&str, Vec<(u32, f64)>> = BTreeMap::new();
        for ((kind, name, size), times) in &self.numbers {
            if let ("steps", Ok(size), Some(time)) =
                (kind.as_str(), size.parse(), median(times.clone()))
            {
                tools.entry(name).or_default().push((size, time));
            }
        }
        let mut tools: Vec<Tool> = tools
            .into_iter()
            .map(|(name, mut times)| {
                times.sort_by_key(|(size, _)| *size);
                Tool {
                    name: name.to_owned(),
                    times,
                }
            })
            .collect();
        let most = |tool: &Tool| tool.times.last().map_or(0.0, |(_, time)| *time);
        tools.sort_by(|one, other| most(one).total_cmp(&most(other)));
        tools
    }

    /// How long some labs took in parallel: the number of jobs and milliseconds.
    pub(crate) fn parallel(&self) -> Vec<(u32, f64)> {
        let mut rows: Vec<(u32, f64)> = self
            .numbers
            .iter()
            .filter(|((kind, ..), _)| kind == "parallel")
            .filter_map(|((_, _, jobs), times)| Some((jobs.parse().ok()?, median(times.clone())?)))
            .collect();
        rows.sort_by_key(|(jobs, _)| *jobs);
        rows
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.as_slice() {
        [] => None,
        odd if odd.len() % 2 == 1 => odd.get(middle).copied(),
        even => Some((even.get(middle - 1)? + even.get(middle)?) / 2.0),
    }
}
