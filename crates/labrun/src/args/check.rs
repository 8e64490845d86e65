//! The arguments of `labrun check`, and their help.

use clap::Args;
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// `labrun check`.
#[derive(Debug, Args)]
#[command(after_long_help = CHECK)]
pub(crate) struct Check {
    /// Only these labs [default: all]
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) labs: Vec<String>,

    /// Print one JSON object a line for each finding, on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Print annotations for a job of GitHub Actions, too; in such a job that is the default
    #[arg(long)]
    pub(crate) github: bool,

    /// Fail on warnings as well as on errors
    #[arg(long)]
    pub(crate) deny_warnings: bool,
}

const CHECK: &str = "\
Nothing is run, and no engine is needed. Errors are what keeps a lab from running. Warnings:
  unverified-lab          nothing in the lab can turn red, and a run refuses it
  unverified-step         nothing would notice if the step did not do its work
  weak-expectation        a wrong output would pass as well; it is shown
  misspelt-placeholder    a name in angle brackets is nearly a placeholder
  needless-placeholder    the value is known: a placeholder would accept any other
  clash                   two labs use a container's name or a port
  stale-script            labs/NAME differs from its chapter

A step that means it so says `allow=weak-expectation` behind its fence's language, a whole lab \
`allow = [\"weak-expectation\"]` in its table in book.toml.
Each line of --json has lab, severity, code, path, line, column, message, help and text (the line of the chapter).

Exit codes:
  0    no errors, and no warnings where --deny-warnings is given
  2    errors, or warnings that are denied
  4    the book has no labs";
