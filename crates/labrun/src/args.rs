//! The arguments as types, and their help. Nothing here does anything.

mod check;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

pub(crate) use check::Check;
use clap_complete::ArgValueCandidates;

use crate::commands::completions::labs;

/// Runs the labs of an mdBook: types a chapter's commands into a real terminal and verifies what the chapter promises.
#[derive(Debug, Parser)]
#[command(name = "labrun", version, disable_help_subcommand = true, after_long_help = AFTER)]
pub(crate) struct Arguments {
    /// The book's folder, or any folder in it [default: the current folder and those above it]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "LABRUN_BOOK",
        hide_env_values = true
    )]
    pub(crate) book: Option<PathBuf>,

    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: Color,

    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Examples:
  labrun chapter3            run the lab of chapter 3 (short for `labrun run chapter3`)
  labrun chapter3 --dry-run  show what would be typed, and run nothing
  labrun list                the labs of the book
  labrun check               find what is wrong in the chapters, without an engine
  labrun help annotations    how a chapter says what is typed and what must come of it

Exit codes:
  0    every step, expectation and check passed
  1    the lab failed
  2    a chapter or book.toml is wrong, or the arguments are
  3    the engine, or a program that the lab needs, is missing or broke
  4    there is nothing to run
  130  interrupted by Ctrl-C, after cleaning up (143 by SIGTERM, 129 by SIGHUP)";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a lab: type its steps into a real terminal and verify them
    Run(Run),
    /// List the labs of the book
    List(List),
    /// Find what is wrong in the labs' chapters, without running them
    Check(Check),
    /// Write the labs as plain bash scripts into labs/
    Extract(Extract),
    /// Build the book into its folder, unless something is wrong with it
    Build(Build),
    /// Ask a lab's checks of what you built by hand, and say what is done and what comes next
    Verify(Verify),
    /// Show the book in a browser while it is written: built anew on each save
    Serve(Serve),
    /// Remove what an interrupted or kept run left behind
    Clean(Clean),
    /// Explain a command, or how chapters are annotated (`help annotations`)
    Help(Help),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// `labrun run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// The lab's name, as book.toml has it; without it, the labs are listed
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) lab: Option<String>,

    /// Use this container engine, such as unix:///run/podman/podman.sock [default: DOCKER_HOST, the docker context, the
    /// usual sockets]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,

    /// Leave containers and the lab folder as they are at the end; `labrun clean` removes them
    #[arg(long)]
    pub(crate) keep: bool,

    /// Go on after a failed step or check, as long as the terminal can be used
    #[arg(long)]
    pub(crate) keep_going: bool,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// Also write a report: FILE.xml as JUnit, FILE.jsonl as JSON lines, or `github` for annotations in a job of GitHub
    /// Actions, where it is the default. May be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Vec<ReportTo>,

    /// Show the steps and checks without running anything
    #[arg(long, conflicts_with_all = ["keep", "keep_going"])]
    pub(crate) dry_run: bool,
}

/// The part of a lab that is wanted.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Part of a lab")]
pub(crate) struct Selection {
    /// Stop after this step: its number, or the name that its fence gives it
    #[arg(long, value_name = "STEP")]
    pub(crate) until: Option<String>,

    /// Stop after this section: its heading, its anchor or its number, as `labrun list --sections` has them. A chapter
    /// is one story, so every step before it is run as well, and must pass; only the checks of earlier sections are
    /// left out
    #[arg(long, value_name = "SECTION", conflicts_with = "until")]
    pub(crate) only: Option<String>,
}

/// Where a report goes, and in which form; the name of the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReportTo {
    /// JUnit XML.
    JUnit(PathBuf),
    /// JSON lines.
    JsonLines(PathBuf),
    /// Annotations in the log of a GitHub Actions job.
    GitHub,
}

impl std::str::FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if text == "github" => Ok(Self::GitHub),
            Some("xml") => Ok(Self::JUnit(path)),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines(path)),
            _ => {
                Err("a report is FILE.xml (JUnit), FILE.jsonl (JSON lines) or `github`".to_owned())
            }
        }
    }
}

/// `labrun list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print one JSON object a line
    #[arg(long)]
    pub(crate) json: bool,

    /// Also list the sections of each lab, as `labrun LAB --only SECTION` knows them
    #[arg(long)]
    pub(crate) sections: bool,
}

/// `labrun extract`.
#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// Only these labs [default: all]
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) labs: Vec<String>,

    /// Write nothing; fail when a script differs from its chapter
    #[arg(long)]
    pub(crate) check: bool,
}

/// `labrun build`.
#[derive(Debug, Args)]
#[command(after_long_help = BUILD)]
pub(crate) struct Build {
    /// Build into this folder: a new or empty one, or one that holds a book [default: as book.toml says, else book]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) dest_dir: Option<PathBuf>,

    /// The address at which the book will be read [default: as book.toml says]
    #[arg(long, value_name = "URL", value_parser = site_url)]
    pub(crate) site_url: Option<String>,
}

