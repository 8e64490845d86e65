//! The logs of a run's containers as they are at its end, of which a bounded part is kept.

use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt as _;
use futures_util::future::join_all;

use super::connection::Engine;
use crate::engine::patience::{Patience, within};
use crate::interrupt::Interrupts;

/// How many lines of a log are asked for, and how many bytes of them are kept.
const LINES: usize = 5000;
const BYTES: usize = 1 << 20;
/// How long all of them together may take.
const DEADLINE: Duration = Duration::from_secs(10);

impl Engine {
    /// The last lines of each container that the run has made and that is still there, by name, with the times that the
    /// engine noted. A log that cannot be read is left out, and so are all where the engine does not answer in time.
    pub fn logs(&self, interrupts: &Interrupts) -> Vec<(String, String)> {
        let containers = self.created().containers;
        let all = join_all(
            containers
                .into_iter()
                .map(|(id, name)| log(&self.docker, id, name)),
        );
        let patience = Patience::UntilSignal(interrupts);
        let mut logs = self
            .block_on(within(all, DEADLINE, patience))
            .unwrap_or_default();
        logs.retain(|(_, text)| !text.is_empty());
        logs.sort();
        logs
    }
}

async fn log(docker: &Docker, id: String, name: String) -> (String, String) {
    let options = LogsOptionsBuilder::new()
        .stdout(true)
        .stderr(true)
        .timestamps(true)
        .tail(&LINES.to_string())
        .build();
    let mut parts = Box::pin(docker.logs(&id, Some(options)));
    let mut bytes = Vec::new();
    while let Some(Ok(part)) = parts.next().await {
        bytes.extend_from_slice(&part.into_bytes());
        if bytes.len() > 2 * BYTES {
            bytes.drain(..bytes.len() - BYTES);
        }
    }
    let kept = &bytes[bytes.len().saturating_sub(BYTES)..];
    (name, String::from_utf8_lossy(kept).into_owned())
}
