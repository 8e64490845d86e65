//! What answers from outside the terminals: the container engine, compose, PostgreSQL, HTTP servers and TCP ports.
//!
//! - [`discover`] finds an [`Endpoint`], [`Engine::connect`] opens it;
//! - [`Engine`]: [`Engine::description`], [`Engine::image`], [`Engine::pull`], [`Engine::containers`],
//!   [`Engine::container_state`]; during a run [`Engine::watch`], [`Engine::step_running`], [`Engine::mark`],
//!   [`Engine::dead_containers_since`], [`Engine::created`], [`Engine::take_warnings`]; after it [`Engine::remove_lab`];
//! - [`query`] asks a PostgreSQL server, [`request`] an HTTP server, and [`knock`] tries a port;
//! - [`Compose`] asks the real compose what a file means.

mod compose;
mod docker;
mod doings;
mod endpoint;
mod http;
pub(crate) mod ledger;
pub(crate) mod own_programs;
pub(crate) mod patience;
mod postgres;
pub(crate) mod program;
mod tcp;
mod timestamp;
mod typed;

pub use compose::{Compose, ComposePort, ComposeUse};
pub(crate) use docker::Watched;
pub use docker::{
    ContainerInfo, ContainerStatus, Engine, Image, Mark, PublishedPort, Removal, Selection, Watch,
    Whereabouts,
};
pub(crate) use docker::{Heard, Trial, Tried};
pub use doings::Client;
pub use endpoint::{Endpoint, FoundBy, Lookup, Reach, discover};
pub(crate) use http::request;
pub use ledger::Created;
pub use postgres::{Rows, query};
pub(crate) use tcp::knock;

/// What waits for one question, on the thread that asks it.
fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no thread for the question: {error}"))
}
