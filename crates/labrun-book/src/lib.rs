//! The book as a site: built with mdBook in this process, checked, and served to the author while it is written.
//!
//! [`build`] makes a book in a folder beside its own, looks at everything that could be wrong with it, and puts it into
//! its place only when nothing is: missing chapters, includes and assets, labs and diagrams, dead links and fragments,
//! and whatever mdBook itself warns of. Each is a [`Fault`], drawn with its place; all of them are told at once.
//!
//! [`Server`] shows a book in a browser: it builds and checks it in the same way on each save.
//!
//! Nothing here prints. How chapters become pages is mdBook's and the preprocessors' work, not this crate's.

mod book_toml;
mod build;
mod check;
mod dead;
mod destination;
mod error;
mod fault;
mod html;
mod includes;
mod labs;
mod link;
mod markdown;
mod mdbook;
mod messages;
mod part;
mod scratch;
mod serve;
mod sitemap;
mod source;
mod warning;

pub use build::{Built, Settings, build, last_good};
pub use error::BookError;
pub use fault::Fault;
pub use mdbook::expand;
/// How the steps look, for the pages of any book.
pub use mdbook_labrun::LOOKS as LAB_LOOKS;
pub use serve::{Happened, Listener, Port, Saves, Server, open_in_browser};
pub use sitemap::is_absolute;
