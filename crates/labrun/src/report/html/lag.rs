//! Which checks ask how far a standby is behind, and what they were answered over time. Pure.

use labrun_model::{Answered, Check, Probe, Samples};

/// How far a standby was behind, over time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lag {
    /// What the numbers are.
    pub(super) unit: Unit,
    /// Each answer: the seconds since the first question, and the number; `None` where no number came.
    pub(super) points: Vec<(f64, Option<f64>)>,
}

/// What the numbers of a lag are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Bytes of the write-ahead log.
    Bytes,
    /// Whatever the query counts.
    Number,
}

/// The lag that a check asks for: a query that subtracts positions of the write-ahead log, or one about replication that
/// is answered with a number. Of several standbys the one that is furthest behind counts.
pub(super) fn lag(check: &Check, samples: &Samples) -> Option<Lag> {
    let Probe::Postgres { query, .. } = &check.probe else {
        return None;
    };
    let query = query.to_lowercase();
    let unit = if subtracts_positions(&query) {
        Unit::Bytes
    } else if query.contains("pg_stat_replication") || query.contains("pg_stat_wal_receiver") {
        Unit::Number
    } else {
        return None;
    };
    let points: Vec<(f64, Option<f64>)> = samples
        .iter()
        .map(|sample| (sample.elapsed.as_secs_f64(), number(&sample.answered)))
        .collect();
    points
        .iter()
        .any(|(_, number)| number.is_some())
        .then_some(Lag { unit, points })
}

/// `pg_wal_lsn_diff(…)`, or a minus with a position on one of its sides.
fn subtracts_positions(query: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let minus_between = query.match_indices('-').any(|(at, _)| {
        let before = query[..at].trim_end_matches([' ', '(', ')', '\n']);
        let after = query[at + 1..].trim_start_matches([' ', '(', '\n']);
        let left = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
        let right = after.split(|c| !is_word(c)).next().unwrap_or_default();
        left.ends_with("lsn") || right.ends_with("lsn")
    });
    query.contains("wal_lsn_diff") || minus_between
}

/// The largest number that stands alone in its row; anything else is no lag.
fn number(answered: &Answered) -> Option<f64> {
    let Answered::Rows(rows) = answered else {
        return None;
    };
    let numbers = rows.iter().filter_map(|row| match row.as_slice() {
        [cell] => cell.parse::<f64>().ok().filter(|number| number.is_finite()),
        _ => None,
    });
    numbers.reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_positions_is_bytes() {
        for query in [
            "select pg_current_wal_lsn() - replay_lsn from pg_stat_replication",
            "select (pg_current_wal_lsn() - replay_lsn)::text as behind from pg_stat_replication",
            "select pg_wal_lsn_diff(sent_lsn, replay_lsn) from pg_stat_replication",
            "select (s.sent_lsn) - (s.replay_lsn) from pg_stat_replication s",
        ] {
            assert!(subtracts_positions(query), "{query}");
        }
        for query in [
            "select 5 - 3",
            "select state from pg_stat_replication",
            "select a->'lsn_of' from t",
            "select sent_lsn, replay_lsn from pg_stat_replication",
        ] {
            assert!(!subtracts_positions(query), "{query}");
        }
    }

    #[test]
    fn of_several_standbys_the_one_furthest_behind_counts() {
        let rows = |cells: &[&str]| {
            Answered::Rows(cells.iter().map(|cell| vec![(*cell).to_owned()]).collect())
        };
        assert_eq!(number(&rows(&["10", "9.5", ""])), Some(10.0));
        assert_eq!(number(&rows(&["streaming", "NaN"])), None);
        assert_eq!(number(&rows(&[])), None);
        assert_eq!(number(&Answered::Nothing("refused".to_owned())), None);
    }
}
