//! Reading the engine's times, `2026-11-23T00:34:00.5+07:00`, and nothing else about calendars.

use std::time::{Duration, SystemTime};

/// The moment, with the fraction of its second.
pub(crate) fn moment(text: &str) -> Option<SystemTime> {
    let digits = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = digits.split(|c: char| !c.is_ascii_digit()).next()?;
    let nanoseconds: u32 = format!("{digits:0<9}").get(..9)?.parse().ok()?;
    let since = Duration::new(seconds(text)?, nanoseconds);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// Seconds since 1970; `None` for what is not such a time.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let (clock, offset) = split_offset(time)?;
    let mut clock = clock
        .split('.')
        .next()?
        .splitn(3, ':')
        .map(str::parse::<i64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    u64::try_from(seconds).ok()
}

/// The clock without its zone, and the zone in seconds east of Greenwich.
fn split_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let at = time.rfind(['+', '-'])?;
    let (hours, minutes) = time[at + 1..].split_once(':')?;
    let east = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    let sign = if time[at..].starts_with('-') { -1 } else { 1 };
    Some((&time[..at], sign * east))
}

/// Days since 1970-01-01 in the Gregorian calendar, counted in years that begin in March so that the leap day is last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fraction_of_a_second_counts() {
        let at = |text| moment(text).and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        assert_eq!(
            at("1970-01-01T00:00:02.05Z"),
            Some(Duration::from_millis(2050))
        );
        assert_eq!(
            at("1970-01-01T01:00:02+01:00"),
            Some(Duration::from_secs(2))
        );
        let long = at("1970-01-01T00:00:00.1234567891Z");
        assert_eq!(long, Some(Duration::from_nanos(123_456_789)));
        assert_eq!(moment("soon"), None);
    }

    #[test]
    fn the_engines_times_are_read_in_any_zone() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(
            seconds("2026-11-23T00:34:00.123456789Z"),
            Some(1_795_394_040)
        );
        assert_eq!(seconds("2026-11-23T07:34:00+07:00"), Some(1_795_394_040));
        assert_eq!(seconds("2026-11-22T20:04:00-04:30"), Some(1_795_394_040));
        assert_eq!(seconds("2024-02-29T12:00:00Z"), Some(1_709_208_000));
        assert_eq!(seconds("yesterday"), None);
        assert_eq!(seconds("2026-11-23"), None);
    }
}
