//! Taking note of the engine's news, one after the other: what the run makes, and which of its containers die.
//!
//! Whose an object is, is decided in [`crate::engine::ledger`]; this file only asks the engine for labels.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bollard::Docker;
use bollard::models::{EventMessage, EventMessageTypeEnum};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;

use super::deaths::died;
use super::events::{Heard, Record, Watch};
use crate::engine::doings::{Client, Doings};
use crate::engine::ledger::{Kind, Object};

/// Signals that ask a program to do something else than to end: HUP, USR1, USR2, CHLD, CONT, STOP, TSTP, URG, WINCH.
const NOT_ENDING: [&str; 9] = ["1", "10", "12", "17", "18", "19", "20", "23", "28"];

/// What is to be taken note of.
pub(super) enum News {
    /// An event.
    Event {
        event: Box<EventMessage>,
        /// The run's commands that were running when it arrived.
        clients: Vec<Client>,
        /// When else it may have happened: the engine's clock can have been set since the steps were noted by it.
        or_at: SystemTime,
    },
    /// Asks for an answer when everything before it is noted.
    Noted(oneshot::Sender<()>),
}

/// An event as another one cannot be: two of the same kind about the same things have different times.
type Identity = (Option<i64>, String, String, String);

/// The task that takes note of the news, those that come twice once.
pub(super) async fn keep(
    docker: Docker,
    record: Arc<Record>,
    watch: Arc<Watch>,
    mut news: UnboundedReceiver<News>,
) {
    let keeper = Keeper {
        docker,
        record,
        watch,
    };
    let mut known = BTreeSet::new();
    while let Some(news) = news.recv().await {
        match news {
            News::Event {
                event,
                clients,
                or_at,
            } => {
                if known.insert(identity(&event)) {
                    keeper.hear(*event, &clients, or_at).await;
                }
            }
            // Who has given up waiting needs no answer.
            News::Noted(done) => drop(done.send(())),
        }
    }
}

struct Keeper {
    docker: Docker,
    record: Arc<Record>,
    watch: Arc<Watch>,
}

/// An object that has just appeared.
struct Appeared<'a> {
    kind: Kind,
    id: String,
    attributes: BTreeMap<String, String>,
    moments: [SystemTime; 2],
    clients: &'a [Client],
}

impl Keeper {
    async fn hear(&self, event: EventMessage, clients: &[Client], or_at: SystemTime) {
        let moments = [moment(&event), or_at];
        let (Some(kind), Some(actor)) = (event.typ.and_then(kind_of), event.actor) else {
            return;
        };
        let id = actor.id.unwrap_or_default();
        let mut attributes: BTreeMap<_, _> =
            actor.attributes.unwrap_or_default().into_iter().collect();
        match event.action.as_deref().unwrap_or_default() {
            "create" => {
                let appeared = Appeared {
                    kind,
                    id,
                    attributes,
                    moments,
                    clients,
                };
                self.appeared(appeared).await;
            }
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
            "die" => died(&self.docker, &self.record, id, &attributes),
            _ => {}
        }
    }

    async fn appeared(&self, appeared: Appeared<'_>) {
        let Appeared {
            kind,
            id,
            attributes,
            moments,
            clients,
        } = appeared;
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
        self.change(move |heard| {
            let steps: Vec<&str> = moments.iter().flat_map(|at| heard.typed.at(*at)).collect();
            let doings = Doings {
                clients,
                steps: &steps,
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
}

fn identity(event: &EventMessage) -> Identity {
    let actor = event.actor.as_ref();
    let id = actor.and_then(|actor| actor.id.clone());
    let container = actor
        .and_then(|actor| actor.attributes.as_ref())
        .and_then(|attributes| attributes.get("container").cloned());
    (
        event.time_nano,
        event.action.clone().unwrap_or_default(),
        id.unwrap_or_default(),
        container.unwrap_or_default(),
    )
}

/// When it happened; an engine that does not say so means now.
pub(super) fn moment(event: &EventMessage) -> SystemTime {
    let nanoseconds = event.time_nano.and_then(|nano| u64::try_from(nano).ok());
    nanoseconds.map_or_else(SystemTime::now, |nanoseconds| {
        SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds)
    })
}

fn kind_of(typ: EventMessageTypeEnum) -> Option<Kind> {
    match typ {
        EventMessageTypeEnum::CONTAINER => Some(Kind::Container),
        EventMessageTypeEnum::NETWORK => Some(Kind::Network),
        EventMessageTypeEnum::VOLUME => Some(Kind::Volume),
        _ => None,
    }
}
