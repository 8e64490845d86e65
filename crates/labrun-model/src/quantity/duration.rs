//! Lengths of time as PostgreSQL, Docker and people write them, in nanoseconds.

use super::scaled;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 24 * 60 * 60 * SECOND;

/// The units, each by the words for it. A month has 30 days and a year 12 months, as where PostgreSQL compares.
const UNITS: [(&[&str], i128); 10] = [
    (&["ns"], 1),
    (&["us", "µs"], 1_000),
    (&["ms"], 1_000_000),
    (&["s", "sec", "secs", "second", "seconds"], SECOND),
    (&["m", "min", "mins", "minute", "minutes"], 60 * SECOND),
    (&["h", "hr", "hrs", "hour", "hours"], 60 * 60 * SECOND),
    (&["d", "day", "days"], DAY),
    (&["week", "weeks"], 7 * DAY),
    (&["mon", "mons", "month", "months"], 30 * DAY),
    (&["year", "years"], 360 * DAY),
];

/// Reads `00:00:01.5`, `1 day 02:00:00`, `-1 days +02:03:00`, `350ms`, `1.5 s`, `1m 2s` and Docker's words.
pub(super) fn read(text: &str) -> Option<i128> {
    match text.trim() {
        "" => None,
        "Less than a second" => Some(0),
        "About a minute" => Some(60 * SECOND),
        "About an hour" => Some(60 * 60 * SECOND),
        parts => sum(parts),
    }
}

fn sum(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        total = total.checked_add(part)?;
        rest = after.trim_start();
    }
    Some(total)
}

/// The first part with its sign, and what follows it.
fn part(text: &str) -> Option<(i128, &str)> {
    let (sign, unsigned) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => (1, text),
    };
    let clock_end = unsigned
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ':')
        .unwrap_or(unsigned.len());
    let (number, after) = unsigned.split_at(clock_end);
    if number.contains(':') {
        return Some((sign * clock(number)?, after));
    }
    let after = after.trim_start();
    let unit_end = after
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(after.len());
    let (unit, after) = after.split_at(unit_end);
    let (_, scale) = UNITS.iter().find(|(words, _)| words.contains(&unit))?;
    Some((sign * scaled(number, *scale)?, after))
}

/// `HH:MM` or `HH:MM:SS.fraction`.
fn clock(text: &str) -> Option<i128> {
    let mut parts = text.split(':');
    let hours = scaled(parts.next()?, 60 * 60 * SECOND)?;
    let minutes = scaled(parts.next()?, 60 * SECOND)?;
    let seconds = scaled(parts.next().unwrap_or("0"), SECOND)?;
    if parts.next().is_some() {
        return None;
    }
    hours.checked_add(minutes)?.checked_add(seconds)
}

/// The length in seconds, `6.25s`.
pub(super) fn written(nanoseconds: i128) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let size = nanoseconds.unsigned_abs();
    let (whole, fraction) = (size / 1_000_000_000, size % 1_000_000_000);
    let number = format!("{sign}{whole}.{fraction:09}");
    format!("{}s", number.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, seconds: &str) {
        assert_eq!(read(text).map(written).as_deref(), Some(seconds), "{text}");
    }

    #[test]
    fn lengths_of_time_as_programs_write_them() {
        check("00:00:01.5", "1.5s");
        check("-00:00:01", "-1s");
        check("1 day 02:00:00", "93600s");
        check("-1 days +02:03:00", "-79020s");
        check("1 year 2 mons 3 days", "36547200s");
        check("350ms", "0.35s");
        check("1.5 s", "1.5s");
        check("3 seconds", "3s");
        check("1m 2s", "62s");
        check("1h30m", "5400s");
        check("5µs", "0.000005s");
        check("2 weeks", "1209600s");
        check("About an hour", "3600s");
        check("Less than a second", "0s");
        for wrong in [
            "", "5", "soon", "1:2:3:4", "1 parsec", "1.2.3s", "- 1s", ":", "é",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&"9".repeat(60)), None);
        assert_eq!(read(&format!("{} years", "9".repeat(38))), None);
    }
}
