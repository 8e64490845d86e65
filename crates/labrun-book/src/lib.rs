//! The book as a site: built with mdBook in this process, checked, and served to the author while it is written.

mod mdbook;

pub use mdbook::build;
pub use mdbook::expand;
