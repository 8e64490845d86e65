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
use labrun_run::verifies_something;

pub use clash::{Alone, Claims, Clash, Shared, clashes};
pub use codes::{STALE_SCRIPT, WARNINGS};
pub use policy::{Inquiry, POLICY_FINDINGS, Rules, inquire};

/// What is to be said of a lab that a run refuses because nothing in it could turn red.
pub fn verifies_nothing(lab: &Lab) -> Option<Diagnostic> {
    let first = lab.blocks.first().map(|block| block.span().start);
    let line = lab.source.line_span(lab.source.line(first.unwrap_or(0)));
    let message = "nothing in this lab can turn red, so a run refuses it and ends with 4";
    let fault = Diagnostic::warning(codes::UNVERIFIED_LAB, line, message);
    let help = if lab.steps().next().is_none() {
        "it has no step: give a fence of commands the language `sh`"
    } else {
        "show what a step prints in a `text` fence below it, an empty one where that is nothing, or add a `toml check`"
    };
    (!verifies_something(lab)).then(|| fault.with_help(help))
}

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
