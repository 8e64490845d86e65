//! What is weak in a lab although it can be run: commands that nothing verifies, expectations that would also accept a
//! wrong output, placeholders that are misspelt or never needed, steps that are typed at the wrong place, and labs that
//! clash.
//!
//! Pure: labs in, diagnostics out. Nothing is read from disk and no engine is asked. What the text does not say is not
//! guessed: a finding is meant to be worth reading, so that a book can be free of them.
//!
//! `session` follows the reader, `unverified` looks for what nobody would notice, `mutation` changes the expected outputs
//! and sees whether a run would take the change for the truth, `placeholder` looks at names between angle brackets, and
//! `clash` compares labs with each other. `policy` is another question: what the containers of a lab ask for, and whether
//! the book allows it.

mod clash;
mod codes;
mod mutation;
mod names;
mod placeholder;
mod policy;
mod session;
mod unverified;
mod yaml;

use labrun_model::{Diagnostic, Lab};

pub use clash::{Alone, Claims, Clash, Shared, clashes};
pub use codes::{STALE_SCRIPT, WARNINGS};
pub use policy::{Inquiry, POLICY_FINDINGS, Rules, inquire};

/// Everything that one lab's chapter says of its weaknesses, sorted by place.
pub fn inspect(lab: &Lab) -> Vec<Diagnostic> {
    let mut found = session::wrong_sessions(lab);
    found.extend(unverified::unverified(lab));
    found.extend(mutation::weak(lab));
    found.extend(placeholder::misspelt(lab));
    found.extend(placeholder::needless(lab));
    found.sort_by_key(|diagnostic| diagnostic.span);
    found
}
