//! The arguments of `labrun verify`.

use clap::Args;
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// `labrun verify`.
#[derive(Debug, Args)]
#[command(after_long_help = VERIFY)]
pub(crate) struct Verify {
    /// The lab's name, as book.toml has it; without it, the labs are listed
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) lab: Option<String>,

    /// Use this container engine [default: as `labrun run` finds it]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,

    /// Print one JSON object a line on standard output: each check, then the whole
    #[arg(long)]
    pub(crate) json: bool,
}

const VERIFY: &str = "\
Every check of the chapter is asked once, of the containers, servers and files that are there now. Nothing \
is typed, started or removed. Files are looked for in the current folder: go to the folder in which you follow \
the chapter, and name the book with --book where it is not above it.

A check that does not hold, although a later one does, belongs to a state that the chapter has left behind.

Exit codes:
  0    every check holds
  1    not everything is done yet: the report says what comes next
  2    a chapter or book.toml is wrong, or the arguments are
  3    a check asks the container engine, and none answers
  4    the lab has no check
  130  interrupted by Ctrl-C";
