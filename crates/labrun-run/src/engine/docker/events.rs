//! Listening to the engine while the run types, and asking once more at its end for what has not been heard yet.
//!
//! A listener takes the events from the engine and looks at once which commands of the run are running, since they end
//! a moment later. What the news mean is noted behind it, in [`super::news`], where answers of the engine are awaited.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::EventMessage;
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;
use labrun_model::DeadContainer;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::clock::Clock;
use super::connection::{Engine, ORDINARY, words};
use super::news::{News, keep, moment};
use crate::engine::doings::Client;
use crate::engine::ledger::{Created, Ledger};
use crate::engine::patience::Patience;
use crate::engine::typed::Typed;
use crate::interrupt::Interrupts;

/// Pauses before the stream is opened again after it broke; past the last one it is given up.
const RETRIES: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
];

/// How much earlier than need be the engine is asked where its clock was set back.
const LATE: Duration = Duration::from_secs(1);

/// What the engine's events are followed for.
pub struct Watch {
    /// The folder from which the run's compose projects are made.
    pub lab_folder: PathBuf,
    /// What the run has made before.
    pub inherited: Created,
    /// Names of what other labs make at the same time, projects too.
    pub neighbours: BTreeSet<String>,
    /// The run's own docker and podman commands that are running now.
    pub clients: Box<dyn Fn() -> Vec<Client> + Send + Sync>,
    /// Is told what exists whenever that has changed, on the engine's thread.
    pub on_created: Box<dyn Fn(&Created) + Send + Sync>,
}

/// What another process was watching when it died.
pub(crate) struct Watched {
    /// What it followed the events for.
    pub(crate) watch: Watch,
    /// When it began.
    pub(crate) since: SystemTime,
    /// What its steps typed to a client of the engine, and from when until when that may have made something.
    pub(crate) typed: Vec<(String, SystemTime, SystemTime)>,
}

/// A moment in the run, for [`Engine::dead_containers_since`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(pub(super) usize);

/// What has been heard so far.
#[derive(Default)]
pub(super) struct Record {
    heard: Mutex<Heard>,
    pub(super) changed: Condvar,
}

#[derive(Default)]
pub(super) struct Heard {
    pub(super) ledger: Ledger,
    pub(super) typed: Typed,
    /// Containers that somebody has told to stop since they were started.
    pub(super) stopping: BTreeSet<String>,
    pub(super) deaths: Vec<DeadContainer>,
    /// Logs that are being fetched.
    pub(super) fetching: usize,
    warnings: Vec<String>,
    /// What was said when the engine could not be reached any more, the first time.
    away: Option<String>,
    watching: Option<Watching>,
}

/// How to ask for what has not been heard.
#[derive(Clone)]
struct Watching {
    /// When the watch began, by the engine's clock.
    since: SystemTime,
    news: UnboundedSender<News>,
}

impl Engine {
    /// Begins to follow the engine's events; once, before the first step.
    pub fn watch(&self, watch: Watch) {
        // Asking from a moment ago closes the gap between the first step and the engine's first word.
        let since = seconds(self.clock.shown());
        let (news, heard) = tokio::sync::mpsc::unbounded_channel();
        let mut record = self.record.heard();
        record.ledger = Ledger::new(&watch.lab_folder);
        record.ledger.leave_to(watch.neighbours.clone());
        record.ledger.inherit(&watch.inherited);
        record.watching = Some(Watching {
            since: self.clock.shown(),
            news: news.clone(),
        });
        drop(record);
        let watch = Arc::new(watch);
        let listener = Listener {
            docker: self.docker.clone(),
            record: Arc::clone(&self.record),
            watch: Arc::clone(&watch),
            clock: self.clock,
            news,
        };
        let (docker, record) = (self.docker.clone(), Arc::clone(&self.record));
        self.spawn(keep(docker, record, watch, heard));
        self.spawn(listener.listen(since));
    }

