//! Values with PostgreSQL's own types, as relations compare them: positions, numbers, times, lengths of time and text.
//!
//! Reads what PostgreSQL and Docker print, and calculates; what is compared with what is [`crate::Relation`]'s to say.

mod duration;
mod timestamp;

use std::cmp::Ordering;

use crate::relation::Sign;
use crate::value::ValueKind;

/// A value that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// A position in the write-ahead log, in bytes.
    Lsn(u64),
    /// A whole number; of two positions the difference in bytes.
    Int(i128),
    /// A process id.
    Pid(u64),
    /// A moment, in nanoseconds since 1970, by UTC where it has a zone and else by its own clock.
    Timestamp {
        /// The nanoseconds.
        nanoseconds: i128,
        /// Whether it says its zone.
        has_zone: bool,
    },
    /// A length of time in nanoseconds; a month has 30 days and a day 24 hours, as where PostgreSQL compares intervals.
    Duration(i128),
    /// Anything else, compared as text.
    Text(String),
}

/// What a [`Quantity`] is, known before there is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityKind {
    /// A position in the write-ahead log.
    Lsn,
    /// A whole number.
    Int,
    /// A process id.
    Pid,
    /// A moment.
    Timestamp,
    /// A length of time.
    Duration,
    /// Text of some kind; [`ValueKind::Any`] where it may be any.
    Text(ValueKind),
}

impl QuantityKind {
    /// What the value of a placeholder is.
    pub fn of(kind: ValueKind) -> Self {
        match kind {
            ValueKind::Lsn => Self::Lsn,
            ValueKind::Int => Self::Int,
            ValueKind::Pid => Self::Pid,
            ValueKind::Timestamp => Self::Timestamp,
            ValueKind::Duration => Self::Duration,
            ValueKind::Id | ValueKind::Ip | ValueKind::Uuid | ValueKind::Any => Self::Text(kind),
        }
    }

    /// What comes of adding or taking away; `None` where it has no meaning.
    pub fn combined(self, sign: Sign, other: Self) -> Option<Self> {
        match (self, sign, other) {
            (Self::Lsn, Sign::Minus, Self::Lsn) => Some(Self::Int),
            (Self::Lsn | Self::Int, _, Self::Int) => Some(self),
            (Self::Timestamp, Sign::Minus, Self::Timestamp) => Some(Self::Duration),
            (Self::Timestamp | Self::Duration, _, Self::Duration) => Some(self),
            _ => None,
        }
    }

    /// Whether the two can be compared for equality.
    pub fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(another)) => {
                one == another || one == ValueKind::Any || another == ValueKind::Any
            }
            (Self::Pid, Self::Int) | (Self::Int, Self::Pid) => true,
            _ => self == other,
        }
    }

    /// Whether one of two such values can be the smaller one.
    pub fn is_ordered(self) -> bool {
        !matches!(self, Self::Text(_) | Self::Pid)
    }

    /// The kind in words, for messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lsn => "a position in the write-ahead log",
            Self::Int => "a whole number",
            Self::Pid => "a process id",
            Self::Timestamp => "a moment",
            Self::Duration => "a length of time",
            Self::Text(ValueKind::Id) => "an identifier",
            Self::Text(ValueKind::Ip) => "an IP address",
            Self::Text(ValueKind::Uuid) => "a UUID",
            Self::Text(_) => "a text",
        }
    }
}

impl Quantity {
    /// Reads a value as it is printed; `None` where it is not of the kind.
    pub fn read(kind: QuantityKind, text: &str) -> Option<Self> {
        match kind {
            QuantityKind::Lsn => lsn(text).map(Self::Lsn),
            QuantityKind::Int => text.trim().parse().ok().map(Self::Int),
            QuantityKind::Pid => text.trim().parse().ok().map(Self::Pid),
            QuantityKind::Timestamp => {
                timestamp::read(text).map(|(nanoseconds, has_zone)| Self::Timestamp {
                    nanoseconds,
                    has_zone,
                })
            }
            QuantityKind::Duration => duration::read(text).map(Self::Duration),
            QuantityKind::Text(_) => Some(Self::Text(text.to_owned())),
        }
    }

    /// The sum or the difference; `None` where it has no meaning or is beyond all numbers.
    pub fn combined(&self, sign: Sign, other: &Self) -> Option<Self> {
        let calculate = |one: i128, another: i128| match sign {
            Sign::Plus => one.checked_add(another),
            Sign::Minus => one.checked_sub(another),
        };
        match (self, other) {
            (Self::Lsn(one), Self::Lsn(another)) if sign == Sign::Minus => {
                calculate((*one).into(), (*another).into()).map(Self::Int)
            }
            (Self::Lsn(one), Self::Int(bytes)) => calculate((*one).into(), *bytes)
                .and_then(|position| u64::try_from(position).ok())
                .map(Self::Lsn),
            (Self::Int(one), Self::Int(another)) => calculate(*one, *another).map(Self::Int),
            (
                Self::Timestamp {
                    nanoseconds: one,
                    has_zone,
                },
                Self::Timestamp {
                    nanoseconds: another,
                    has_zone: other_has,
                },
            ) if sign == Sign::Minus && has_zone == other_has => {
                calculate(*one, *another).map(Self::Duration)
            }
            (
                Self::Timestamp {
                    nanoseconds,
                    has_zone,
                },
                Self::Duration(length),
            ) => calculate(*nanoseconds, *length).map(|nanoseconds| Self::Timestamp {
                nanoseconds,
                has_zone: *has_zone,
            }),
            (Self::Duration(one), Self::Duration(another)) => {
                calculate(*one, *another).map(Self::Duration)
            }
            _ => None,
        }
    }

