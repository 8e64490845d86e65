//! Names of containers and ports of the host that two labs use: a lab that was kept, or one that runs beside, is then in
//! the other's way.
//!
//! They are read from `docker run`, from compose files that steps write, and from whom checks ask. What variables and
//! scripts do is not followed: a lab that has such things is known to be one that runs alone. A run looks again at the
//! machine itself, before its first step.

mod alone;
mod claims;
mod compose;
mod files;
mod typed;

use std::collections::BTreeSet;

use labrun_model::{Diagnostic, Lab, Span};

pub use self::alone::Alone;
use self::claims::{Claim, Thing};

use crate::codes;

/// A clash, at the place of the second of the two labs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Index of the lab in whose chapter the diagnostic stands.
    pub lab: usize,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

/// What a lab takes of the machine and of the engine, as far as its text tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    claims: Vec<Claim>,
    alone: Option<Alone>,
    images: BTreeSet<String>,
    place: Option<String>,
}

/// What two labs that run at the same time have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// The machine with their terminals, and the engine.
    Engine,
    /// The machine with their terminals, and the machine of their engines, which are two.
    Machine,
    /// Only the machine with their terminals.
    Terminals,
}

impl Claims {
    /// What a lab takes.
    pub fn of(lab: &Lab) -> Self {
        claims::of(lab)
    }

    /// Why nothing may run beside the lab, where that is so.
    pub fn alone(&self) -> Option<&Alone> {
        self.alone.as_ref()
    }

    /// The images that it names, in `docker run` and in compose files.
    pub fn images(&self) -> &BTreeSet<String> {
        &self.images
    }

    /// What ties the lab to an engine on this machine, in words: an address or a folder of its own that it uses.
    pub fn here(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// The names that it gives to what it makes in the engine, compose projects too.
    pub fn names(&self) -> BTreeSet<String> {
        let names = self.claims.iter().filter_map(|claim| match &claim.thing {
            Thing::Container(name)
            | Thing::Network(name)
            | Thing::Volume(name)
            | Thing::Project(name) => Some(name.clone()),
            Thing::Nameless(_) | Thing::Port(_) | Thing::Path(_) => None,
        });
        names.collect()
    }

    /// The first thing that both take, in words, so that they cannot run at the same time. Whether one of them runs alone is
    /// not asked.
    pub fn clash(&self, other: &Self, shared: Shared) -> Option<String> {
        let mut pairs = self.claims.iter().flat_map(|mine| {
            let theirs = other.claims.iter();
            theirs.map(move |theirs| (mine, theirs))
        });
        let (mine, _) = pairs.find(|(mine, theirs)| mine.excludes(theirs, shared))?;
        Some(mine.thing.to_string())
    }
}

/// The names and ports that several of these labs use, in the order of the labs and their places.
pub fn clashes(labs: &[Lab]) -> Vec<Clash> {
    let claims: Vec<Vec<Claim>> = labs.iter().map(|lab| claims::of(lab).claims).collect();
    let mut found = Vec::new();
    for (second, mine) in claims.iter().enumerate() {
        for claim in mine {
            let mut earlier = claims.iter().enumerate().take(second);
            let other = earlier.find_map(|(first, theirs)| {
                let same = theirs.iter().find(|other| other.clashes_with(claim))?;
                Some((labs.get(first)?, same))
            });
            if let Some((lab, other)) = other {
                found.push(Clash {
                    lab: second,
                    diagnostic: fault(claim, lab, other.span),
                });
            }
        }
    }
    found
}

fn fault(claim: &Claim, lab: &Lab, other: Span) -> Diagnostic {
    let what = &claim.thing;
    let message = format!("{what} is used by the lab `{}` as well", lab.name);
    let kind = match what {
        Thing::Port(_) => "port",
        _ => "name",
    };
    let help = format!(
        "{} has it: while one of the two runs or was kept, the other cannot; take another {kind}",
        lab.place(other),
    );
    Diagnostic::warning(codes::CLASH, claim.span, message).with_help(help)
}
