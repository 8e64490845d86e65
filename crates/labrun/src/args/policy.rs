//! The arguments of `labrun policy`, and the one that every run has of it.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// `labrun policy`.
#[derive(Debug, Args)]
#[command(after_long_help = POLICY)]
pub(crate) struct Policy {
    /// Only these labs [default: all]
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) labs: Vec<String>,

    #[command(flatten)]
    pub(crate) by: PolicyFile,

    /// Print one JSON object a line for each finding, on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// Print annotations for a job of GitHub Actions, too; in such a job that is the default
    #[arg(long)]
    pub(crate) github: bool,
}

/// Which policy holds.
#[derive(Debug, Default, Args)]
pub(crate) struct PolicyFile {
    /// Refuse what this policy does not allow, before the first step [default: labrun.policy.toml beside book.toml,
    /// where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

const POLICY: &str = "\
Nothing is started. Compose files are resolved by the real `docker compose config`, which needs no engine; commands \
such as `docker run` are read as they are typed. Without a file the built-in policy holds: nothing dangerous, any \
image, and ports on loopback only. `labrun run`, `record` and `accept` refuse the same where the file is there, or \
is named. It is a seat belt, not a sandbox: a step is a shell with the engine's socket, and what a script does is \
not seen.

labrun.policy.toml says what is allowed beyond that; every key may be left out:
  images = [\"postgres:17\", \"ghcr.io/me/*\"]   these images only, where the key is there
  addresses = [\"0.0.0.0\"]                     where ports may be published, beside 127.0.0.1 and ::1
  capabilities = [\"NET_ADMIN\"]
  devices = [\"/dev/fuse\"]                     `gpus` for all GPUs
  namespaces = [\"network\"]                    the host's network, pid, ipc, user, uts or cgroup
  folders = [\"/usr/share/zoneinfo\"]           of the host, outside of the lab folder
  allow = [\"build\"]                           also privileged, engine-socket, unconfined
  [labs.NAME]                                 the same keys, for one lab in addition

Exit codes:
  0    everything that the labs ask for is allowed
  2    something is refused, or the policy's file is wrong
  3    `docker compose` is missing, and a lab writes a compose file
  4    the book has no labs";
