//! The flags of a typed command, as docker reads them: `-itv a:b`, `--name=x`, `--name x`.

use super::super::shell::Word;

/// What a flag is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stands alone.
    Switch,
    /// It has a value.
    Value,
}

/// A flag by its long name where it has one, with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flag {
    pub(super) name: String,
    /// `None` for a switch, and where the line ends too early.
    pub(super) value: Option<Value>,
    /// Whether the table knows it.
    pub(super) is_known: bool,
}

/// The value of a flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_plain: bool,
}

/// Flags by long names, and what the short ones stand for.
pub(super) struct Table {
    pub(super) switches: &'static [&'static str],
    pub(super) values: &'static [&'static str],
    pub(super) short: &'static [(char, &'static str)],
}

/// What stands in front of the first word that is no flag.
pub(super) struct Flags<'a> {
    pub(super) flags: Vec<Flag>,
    /// A word that could be a flag, and that nobody can read.
    pub(super) unreadable: Option<&'a Word>,
    /// From the first word that is no flag on.
    pub(super) rest: &'a [Word],
}

impl Table {
    fn kind(&self, name: &str) -> Option<Kind> {
        if self.switches.contains(&name) {
            Some(Kind::Switch)
        } else {
            self.values.contains(&name).then_some(Kind::Value)
        }
    }

    /// Reads the flags in front.
    pub(super) fn read<'a>(&self, words: &'a [Word]) -> Flags<'a> {
        let mut found = Flags {
            flags: Vec::new(),
            unreadable: None,
            rest: words,
        };
        while let Some((word, behind)) = found.rest.split_first() {
            let text = word.text.as_str();
            if text == "--" {
                found.rest = behind;
                break;
            }
            if !text.starts_with('-') || text == "-" {
                // A variable without quotes can become anything, flags as well.
                found.unreadable = (!word.is_plain || text.contains('[')).then_some(word);
                break;
            }
            found.rest = behind;
            let name = text.split('=').next().unwrap_or(text);
            if name.starts_with("--") && name.contains(['$', '`', '{', '*', '?', '[']) {
                found.unreadable = Some(word);
                break;
            }
            if name.starts_with("--") {
                self.long(word, &mut found);
            } else {
                self.short(word, &mut found);
            }
        }
        found
    }

    fn long(&self, word: &Word, found: &mut Flags<'_>) {
        let (name, attached) = match word.text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.text.as_str(), None),
        };
        let kind = self.kind(name);
        let value = match attached {
            Some(text) => Some(Value {
                text: text.to_owned(),
                is_plain: word.is_plain,
            }),
            None if kind == Some(Kind::Switch) => None,
            None => next_word(found),
        };
        found.flags.push(Flag {
            name: name.to_owned(),
            value,
            is_known: kind.is_some(),
        });
    }

    fn short(&self, word: &Word, found: &mut Flags<'_>) {
        let mut letters = word.text.chars().skip(1);
        while let Some(letter) = letters.next() {
            let long = self.short.iter().find(|(short, _)| *short == letter);
            let name = long.map_or_else(|| format!("-{letter}"), |(_, long)| (*long).to_owned());
            let kind = self.kind(&name);
            let mut flag = Flag {
                name,
                value: None,
                is_known: kind.is_some(),
            };
            if kind == Some(Kind::Value) {
                let attached: String = letters.by_ref().collect();
                flag.value = if attached.is_empty() {
                    next_word(found)
                } else {
                    let text = attached.strip_prefix('=').unwrap_or(&attached).to_owned();
                    let is_plain = word.is_plain;
                    Some(Value { text, is_plain })
                };
            }
            found.flags.push(flag);
        }
    }
}

fn next_word(found: &mut Flags<'_>) -> Option<Value> {
    let (word, behind) = found.rest.split_first()?;
    found.rest = behind;
    Some(Value {
        text: word.text.clone(),
        is_plain: word.is_plain,
    })
}

impl Flag {
    /// Whether a switch is on: `--privileged` and `--privileged=true` are, `--privileged=false` is not.
    pub(super) fn is_on(&self) -> bool {
        self.value.as_ref().is_none_or(|value| {
            let is_off = matches!(
                value.text.as_str(),
                "false" | "0" | "f" | "F" | "FALSE" | "False"
            );
            !(value.is_plain && is_off)
        })
    }
}
