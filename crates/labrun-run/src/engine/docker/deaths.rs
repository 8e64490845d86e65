//! The last words of containers that died.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bollard::Docker;
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;
use labrun_model::DeadContainer;

use super::connection::Engine;
use super::events::{Mark, Record};

/// How many log lines of a dead container are kept.
const LOG_LINES: usize = 20;
/// How long a failing step waits for the log of a container that has just died.
const LOG_PATIENCE: Duration = Duration::from_millis(500);

impl Engine {
    /// This moment.
    pub fn mark(&self) -> Mark {
        Mark(self.record.heard().deaths.len())
    }

    /// The run's containers that have died since, the last death of each. Waits a moment for a log that is on its way.
    pub fn dead_containers_since(&self, mark: Mark) -> Vec<DeadContainer> {
        let waited =
            self.record
                .changed
                .wait_timeout_while(self.record.heard(), LOG_PATIENCE, |heard| {
                    heard.fetching > 0
                });
        let (heard, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let recent = heard.deaths.get(mark.0..).unwrap_or_default();
        let last: BTreeMap<&str, &DeadContainer> = recent
            .iter()
            .map(|death| (death.name.as_str(), death))
            .collect();
        last.into_values().cloned().collect()
    }
}

/// A container's program has ended; only an end that nobody asked for is a death.
pub(super) fn died(
    docker: &Docker,
    record: &Arc<Record>,
    id: String,
    attributes: &BTreeMap<String, String>,
) {
    let status = attributes
        .get("exitCode")
        .and_then(|code| code.parse().ok());
    let Some(exit_status @ (..=-1 | 1..)) = status else {
        return;
    };
    let mut heard = record.heard();
    if !heard.ledger.has_container(&id) || heard.stopping.contains(&id) {
        return;
    }
    heard.fetching += 1;
    drop(heard);
    let death = DeadContainer {
        name: attributes.get("name").unwrap_or(&id).clone(),
        exit_status,
        log: Vec::new(),
    };
    tokio::spawn(bury(docker.clone(), Arc::clone(record), id, death));
}

/// Fetches the last log lines of a dead container and puts the death on record.
async fn bury(docker: Docker, record: Arc<Record>, id: String, mut death: DeadContainer) {
    let options = LogsOptionsBuilder::new()
        .stdout(true)
        .stderr(true)
        .tail(&LOG_LINES.to_string())
        .build();
    let mut log = Box::pin(docker.logs(&id, Some(options)));
    let mut bytes = Vec::new();
    // The log of a container that is already removed ends in an error: what has come is kept.
    while let Some(Ok(part)) = log.next().await {
        bytes.extend_from_slice(&part.into_bytes());
    }
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    death.log = lines[lines.len().saturating_sub(LOG_LINES)..].to_vec();
    let mut heard = record.heard();
    heard.deaths.push(death);
    heard.fetching -= 1;
    record.changed.notify_all();
}
