//! A part of the labs for one of several machines, chosen so that a new lab moves no other. Pure.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// One of several parts: `2/5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1.
    number: u16,
    of: u16,
}

impl Shard {
    /// Every one of so many parts.
    pub(crate) fn all(of: u16) -> impl Iterator<Item = Self> {
        (1..=of).map(move |number| Self { number, of })
    }

    /// Whether a lab is in this part. It is so by the lab's name alone: whatever other labs there are, it stays where it is.
    pub(crate) fn holds(self, lab: &str) -> bool {
        let digest = Sha256::digest(lab.as_bytes());
        let number = digest
            .iter()
            .take(8)
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        number % u64::from(self.of) == u64::from(self.number - 1)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "a shard is its number and how many there are, such as 2/5";
        let (number, of) = text.split_once('/').ok_or(form)?;
        let of = of.parse().map_err(|_| form.to_owned())?;
        let number = number.parse().map_err(|_| form.to_owned())?;
        match (number, of) {
            (_, 0) => Err("there is at least one shard: 1/1".to_owned()),
            (0, _) => Err(format!("shards are counted from 1: 1/{of} to {of}/{of}")),
            (number, of) if number > of => Err(format!("of {of} shards the last is {of}/{of}")),
            (number, of) => Ok(Self { number, of }),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

    use super::*;

    #[test]
    fn a_shard_is_a_number_of_so_many() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        assert_eq!("1/1".parse(), Ok(Shard { number: 1, of: 1 }));
        for text in [
            "",
            "/",
            "1",
            "0/5",
            "6/5",
            "1/0",
            "0/0",
            "a/b",
            "-1/5",
            "1/5/5",
            " 1/5",
            "1/99999999",
        ] {
            let wrong = text.parse::<Shard>();
            assert!(wrong.is_err_and(|help| help.contains('/')), "{text}");
        }
    }

    #[test]
    fn a_name_stays_where_it_is_in_every_version() {
        let of = |name: &str| {
            Shard::all(5)
                .find(|shard| shard.holds(name))
                .unwrap()
                .number
        };
        assert_eq!(["chapter1", "chapter2", "chapter3"].map(of), [1, 3, 5]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// That it needs nothing but the name is why adding a lab moves none.
        #[test]
        fn every_lab_is_in_exactly_one_shard(name in any::<String>(), of in 1_u16..200) {
            let shards = Shard::all(of).filter(|shard| shard.holds(&name));
            prop_assert_eq!(shards.count(), 1);
        }
    }
}
