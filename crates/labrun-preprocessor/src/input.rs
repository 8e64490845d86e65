//! What mdBook sends to a preprocessor, and which mdBook it is. Pure: bytes in, a book or a sentence out.

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{MDBOOK_VERSION, PreprocessorContext, parse_input};
use serde_json::Value;

/// Why the input is not a book.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputError {
    /// The version of mdBook that sent it, where it says one.
    pub version: Option<String>,
    /// What could not be read.
    pub reason: String,
}

/// A version of mdBook, as far as it decides whether we understand each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    major: u64,
    minor: u64,
}

/// Reads what mdBook sends.
///
/// # Errors
/// When it is no book of mdBook 0.5.
pub fn read_input(input: &[u8]) -> Result<(PreprocessorContext, Book), InputError> {
    parse_input(input).map_err(|error| InputError {
        version: version_of(input),
        reason: error.root_cause().to_string(),
    })
}

fn version_of(input: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(input).ok()?;
    let version = value.get(0)?.get("mdbook_version")?;
    version.as_str().map(str::to_owned)
}

impl Version {
    /// Reads `0.5.4`; `None` for what is no version.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(str::parse::<u64>);
        let major = numbers.next()?.ok()?;
        let minor = numbers.next()?.ok()?;
        Some(Self { major, minor })
    }

    /// Whether this preprocessor was built against a version that is compatible in the sense of `^0.5`: below 1.0 the
    /// second number decides, and a patch never matters.
    pub fn is_compatible(self) -> bool {
        let decisive = |version: Self| match version.major {
            0 => (0, version.minor),
            major => (major, 0),
        };
        Self::parse(MDBOOK_VERSION).is_some_and(|built| decisive(built) == decisive(self))
    }
}

impl std::fmt::Display for InputError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some(version) => write!(
                formatter,
                "cannot read the book that mdBook {version} sends: it needs mdBook ^0.5 ({})",
                self.reason
            ),
            None => write!(
                formatter,
                "standard input is not what mdBook ^0.5 sends to a preprocessor ({})",
                self.reason
            ),
        }
    }
}

impl std::error::Error for InputError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_never_matters() {
        let is_compatible = |text: &str| Version::parse(text).map(Version::is_compatible);
        assert_eq!(is_compatible("0.5.0"), Some(true));
        assert_eq!(is_compatible("0.5.99"), Some(true));
        assert_eq!(is_compatible("0.5.4-dev"), Some(true));
        assert_eq!(is_compatible("0.4.51"), Some(false));
        assert_eq!(is_compatible("0.6.0"), Some(false));
        assert_eq!(is_compatible("1.5.0"), Some(false));
        assert_eq!(is_compatible("new"), None);
    }

    #[test]
    fn an_older_mdbook_is_named() {
        let input = br#"[{"mdbook_version": "0.4.40"}, {"sections": []}]"#;
        let error = read_input(input).unwrap_err().to_string();
        assert!(
            error
                .starts_with("cannot read the book that mdBook 0.4.40 sends: it needs mdBook ^0.5"),
            "{error}"
        );
        let error = read_input(b"hello").unwrap_err().to_string();
        assert!(
            error.starts_with("standard input is not what mdBook ^0.5 sends"),
            "{error}"
        );
    }
}
