//! The arguments of a run: which part of the lab, how it goes, and where its reports go.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::policy::PolicyFile;
use super::reach::EngineReach;
use super::report::{ReportTo, bundle};
use crate::commands::completions::labs;
use crate::shard::Shard;

/// `labrun run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The lab's name, as book.toml has it; without it, the labs are listed. Several are run one after the other, or at
    /// the same time with `-j`
    #[arg(value_name = "LAB", add = ArgValueCandidates::new(labs))]
    pub(crate) labs: Vec<String>,

    #[command(flatten)]
    pub(crate) many: Many,

    /// Use this container engine: unix:///run/podman/podman.sock, tcp://host:port, ssh://user@host [default: DOCKER_HOST,
    /// the docker context, the usual sockets]. Given several times, labs are shared out among the engines
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Vec<String>,

    #[command(flatten)]
    pub(crate) reach: EngineReach,

    /// Leave containers and the lab folder as they are at the end; `labrun clean` removes them
    #[arg(long, help_heading = "How it goes")]
    pub(crate) keep: bool,

    /// Go on after a failed step or check, as long as the terminal can be used
    #[arg(long, help_heading = "How it goes")]
    pub(crate) keep_going: bool,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Also write a report: FILE.html for a browser, FILE.xml as JUnit, FILE.jsonl as JSON lines, or `github` for
    /// annotations in a job of GitHub Actions, where it is the default. May be given several times; see `labrun help
    /// reports`
    #[arg(long, value_name = "FILE", help_heading = "Reports")]
    pub(crate) report: Vec<ReportTo>,

    /// Also pack what somebody needs who looks at the run elsewhere, without its secrets: recordings, container logs, the
    /// resolved compose files, versions, the chapter and a report. A run that fails packs it by itself, and says where. Of
    /// several labs each has its own: FILE-LAB.tar.gz
    #[arg(long, value_name = "FILE.tar.gz", value_parser = bundle, help_heading = "Reports")]
    pub(crate) bundle: Option<PathBuf>,

    #[command(flatten, next_help_heading = "How it goes")]
    pub(crate) by: PolicyFile,

    #[command(flatten)]
    pub(crate) pace: Pace,

    /// Show the steps and checks without running anything
    #[arg(long, conflicts_with_all = ["keep", "keep_going", "step"], help_heading = "How it goes")]
    pub(crate) dry_run: bool,
}

/// Which labs are run, and how many at once.
#[derive(Debug, Args)]
#[command(next_help_heading = "Many labs")]
pub(crate) struct Many {
    /// Run every lab of the book. One that fails does not end the others; the exit code is that of the worst: interrupted,
    /// then 3, 2, 1, 4, 0
    #[arg(long, conflicts_with = "labs")]
    pub(crate) all: bool,

    /// Run so many labs at once, or `auto` for as many as there are processors. Labs that use the same names or ports are
    /// never run at once, and one of which that cannot be known runs alone
    #[arg(short, long, value_name = "N", default_value = "1")]
    pub(crate) jobs: Jobs,

    /// Run only this part of the labs, for one of several machines: `2/5` is the second of five. Where a lab belongs is
    /// said by its name alone, so that a new lab moves no other
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
}

/// How many labs run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jobs(pub(crate) usize);

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self(
                std::thread::available_parallelism().map_or(1, Into::into),
            ));
        }
        match text.parse() {
            Ok(number @ 1..) => Ok(Self(number)),
            _ => Err("a number of labs, 1 or more, or `auto`".to_owned()),
        }
    }
}

/// Who says when the next step is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "How it goes")]
pub(crate) struct Pace {
    /// Before each step show what the chapter says, and wait: Enter does the step, `s` lends you the live session until
    /// Ctrl-], `c` goes on without asking, `q` ends the run. Needs a terminal
    #[arg(long)]
    pub(crate) step: bool,

    /// Leave the lab standing, and run again on each save of the chapter, of a file that it includes, and of book.toml: from
    /// the first step that has changed where that is sound, else all. Sound it is where everything before the step passed as
    /// it stands in the chapter now, what its shells knew can be brought back, and the steps that were done behind it only
    /// observe. A save during a run ends it before its next step. Ctrl-C ends, and everything is removed
    #[arg(long, conflicts_with_all = ["step", "dry_run", "keep", "from"])]
    pub(crate) watch: bool,
}

/// The part of a lab that is wanted.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Part of a lab")]
pub(crate) struct Selection {
    /// Stop after this step: its number, or the name that its fence gives it
    #[arg(long, value_name = "STEP")]
    pub(crate) until: Option<String>,

    /// Stop after this section: its heading, its anchor or its number, as `labrun list --sections` has them. A chapter
    /// is one story, so every step before it is run as well, and must pass; only the checks of earlier sections are
    /// left out
    #[arg(long, value_name = "SECTION", conflicts_with_all = ["until", "from"])]
    pub(crate) only: Option<String>,

    /// Go on with this step in the lab that an earlier run left standing with `--keep`, passed or failed. The chapter
    /// before the step must be as it was then; sessions are opened again, but variables and functions of a shell are
    /// not. At the end everything of that run is removed, unless it is kept again
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<String>,
}