    /// The order of the two; `None` where they cannot be compared, as a moment with a zone and one without. Texts are
    /// equal or greater: their order means nothing.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Lsn(one), Self::Lsn(another)) => Some(one.cmp(another)),
            (Self::Int(one), Self::Int(another))
            | (Self::Duration(one), Self::Duration(another)) => Some(one.cmp(another)),
            (Self::Pid(one), Self::Pid(another)) => Some(one.cmp(another)),
            (Self::Pid(one), Self::Int(another)) => Some(i128::from(*one).cmp(another)),
            (Self::Int(one), Self::Pid(another)) => Some(one.cmp(&i128::from(*another))),
            (
                Self::Timestamp {
                    nanoseconds: one,
                    has_zone,
                },
                Self::Timestamp {
                    nanoseconds: another,
                    has_zone: other_has,
                },
            ) => (has_zone == other_has).then(|| one.cmp(another)),
            (Self::Text(one), Self::Text(another)) => Some(if one == another {
                Ordering::Equal
            } else {
                Ordering::Greater
            }),
            _ => None,
        }
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Lsn(position) => write!(
                formatter,
                "{:X}/{:X}",
                position >> 32,
                position & u64::from(u32::MAX)
            ),
            Self::Int(number) => write!(formatter, "{number}"),
            Self::Pid(number) => write!(formatter, "{number}"),
            Self::Timestamp {
                nanoseconds,
                has_zone,
            } => formatter.write_str(&timestamp::written(*nanoseconds, *has_zone)),
            Self::Duration(nanoseconds) => formatter.write_str(&duration::written(*nanoseconds)),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

/// `0/3000148`: two halves of 32 bits in hexadecimal digits.
fn lsn(text: &str) -> Option<u64> {
    let (high, low) = text.trim().split_once('/')?;
    let half = |digits: &str| {
        let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        valid.then(|| u32::from_str_radix(digits, 16).ok())?
    };
    Some(u64::from(half(high)?) << 32 | u64::from(half(low)?))
}

/// A decimal number in units of `unit`, which are `scale` of what is counted; digits that are too small to count are
/// left out.
fn scaled(number: &str, scale: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut total = whole.parse::<i128>().ok()?.checked_mul(scale)?;
    let mut place = scale;
    for digit in fraction.bytes() {
        place /= 10;
        total = total.checked_add(place.checked_mul(i128::from(digit - b'0'))?)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn lsn_is(text: &str, expected: Option<u64>) {
        assert_eq!(
            Quantity::read(QuantityKind::Lsn, text),
            expected.map(Quantity::Lsn)
        );
    }

    #[test]
    fn a_position_has_two_halves() {
        lsn_is("0/3000148", Some(0x300_0148));
        lsn_is("1/0", Some(1 << 32));
        lsn_is("FFFFFFFF/FFFFFFFF", Some(u64::MAX));
        lsn_is("100000000/0", None);
        lsn_is("3000148", None);
        lsn_is("0/+1", None);
        let (one, other) = (Quantity::Lsn(1 << 32), Quantity::Lsn((1 << 32) - 1));
        assert_eq!(one.order(&other), Some(Ordering::Greater));
        assert_eq!(one.combined(Sign::Minus, &other), Some(Quantity::Int(1)));
        assert_eq!(other.combined(Sign::Minus, &one), Some(Quantity::Int(-1)));
        assert_eq!(one.combined(Sign::Plus, &other), None);
        assert_eq!(one.to_string(), "1/0");
    }

    #[test]
    fn kinds_combine_as_their_values_do() {
        use QuantityKind as Kind;
        let values = [
            (Kind::Lsn, Quantity::Lsn(5)),
            (Kind::Int, Quantity::Int(1)),
            (Kind::Pid, Quantity::Pid(1)),
            (
                Kind::Timestamp,
                Quantity::Timestamp {
                    nanoseconds: 0,
                    has_zone: true,
                },
            ),
            (Kind::Duration, Quantity::Duration(1)),
            (Kind::Text(ValueKind::Any), Quantity::Text("a".to_owned())),
        ];
        for (kind, value) in &values {
            for (other_kind, other) in &values {
                for sign in [Sign::Plus, Sign::Minus] {
                    assert_eq!(
                        kind.combined(sign, *other_kind).is_some(),
                        value.combined(sign, other).is_some(),
                        "{kind:?} {sign:?} {other_kind:?}"
                    );
                }
                assert_eq!(
                    kind.equals(*other_kind),
                    value.order(other).is_some(),
                    "{kind:?} {other_kind:?}"
                );
            }
        }
    }

    #[test]
    fn moments_with_and_without_a_zone_cannot_be_compared() {
        let read = |text| Quantity::read(QuantityKind::Timestamp, text).unwrap();
        let zoned = read("2026-11-22 10:11:12+02");
        assert_eq!(
            zoned.order(&read("2026-11-22 08:11:12Z")),
            Some(Ordering::Equal)
        );
        assert_eq!(zoned.order(&read("2026-11-22 08:11:12")), None);
        let later = zoned.combined(Sign::Plus, &Quantity::Duration(1_500_000_000));
        assert_eq!(
            later.map(|moment| moment.to_string()),
            Some("2026-11-22 08:11:13.5+00".to_owned())
        );
    }
}
