//! The container engine through the Docker Engine API. This folder is the only place that names bollard.
//!
//! The main type is [`Engine`]: a connection with a thread of its own that keeps listening to the engine's events
//! while the run types. Its methods wait for their answers; none of them prints.

mod answers;
mod clock;
mod connection;
mod deaths;
mod dial;
mod events;
mod images;
mod logs;
mod news;
mod removal;
mod settled;
mod ssh;
mod trial;
mod whereabouts;

pub use answers::{ContainerInfo, ContainerStatus, PublishedPort};
pub use connection::Engine;
pub(crate) use events::Watched;
pub use events::{Mark, Watch};
pub use images::Image;
pub use removal::{Removal, Selection};
pub(crate) use trial::{Heard, Trial, Tried};
pub use whereabouts::Whereabouts;
