//! What answers from outside the terminals: the container engine, compose and PostgreSQL.
//!
//! - [`discover`] finds an [`Endpoint`], [`Engine::connect`] opens it;
//! - [`Engine`]: [`Engine::description`], [`Engine::image`], [`Engine::pull`], [`Engine::containers`],
//!   [`Engine::container_state`]; during a run [`Engine::watch`], [`Engine::step_running`], [`Engine::mark`],
//!   [`Engine::dead_containers_since`], [`Engine::created`], [`Engine::take_warnings`]; after it [`Engine::remove_lab`];
//! - [`query`] asks a PostgreSQL server;
//! - [`Compose`] asks the real compose what a file means.

mod compose;
mod docker;
mod doings;
mod endpoint;
pub(crate) mod ledger;
pub(crate) mod patience;
mod postgres;
pub(crate) mod program;
mod timestamp;
mod typed;

pub use compose::{Compose, ComposePort, ComposeUse};
pub use docker::{
    ContainerInfo, ContainerStatus, Engine, Image, Mark, PublishedPort, Removal, Selection, Watch,
};
pub use doings::Client;
pub use endpoint::{Endpoint, FoundBy, Lookup, discover};
pub use ledger::Created;
pub use postgres::{Rows, query};
