//! Listening to the engine while the run types: what the run makes, and which of its containers die.
//!
//! Whose an object is, is decided in [`crate::engine::ledger`]; this file only brings the news and fetches the last
//! log lines of a dead container before compose removes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bollard::Docker;
use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::{EventsOptionsBuilder, LogsOptionsBuilder};
use futures_util::StreamExt;
use labrun_model::DeadContainer;

use super::connection::{Engine, words};
use crate::engine::doings::{Client, Doings};
use crate::engine::ledger::{Created, Kind, Ledger, Object};

/// How many log lines of a dead container are kept.
const LOG_LINES: usize = 20;
/// How long a failing step waits for the log of a container that has just died.
const LOG_PATIENCE: Duration = Duration::from_millis(500);
/// Pauses before the stream is opened again after it broke; past the last one it is given up.
const RETRIES: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
];
/// Signals that ask a program to do something else than to end: HUP, USR1, USR2, CHLD, CONT, STOP, TSTP, URG, WINCH.
const NOT_ENDING: [&str; 9] = ["1", "10", "12", "17", "18", "19", "20", "23", "28"];

/// What the engine's events are followed for.
pub struct Watch {
    /// The folder from which the run's compose projects are made.
    pub lab_folder: PathBuf,
    /// The run's own docker and podman commands that are running now.
    pub clients: Box<dyn Fn() -> Vec<Client> + Send + Sync>,
    /// Is told what exists whenever that has changed, on the engine's thread.
    pub on_created: Box<dyn Fn(&Created) + Send + Sync>,
}

/// A moment in the run, for [`Engine::dead_containers_since`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(usize);

/// What has been heard so far.
#[derive(Default)]
pub(super) struct Record {
    heard: Mutex<Heard>,
    changed: Condvar,
}

#[derive(Default)]
struct Heard {
    ledger: Ledger,
    /// The step that is being typed.
    step: Option<String>,
    /// Containers that somebody has told to stop since they were started.
    stopping: BTreeSet<String>,
    deaths: Vec<DeadContainer>,
    /// Logs that are being fetched.
    fetching: usize,
    warnings: Vec<String>,
}

impl Engine {
    /// Begins to follow the engine's events; once, before the first step.
    pub fn watch(&self, watch: Watch) {
        self.record.heard().ledger = Ledger::new(&watch.lab_folder);
        let listener = Listener {
            docker: self.docker.clone(),
            record: Arc::clone(&self.record),
            watch,
        };
        self.spawn(listener.listen());
    }

    /// Says which text is being typed into a terminal, or that none is.
    pub fn step_running(&self, text: Option<&str>) {
        self.record.heard().step = text.map(str::to_owned);
    }

    /// What the run has made and not removed yet, as far as the events say.
    pub fn created(&self) -> Created {
        self.record.heard().ledger.own()
    }

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

    /// What went wrong with listening since this was last asked.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.record.heard().warnings)
    }
}

impl Record {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        // Nothing that holds the lock leaves the record half changed.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Record").finish_non_exhaustive()
    }
}

/// The task that follows the events.
struct Listener {
    docker: Docker,
    record: Arc<Record>,
    watch: Watch,
}

impl Listener {
    async fn listen(self) {
        // Asking from a moment ago closes the gap between the first step and the engine's first word.
        let mut since = seconds(SystemTime::now());
        let mut retries = RETRIES.iter();
        loop {
            let options = EventsOptionsBuilder::new()
                .since(&since)
                .filters(&filters())
                .build();
            let mut events = Box::pin(self.docker.events(Some(options)));
            let mut reason = "the engine closed it".to_owned();
            while let Some(event) = events.next().await {
                match event {
                    Ok(event) => {
                        since = next_moment(&event).unwrap_or(since);
                        retries = RETRIES.iter();
                        self.hear(event).await;
                    }
                    Err(error) => {
                        reason = words(&error);
                        break;
                    }
                }
            }
            let Some(pause) = retries.next() else {
                self.warn(format!(
                    "the engine's events are lost ({reason}); containers that die are not reported from here on"
                ));
                return;
            };
            if retries.len() + 1 == RETRIES.len() {
                self.warn(format!("the engine's event stream broke: {reason}"));
            }
            tokio::time::sleep(*pause).await;
        }
    }

