//! The typed placeholders of an expectation, `<lsn>` or `<sent_lsn>`: what text each kind of value accepts.

/// A place in an expected line that stands for one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The whole name between the angle brackets, `sent_lsn`. A name that says more than its type is a capture: it means
    /// the same value in the whole lab. A bare `lsn` means the same value in one output, and `any` never does.
    pub name: String,
    /// What the value must look like: the part of the name after its last underscore.
    pub kind: ValueKind,
}

/// What a placeholder's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// `<lsn>`: a write-ahead log position as PostgreSQL prints it, `0/3000148`.
    Lsn,
    /// `<pid>`: a process id, digits only.
    Pid,
    /// `<int>`: a whole number, with a sign where it is negative.
    Int,
    /// `<id>`: an identifier of a container or an object: letters, digits, `_`, `-` and `.`.
    Id,
    /// `<ip>`: an IPv4 or IPv6 address, with a `/prefix` where there is one.
    Ip,
    /// `<uuid>`: 8-4-4-4-12 hexadecimal digits.
    Uuid,
    /// `<ts>`: a date, or a date and time, in ISO order: `2026-11-22 10:11:12.5+00`.
    Timestamp,
    /// `<duration>`: a length of time: `00:00:01.5`, `1 day 02:00:00`, `1.2s`, `350ms`, `3 seconds`, `About a minute`.
    Duration,
    /// `<any>`: any text of at least one character; `<token_any>` captures it.
    Any,
}

impl Placeholder {
    /// Reads the name between the brackets; `None` where its type is not known, so that `<table>` stays plain text.
    pub fn parse(name: &str) -> Option<Self> {
        let mut characters = name.chars();
        let valid = characters.next().is_some_and(|c| c.is_ascii_lowercase())
            && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        let kind = ValueKind::from_name(name.rsplit('_').next().unwrap_or(name))?;
        valid.then(|| Self {
            name: name.to_owned(),
            kind,
        })
    }

    /// Whether the same name elsewhere in the output must stand for the same value.
    pub fn binds(&self) -> bool {
        self.is_capture() || self.kind != ValueKind::Any
    }

    /// Whether the name says more than its type, so that it stands for the same value in the whole lab.
    pub fn is_capture(&self) -> bool {
        self.name != self.kind.name()
    }
}

impl ValueKind {
    /// Every kind with its name, in the order of the reference.
    pub const ALL: [(&'static str, Self); 9] = [
        ("lsn", Self::Lsn),
        ("pid", Self::Pid),
        ("ts", Self::Timestamp),
        ("ip", Self::Ip),
        ("int", Self::Int),
        ("id", Self::Id),
        ("uuid", Self::Uuid),
        ("duration", Self::Duration),
        ("any", Self::Any),
    ];

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| *kind)
    }

    /// The name as it stands in a placeholder.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("any", |(name, _)| name)
    }

    /// A POSIX extended regular expression for the kind, without anchors and without capture groups of its own that
    /// matter. It is at once what the runner matches with and what an extracted script hands to bash.
    pub fn expression(self) -> &'static str {
        match self {
            Self::Lsn => "[0-9A-F]{1,8}/[0-9A-F]{1,8}",
            Self::Pid => "[0-9]+",
            Self::Int => "[-+]?[0-9]+",
            Self::Id => "[A-Za-z0-9_][A-Za-z0-9_.-]*",
            Self::Ip => "([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)(/[0-9]{1,3})?",
            Self::Uuid => "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
            Self::Timestamp => {
                "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)?( ?(Z|UTC|[-+][0-9]{2}(:?[0-9]{2})?))?"
            }
            Self::Duration => {
                "(About (a|an) (minute|hour)|Less than a second|[-+]?[0-9]+(\\.[0-9]+)? ?(ns|us|µs|ms|s|m|h|d|seconds?|minutes?|hours?|days?|weeks?|mons?|months?|years?|mins?|hrs?|secs?)( ?[-+]?[0-9]+(\\.[0-9]+)? ?(ms|s|m|h|days?|mons?|months?|years?|mins?|hours?|secs?))*( [-+]?[0-9]+:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?)?|[-+]?[0-9]+:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?)"
            }
            Self::Any => ".+",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_the_last_part_of_the_name() {
        assert_eq!(
            Placeholder::parse("lsn").map(|p| p.kind),
            Some(ValueKind::Lsn)
        );
        assert_eq!(
            Placeholder::parse("sent_lsn").map(|p| p.kind),
            Some(ValueKind::Lsn)
        );
        assert_eq!(Placeholder::parse("table"), None);
        assert_eq!(Placeholder::parse("Sent_lsn"), None);
        assert_eq!(Placeholder::parse(""), None);
        assert_eq!(Placeholder::parse("_lsn"), None);
    }

    #[test]
    fn a_name_that_says_more_than_its_type_is_a_capture() {
        let read = |name| Placeholder::parse(name).map(|p| (p.is_capture(), p.binds()));
        assert_eq!(read("sent_lsn"), Some((true, true)));
        assert_eq!(read("lsn"), Some((false, true)));
        assert_eq!(read("any"), Some((false, false)));
        assert_eq!(read("token_any"), Some((true, true)));
    }

    #[test]
    fn every_kind_has_one_name() {
        for (name, kind) in ValueKind::ALL {
            assert_eq!(kind.name(), name);
            assert_eq!(ValueKind::from_name(name), Some(kind));
        }
    }
}
