//! The arguments of `labrun doctor`.

use clap::Args;
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// `labrun doctor`.
#[derive(Debug, Args)]
#[command(after_long_help = DOCTOR)]
pub(crate) struct Doctor {
    /// Only what this lab needs [default: what all labs of the book need; outside a book, what any lab may need]
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) lab: Option<String>,

    /// Look at this container engine [default: the one that `labrun run` finds]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,

    /// Print one JSON object a line on standard output: each line of the table, then the whole
    #[arg(long)]
    pub(crate) json: bool,
}

const DOCTOR: &str = "\
The lines of the table:
  endpoint  where the engine answers, what named it, and whether it is on this machine
  engine    its name and its versions
  compose   the plugin's version, and whether it accepts the files that the labs write
  images    those that the labs run; a missing one is not pulled
  names     whether one container finds another by its name, tried with two of a lab's image
  health    whether the engine asks a container for its health
  disk      room for temporary files, for recordings, and where the engine keeps its data
  ports     those that the labs take, and the names of their containers
  psql      PostgreSQL's client
  sudo      how the labs' steps become root
  programs  what else the labs call

A line is `ok`, `not right` with what to do about it, or `not tried` with the reason. What is made in the
engine is removed, also after Ctrl-C.

With --json, each line is an object with `line`, its `status` (\"ok\", \"not-right\" or \"not-tried\"), and `found`
with `remedy` where it is not right, or `reason` where it was not tried. The last object has `right` (true or
false) and the number of lines by status: `ok`, `not_right`, `not_tried`.

Exit codes:
  0    everything that the labs need is right
  2    a chapter or book.toml is wrong, or the arguments are
  3    a line is not right, or something that was made could not be removed
  130  interrupted by Ctrl-C, after cleaning up";