    /// Takes up the watch of a process that has died, without following what happens from now on: what that process had
    /// not noted yet is heard by [`Engine::catch_up`], as far as the engine still remembers it.
    pub(crate) fn take_up(&self, watched: Watched) {
        let (news, heard) = tokio::sync::mpsc::unbounded_channel();
        let mut record = self.record.heard();
        record.ledger = Ledger::new(&watched.watch.lab_folder);
        record.ledger.leave_to(watched.watch.neighbours.clone());
        record.ledger.inherit(&watched.watch.inherited);
        for (text, begun, ended) in &watched.typed {
            let (begun, ended) = (self.time_of(*begun), self.time_of(*ended));
            record.typed.recall(text, begun, ended);
        }
        record.watching = Some(Watching {
            since: self.time_of(watched.since),
            news,
        });
        drop(record);
        let (docker, record) = (self.docker.clone(), Arc::clone(&self.record));
        self.spawn(keep(docker, record, Arc::new(watched.watch), heard));
    }

    /// Says which text is being typed into a terminal, or that none is.
    pub fn step_running(&self, text: Option<&str>) {
        self.record.heard().typed.step(text, self.clock.now());
    }

    /// What the run has made and not removed yet, as far as the events say.
    pub fn created(&self) -> Created {
        self.record.heard().ledger.own()
    }

    /// Hears everything that has happened until now, so that [`Engine::created`] misses nothing: a command's end says
    /// nothing about when the listener reads its event. Does nothing where the engine is not watched.
    ///
    /// # Errors
    /// The reason, when the engine does not answer.
    pub(crate) fn catch_up(&self, patience: Patience<'_>) -> Result<(), String> {
        let Some(watching) = self.record.heard().watching.clone() else {
            return Ok(());
        };
        let caught_up = self.ask(self.hear_the_rest(watching), ORDINARY, patience);
        caught_up.map_err(|trouble| trouble.to_string())
    }

    async fn hear_the_rest(&self, watching: Watching) -> Result<(), Error> {
        let clock = Clock::read(&self.docker).await;
        // Where the clock was set back, the beginning lies behind the end.
        let earliest = clock.shown().checked_sub(self.clock.age() + LATE);
        let since = earliest.map_or(watching.since, |earliest| watching.since.min(earliest));
        let options = EventsOptionsBuilder::new()
            .since(&seconds(since))
            .until(&seconds(clock.shown()))
            .filters(&filters())
            .build();
        let mut events = Box::pin(self.docker.events(Some(options)));
        while let Some(event) = events.next().await {
            let event = event?;
            // The commands that made it have ended by now; the steps' texts are what it is known by.
            let news = News::Event {
                or_at: clock.as_before(self.clock, moment(&event)),
                event: Box::new(event),
                clients: Vec::new(),
            };
            // Nobody takes news only where the engine's thread ends.
            drop(watching.news.send(news));
        }
        let (done, all_noted) = oneshot::channel();
        drop(watching.news.send(News::Noted(done)));
        drop(all_noted.await);
        Ok(())
    }

    /// Whether the engine was away since it is watched, or is now: what was said then. An engine that only closes its
    /// event stream is not away.
    pub(crate) fn away(&self, interrupts: &Interrupts) -> Option<String> {
        let heard = self.record.heard().away.clone();
        heard.or_else(|| {
            let patience = Patience::UntilSignal(interrupts);
            let asked = self.ask(self.docker.ping(), ORDINARY, patience);
            asked.err().map(|trouble| trouble.to_string())
        })
    }

    /// What went wrong with listening since this was last asked.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut self.record.heard().warnings)
    }
}

impl Record {
    pub(super) fn heard(&self) -> MutexGuard<'_, Heard> {
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
    watch: Arc<Watch>,
    clock: Clock,
    news: UnboundedSender<News>,
}

impl Listener {
    async fn listen(self, mut since: String) {
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
                        self.pass_on(event);
                    }
                    Err(error) => {
                        reason = words(&error);
                        break;
                    }
                }
            }
            self.look_whether_away().await;
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

    async fn look_whether_away(&self) {
        let asked = tokio::time::timeout(ORDINARY, self.docker.ping()).await;
        let reason = match asked {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => words(&error),
            Err(_) => format!("no answer within {} s", ORDINARY.as_secs()),
        };
        self.record.heard().away.get_or_insert(reason);
    }

    fn pass_on(&self, event: EventMessage) {
        let clients = if event.action.as_deref() == Some("create") {
            (self.watch.clients)()
        } else {
            Vec::new()
        };
        drop(self.news.send(News::Event {
            event: Box::new(event),
            clients,
            or_at: self.clock.now(),
        }));
    }

    fn warn(&self, warning: String) {
        self.record.heard().warnings.push(warning);
    }
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