const BUILD: &str = "\
What is checked, all at once:
  - chapters, includes, styles, scripts and images that are missing
  - labs and diagrams with an error
  - links to files and to headings that are not there (other sites are not asked)
  - whatever mdBook, or the check of a diagram, warns of

The book is built beside its folder, and takes its place only when nothing is wrong: until then,
the last good book stays as it was. A folder that holds anything else than a book is never replaced.

With a whole address (--site-url, or site-url below [output.html] in book.toml) the book gets a
sitemap.xml, and without one it gets none. Each page links to its source when edit-url-template is
set below [output.html], or in the environment:
  MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE='https://example.org/edit/main/{path}' labrun build

Exit codes:
  0    the book is built
  2    something is wrong with it, or with the arguments
  3    the machine failed";

/// `labrun serve`.
#[derive(Debug, Args)]
#[command(after_long_help = SERVE)]
pub(crate) struct Serve {
    /// Serve on this port, or fail; 0 takes any free one [default: 3000, or the next free one]
    #[arg(long, short, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    /// Open the book in the browser
    #[arg(long, short)]
    pub(crate) open: bool,
}

const SERVE: &str = "\
The book is built and checked as by `labrun build`, but into a temporary folder: book/ is not
touched, and nothing is left behind. It is built anew when a chapter, what chapters include, the
theme or book.toml is saved, and open pages reload. While something is wrong, the last good book
stays in the browser, and the terminal says what it is.

Only programs on this machine can read it: labrun listens on 127.0.0.1, and answers to no other
name than 127.0.0.1, localhost and [::1] with its port.

Exit codes:
  2    the book was wrong from the start, or the arguments are
  3    the port is taken, or the machine failed
  130  ended by Ctrl-C (143 by SIGTERM, 129 by SIGHUP)";

/// Takes an address that pages can be found at: a whole one, or the path on a site.
fn site_url(text: &str) -> Result<String, String> {
    if text.starts_with('/') || labrun_book::is_absolute(text) {
        Ok(text.to_owned())
    } else {
        Err("it must begin with https://, http:// or / (the path on a site)".to_owned())
    }
}

/// `labrun verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The lab's name, as book.toml has it; without it, the labs are listed
    #[arg(add = ArgValueCandidates::new(labs))]
    pub(crate) lab: Option<String>,

    /// Use this container engine [default: as `labrun run` finds it]
    #[arg(long, value_name = "URL")]
    pub(crate) engine: Option<String>,
}

/// `labrun clean`.
#[derive(Debug, Args)]
pub(crate) struct Clean {
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// `labrun help`.
#[derive(Debug, Args)]
pub(crate) struct Help {
    /// A command's name, or `annotations`
    pub(crate) topic: Option<String>,
}

/// `labrun completions`.
#[derive(Debug, Args)]
#[command(after_long_help = COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS: &str = "\
Commands, options and the names of the book's labs are completed. The script asks this very program,
so it belongs where the shell reads it at its start:
  bash   echo 'source <(labrun completions bash)' >> ~/.bashrc
  zsh    echo 'source <(labrun completions zsh)' >> ~/.zshrc
  fish   echo 'labrun completions fish | source' > ~/.config/fish/completions/labrun.fish";

/// When to colour.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR says no
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Makes it so for everything that is printed from now on.
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

/// The commands' names.
pub(crate) fn command_names() -> Vec<String> {
    let command = Arguments::command();
    let commands = command.get_subcommands();
    commands.map(|one| one.get_name().to_owned()).collect()
}

/// What a command line can hold: beside the commands, everything that the short form `labrun LAB` takes.
pub(crate) fn with_short_form() -> clap::Command {
    Run::augment_args(Arguments::command())
}

/// `labrun chapter3` is short for `labrun run chapter3`: puts `run` before everything when the first word is no command.
pub(crate) fn with_run(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let command = Arguments::command();
    let mut at = 1;
    while let Some(word) = arguments.get(at).and_then(|argument| argument.to_str()) {
        match word {
            "--book" | "--color" => at += 2,
            _ if word.starts_with('-') => at += 1,
            _ => {
                if command.find_subcommand(word).is_none() {
                    arguments.insert(1, "run".into());
                }
                break;
            }
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &[&str], expected: &[&str]) {
        let arguments = with_run(typed.iter().map(OsString::from));
        assert_eq!(
            arguments,
            expected.iter().map(OsString::from).collect::<Vec<_>>()
        );
    }

    #[test]
    fn the_short_form_is_run() {
        check(&["labrun", "chapter3"], &["labrun", "run", "chapter3"]);
        check(
            &["labrun", "--book", "x", "chapter3", "--keep"],
            &["labrun", "run", "--book", "x", "chapter3", "--keep"],
        );
        check(
            &["labrun", "--keep", "chapter3"],
            &["labrun", "run", "--keep", "chapter3"],
        );
        check(&["labrun", "list"], &["labrun", "list"]);
        check(&["labrun"], &["labrun"]);
        check(&["labrun", "--help"], &["labrun", "--help"]);
    }

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
        with_short_form().debug_assert();
    }
}
