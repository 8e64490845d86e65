//! The argument by which an engine on another machine may be used.

use clap::Args;
use labrun_run::Reach;

/// Which engines a run may use.
#[derive(Debug, Default, Args)]
pub(crate) struct EngineReach {
    /// Allow an engine on another machine. Its containers do not see the lab folder, and the ports that they open are not
    /// at 127.0.0.1 here: a lab that mounts a folder or asks a port fails there
    #[arg(long)]
    without_mounts_and_ports: bool,
}

impl EngineReach {
    /// The same as a run takes it.
    pub(crate) fn get(&self) -> Reach {
        if self.without_mounts_and_ports {
            Reach::WithoutMountsAndPorts
        } else {
            Reach::ThisMachine
        }
    }
}
