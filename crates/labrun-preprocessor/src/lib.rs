//! What the preprocessors of labrun have in common: mdBook's protocol, a way to tell everything that is wrong at once, and
//! files for the pages that are installed into a book.
//!
//! A preprocessor is [`Strict`]: it gives a whole book with warnings, or all its faults. [`Program`] makes a command of it
//! that speaks mdBook's protocol and installs its [`Looks`]. What is done to a chapter is each preprocessor's own work, not
//! this crate's.

mod asset;
mod book_toml;
mod faults;
mod input;
mod install;
mod output;
mod program;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use asset::{Asset, State};
pub use book_toml::BookToml;
pub use faults::{Faults, Processed, Rejected};
pub use input::{InputError, Version, read_input};
pub use install::{Installed, Looks, LooksFile, Mode};
pub use output::write_output;
pub use program::Program;

/// A preprocessor that looks at the whole book before it says what is wrong.
pub trait Strict: Preprocessor {
    /// Gives the changed book with its warnings.
    ///
    /// # Errors
    /// When something is wrong with the book or the preprocessor's settings; the book is then not to be built.
    fn process(&self, context: &PreprocessorContext, book: Book) -> Result<Processed, Rejected>;
}
