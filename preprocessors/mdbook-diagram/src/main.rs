//! mdBook's protocol: `supports RENDERER`, or a book on standard input and the changed book on standard output. Beside it
//! `install`, which no build runs.

use std::process::ExitCode;

use labrun_preprocessor::Program;
use mdbook_diagram::{Diagram, LOOKS, look_for_the_rest};

const USAGE: &str = "mdbook-diagram: checks the diagrams of a book, and has them drawn in the reader's theme

Usage: mdbook-diagram                     reads a book from mdBook and writes it back
       mdbook-diagram install [DIR]       puts what draws the diagrams into a book; --help says more
       mdbook-diagram supports RENDERER   ends with status 0 for html, with 1 for every other
       mdbook-diagram --version | --help

mdBook runs it when book.toml has this table (`labrun build` has it built in, and needs the table as well):

  [preprocessor.diagram]
  command = \"mdbook-diagram\"
  after = [\"links\"]                   # and \"labrun\", in a book with labs
  script = \"mermaid/mermaid.min.js\"   # Mermaid, below the book's sources; this is where it is looked for without a word
  sha256 = \"…\"                        # if given, Mermaid must have this hash

In a chapter a diagram is a fence of the language `mermaid`, outside of quotes. The first lines say what it shows, for
readers who cannot see it:

  ```mermaid
  flowchart LR
    accTitle: A request
    accDescr: The browser asks the server, and the server asks the database.
    Browser --> Server --> Database
  ```

A diagram that Mermaid would refuse stops the build, and is named with its line. So does a book that has diagrams and
nothing that draws them: `mdbook-diagram install` brings it.
";

const INSTALL_USAGE: &str =
    "mdbook-diagram install: puts what draws the diagrams into a book

Usage: mdbook-diagram install [DIR] [--force | --check]

  DIR       the book's folder; without it, the book around the current folder

Writes theme/diagram.css and theme/diagram.js, and says which lines book.toml needs and how to get Mermaid itself, which
is no part of this program. Run it again after an update: a file that an earlier version wrote is replaced, and a
file that you have edited is kept. book.toml is never written.

  --force   replaces files that you have edited, too
  --check   writes nothing; ends with status 1 when a file is missing, old or edited, or Mermaid is missing

Example, in a book's folder:

  mdbook-diagram install && mdbook build
";

const PROGRAM: Program = Program {
    name: "mdbook-diagram",
    version: env!("CARGO_PKG_VERSION"),
    usage: USAGE,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["install", arguments @ ..] => {
            PROGRAM.install(LOOKS, INSTALL_USAGE, arguments, look_for_the_rest)
        }
        arguments => PROGRAM.run(&Diagram::new(), arguments),
    }
}
