//! The arguments of `labrun new`.

use std::path::PathBuf;

use clap::Args;

/// `labrun new`.
#[derive(Debug, Args)]
#[command(after_long_help = NEW)]
pub(crate) struct New {
    /// A new or empty folder, the folder of a book, a chapter of a book, or a Markdown file
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,

    /// Write the proposed languages behind the fences that have none; nothing else of a chapter is touched
    #[arg(long)]
    pub(crate) languages: bool,

    /// Say what would be written, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

const NEW: &str = "\
What is made depends on what is there:
  nothing            a book with one small lab, which is green at once: labrun new mybook
  a book             a table in book.toml for each chapter with commands: labrun new path/to/book
  a chapter of it    a table for this chapter only: labrun new src/chapter1.md
  Markdown alone     book.toml and SUMMARY.md beside the files, which stay as they are

The looks of the steps and their copy buttons come as theme/labrun.css and theme/labrun.js, which \
[output.html] in book.toml then names. A chapter that SUMMARY.md does not have is left out, unless you name it.

Where fences have names of their own (prompted `bash`, `output`, `yaml`), book.toml gets roles for them. \
Fences without a language are listed, each with a proposal and its reason. No sentence is ever changed, \
comments and order of book.toml stay, and no file is overwritten.

Exit codes:
  0    done, or there is nothing to do
  2    the path or the book is wrong, or a file is in the way";