    async fn hear(&self, event: EventMessage) {
        let (Some(kind), Some(actor)) = (event.typ.and_then(kind_of), event.actor) else {
            return;
        };
        let id = actor.id.unwrap_or_default();
        let mut attributes: BTreeMap<_, _> =
            actor.attributes.unwrap_or_default().into_iter().collect();
        match event.action.as_deref().unwrap_or_default() {
            "create" => self.appeared(kind, id, attributes).await,
            "destroy" => self.change(|heard| heard.ledger.destroyed(kind, &id)),
            "mount" | "connect" => {
                if let Some(container) = attributes.remove("container") {
                    self.change(|heard| heard.ledger.used(kind, &id, &container));
                }
            }
            "start" => drop(self.record.heard().stopping.remove(&id)),
            "kill" => {
                let signal = attributes.remove("signal").unwrap_or_default();
                if !NOT_ENDING.contains(&signal.as_str()) {
                    self.record.heard().stopping.insert(id);
                }
            }
            "die" => self.died(id, &attributes),
            _ => {}
        }
    }

    async fn appeared(&self, kind: Kind, id: String, attributes: BTreeMap<String, String>) {
        let name = attributes.get("name").unwrap_or(&id).clone();
        // Only a container's event carries its labels.
        let labels = match kind {
            Kind::Container => attributes.clone(),
            Kind::Network => self.network_labels(&id).await,
            Kind::Volume => self.volume_labels(&name).await,
        };
        let object = Object {
            kind,
            name,
            image: attributes.get("image").cloned(),
            labels,
            id,
        };
        let clients = &self.watch.clients;
        self.change(move |heard| {
            let doings = Doings {
                clients,
                step: heard.step.as_deref(),
            };
            heard.ledger.created(object, &doings);
        });
    }

    async fn network_labels(&self, id: &str) -> BTreeMap<String, String> {
        let network = self.docker.inspect_network(id, None).await.ok();
        let labels = network.and_then(|network| network.labels);
        labels.unwrap_or_default().into_iter().collect()
    }

    async fn volume_labels(&self, name: &str) -> BTreeMap<String, String> {
        let volume = self.docker.inspect_volume(name).await.ok();
        let labels = volume.map(|volume| volume.labels);
        labels.unwrap_or_default().into_iter().collect()
    }

    /// A container's program has ended; only an end that nobody asked for is a death.
    fn died(&self, id: String, attributes: &BTreeMap<String, String>) {
        let status = attributes
            .get("exitCode")
            .and_then(|code| code.parse().ok());
        let Some(exit_status @ (..=-1 | 1..)) = status else {
            return;
        };
        let mut heard = self.record.heard();
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
        tokio::spawn(bury(
            self.docker.clone(),
            Arc::clone(&self.record),
            id,
            death,
        ));
    }

    fn change(&self, change: impl FnOnce(&mut Heard)) {
        let mut heard = self.record.heard();
        let before = heard.ledger.own();
        change(&mut heard);
        let after = heard.ledger.own();
        drop(heard);
        if after != before {
            (self.watch.on_created)(&after);
        }
    }

    fn warn(&self, warning: String) {
        self.record.heard().warnings.push(warning);
    }
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

fn filters() -> BTreeMapFilters {
    let of = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    BTreeMapFilters::from([
        ("type".to_owned(), of(&["container", "network", "volume"])),
        (
            "event".to_owned(),
            of(&[
                "create", "destroy", "mount", "connect", "start", "kill", "die",
            ]),
        ),
    ])
}

/// The filters of a request, in the type that bollard takes.
type BTreeMapFilters = std::collections::HashMap<String, Vec<String>>;

fn kind_of(typ: EventMessageTypeEnum) -> Option<Kind> {
    match typ {
        EventMessageTypeEnum::CONTAINER => Some(Kind::Container),
        EventMessageTypeEnum::NETWORK => Some(Kind::Network),
        EventMessageTypeEnum::VOLUME => Some(Kind::Volume),
        _ => None,
    }
}

/// The moment behind an event, so that a new stream does not repeat it.
fn next_moment(event: &EventMessage) -> Option<String> {
    let after = event.time_nano? + 1;
    Some(format!(
        "{}.{:09}",
        after / 1_000_000_000,
        after % 1_000_000_000
    ))
}

fn seconds(time: SystemTime) -> String {
    let since = time
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stream_is_opened_again_behind_the_last_event() {
        let event = EventMessage {
            time_nano: Some(1_795_394_895_000_000_009),
            ..EventMessage::default()
        };
        assert_eq!(next_moment(&event).as_deref(), Some("1795394895.000000010"));
    }
}
