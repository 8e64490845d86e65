//! The words by which the findings are known. `reference.md` explains each, and a test holds the two together.

/// A block that is typed where the terminal is not. The only error among the findings.
pub(crate) const WRONG_SESSION: &str = "wrong-session";
/// A step whose effect nothing would notice.
pub(crate) const UNVERIFIED_STEP: &str = "unverified-step";
/// A lab of which nothing can turn red.
pub(crate) const UNVERIFIED_LAB: &str = "unverified-lab";
/// An expectation that a wrong output would pass as well.
pub(crate) const WEAK_EXPECTATION: &str = "weak-expectation";
/// A name in angle brackets that is nearly a placeholder.
pub(crate) const MISSPELT_PLACEHOLDER: &str = "misspelt-placeholder";
/// A placeholder where the value is known.
pub(crate) const NEEDLESS_PLACEHOLDER: &str = "needless-placeholder";
/// A name or a port that two labs use.
pub(crate) const CLASH: &str = "clash";
/// A script below `labs/` that differs from its chapter; found by those who can read files.
pub const STALE_SCRIPT: &str = "stale-script";

/// The warnings, which a lab's `allow` in book.toml can name.
pub const WARNINGS: [&str; 7] = [
    UNVERIFIED_LAB,
    UNVERIFIED_STEP,
    WEAK_EXPECTATION,
    MISSPELT_PLACEHOLDER,
    NEEDLESS_PLACEHOLDER,
    CLASH,
    STALE_SCRIPT,
];
