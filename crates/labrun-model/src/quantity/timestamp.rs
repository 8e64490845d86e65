//! Moments as PostgreSQL writes them in its ISO style, in nanoseconds since 1970.

use super::scaled;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 24 * 60 * 60 * SECOND;

/// Reads a date, or a date and a time, with or without a zone. With a zone the moment is that of UTC.
pub(super) fn read(text: &str) -> Option<(i128, bool)> {
    let text = text.trim();
    let date = text.get(..10)?;
    let rest = text.get(10..)?;
    let mut total = days(date)?.checked_mul(DAY)?;
    let zone_at = rest.find(['+', '-', 'Z', 'U']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    total = total.checked_add(time(clock.trim_start_matches('T').trim())?)?;
    if zone.is_empty() {
        return Some((total, false));
    }
    Some((total.checked_sub(offset(zone)?)?, true))
}

/// The day since 1970 of `2026-11-22`.
fn days(date: &str) -> Option<i128> {
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = number(parts.next()?, 2)?;
    let day = number(parts.next()?, 2)?;
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && parts.next().is_none();
    // Years that begin in March have their odd day at the end.
    let (year, month) = if month < 3 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    let before = year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    valid.then_some(before + (month * 153 + 2) / 5 + day - 1 - 719_468)
}

/// `10:11`, `10:11:12.5`, or nothing, which is midnight.
fn time(text: &str) -> Option<i128> {
    if text.is_empty() {
        return Some(0);
    }
    let mut parts = text.split(':');
    let hours = number(parts.next()?, 2)?;
    let minutes = number(parts.next()?, 2)?;
    let seconds = scaled(parts.next().unwrap_or("0"), SECOND)?;
    let valid = hours <= 24 && minutes < 60 && seconds <= 60 * SECOND && parts.next().is_none();
    valid.then_some((hours * 60 + minutes) * 60 * SECOND + seconds)
}

/// `Z`, `UTC`, `+02`, `-03:30` or `+0530`.
fn offset(text: &str) -> Option<i128> {
    let (sign, digits) = match text.split_at_checked(1)? {
        _ if matches!(text, "Z" | "UTC") => return Some(0),
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = minutes.trim_start_matches(':');
    let minutes = if minutes.is_empty() {
        0
    } else {
        number(minutes, 2)?
    };
    Some(sign * (number(hours, 2)? * 60 + minutes) * 60 * SECOND)
}

fn number(text: &str, length: usize) -> Option<i128> {
    let valid = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    valid.then(|| text.parse().ok())?
}

/// The moment as PostgreSQL writes it.
pub(super) fn written(nanoseconds: i128, has_zone: bool) -> String {
    let (day, within) = (nanoseconds.div_euclid(DAY), nanoseconds.rem_euclid(DAY));
    let (year, month, date) = civil(day);
    let seconds = within / SECOND;
    let clock = format!(
        "{:02}:{:02}:{:02}.{:09}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        within % SECOND
    );
    let clock = clock.trim_end_matches('0').trim_end_matches('.');
    let zone = if has_zone { "+00" } else { "" };
    format!("{year:04}-{month:02}-{date:02} {clock}{zone}")
}

/// Year, month and day of a day since 1970.
fn civil(day: i128) -> (i128, i128, i128) {
    // Days since the first of March of the year 0, in eras of 400 years.
    let shifted = day + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (era * 400 + year + carry, month, date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let read = read(text).map(|(moment, has_zone)| written(moment, has_zone));
        assert_eq!(read.as_deref(), Some(shown), "{text}");
    }

    #[test]
    fn moments_as_postgresql_writes_them() {
        check("1970-01-01", "1970-01-01 00:00:00");
        check("2026-11-22 10:11:12.5+00", "2026-11-22 10:11:12.5+00");
        check("2026-11-22T10:11Z", "2026-11-22 10:11:00+00");
        check("2026-11-22 10:11:12 UTC", "2026-11-22 10:11:12+00");
        check("2026-03-01 00:30:00+01", "2026-02-28 23:30:00+00");
        check("2024-02-29 20:00:00-05:30", "2024-03-01 01:30:00+00");
        check("2000-12-31 23:59:60", "2001-01-01 00:00:00");
        check("1969-12-31 23:59:59.25", "1969-12-31 23:59:59.25");
        for wrong in [
            "",
            "2026-13-01",
            "2026-11-22 1:2",
            "yesterday",
            "2026-11-22 10:11+x",
            "2026-11-é2",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(
            read("2026-11-22").map(|(moment, _)| moment / DAY),
            Some(20_779)
        );
    }
}
