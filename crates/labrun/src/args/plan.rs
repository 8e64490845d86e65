//! The arguments of `labrun plan`.

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// `labrun plan`.
#[derive(Debug, Args)]
#[command(after_long_help = PLAN)]
pub(crate) struct Plan {
    /// Only these labs [default: all]
    #[arg(value_name = "LAB", add = ArgValueCandidates::new(labs))]
    pub(crate) labs: Vec<String>,

    /// What is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: PlanFormat,

    /// A job for each of so many shards that has a lab, instead of one for each lab
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) shards: Option<u16>,
}

/// For whom the plan is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    /// A matrix for a job of GitHub Actions, in one line
    Github,
    /// A child pipeline for GitLab
    Gitlab,
    /// Everything that is known of the labs: what they take, what they need, which of them clash
    #[default]
    Json,
}

const PLAN: &str = "\
GitHub Actions: a job writes the matrix, and another has a run of itself for each entry.
  echo \"matrix=$(labrun plan --format github)\" >> \"$GITHUB_OUTPUT\"
  strategy: { fail-fast: false, matrix: \"${{ fromJSON(needs.plan.outputs.matrix) }}\" }
  run: labrun run ${{ matrix.labs }}

GitLab: a job keeps the pipeline as an artifact, and another triggers it. What its jobs have in common stands
before it, under `default:`.
  cat .gitlab/labs.yml <(labrun plan --format gitlab) > labs.yml

Nothing is run, and no engine is asked.

Exit codes:
  0  written
  2  a chapter or book.toml is wrong, or the arguments are
  4  there is no lab";
