//! What a terminal sends, taken apart: the marks of its prompts, the output between them, and the text of that output as a
//! reader sees it. For whoever reads such a stream without running anything.

pub use crate::terminal::{Capture, Mark, MarkKind, MarkReader, Output, Token, short_word};
