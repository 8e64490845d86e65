//! The arguments of `labrun accept`.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::policy::PolicyFile;
use super::reach::EngineReach;
use crate::commands::completions::labs;

/// `labrun accept`.
#[derive(Debug, Args)]
#[command(after_long_help = ACCEPT)]
pub(crate) struct Accept {
    /// The lab's name, as book.toml has it; without it, the labs are listed
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) lab: Option<String>,

    /// Write without asking
    #[arg(long, short)]
    pub(crate) yes: bool,

    /// Show what would change, and write nothing
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,

    /// Use this container engine [default: as `labrun run` finds it]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,

    #[command(flatten)]
    pub(crate) by: PolicyFile,

    #[command(flatten)]
    pub(crate) reach: EngineReach,
}

const ACCEPT: &str = "\
The whole lab is run, and goes on where only an output differs. Then the expected lines that differ are \
written anew, the change is shown, and you are asked before the chapter is written. Placeholders that \
still stand for their values stay, and so do lines and rows that still match; `...` stays. Nothing else \
is touched: no command, no check, no sentence.

When a step or a check failed in another way (a status, a timeout, a wrong session), nothing is written: \
that is no output to be accepted. Read the change before you accept it: what is printed now is not \
right because it is printed.

Exit codes:
  0    nothing differs, or the chapter is written
  1    the lab failed otherwise, an output cannot be written, you said no, or (--dry-run) something
       differs
  2    a chapter or book.toml is wrong, or the arguments are; without a terminal `--yes` or
       `--dry-run` is needed
  3, 4, 130  as `labrun run`";
