//! The arguments as types, and their help. Nothing here does anything.

mod accept;
mod check;
mod doctor;
mod new;
mod plan;
mod policy;
mod reach;
mod report;
mod run;
mod site;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCandidates;

pub(crate) use self::check::Check;
pub(crate) use self::doctor::Doctor;
pub(crate) use self::new::New;
pub(crate) use self::plan::{Plan, PlanFormat};
pub(crate) use self::policy::{Policy, PolicyFile};
pub(crate) use self::run::{Run, Selection};

use crate::commands::completions::labs;

pub(crate) use self::accept::Accept;
use self::reach::EngineReach;
pub(crate) use self::report::ReportTo;
pub(crate) use self::site::{Build, Serve};
pub(crate) use self::verify::Verify;

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
  labrun new mybook          a book with a small lab to start from
  labrun chapter3 --dry-run  show what would be typed, and run nothing
  labrun chapter3 --step     read the chapter and run it step by step
  labrun chapter3 --watch    run it again on each save, from what has changed where that is sound
  labrun run --all -j 4      every lab of the book, four at once where they are not in each other's way
  labrun list                the labs of the book
  labrun doctor              look whether this machine has what the labs need
  labrun check               find what is wrong in the chapters, without an engine
  labrun policy              find what they ask of an engine and the book does not allow
  labrun help annotations    how a chapter says what is typed and what must come of it
  labrun help reports        the reports for people, CI servers and programs

Exit codes:
  0    every step, expectation and check passed
  1    the lab failed
  2    a chapter, book.toml, the policy or an argument is wrong, or the policy refuses the lab
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
    /// Make a lab book of an empty folder, a book or a Markdown file
    New(New),
    /// Find what is wrong in the labs' chapters, without running them
    Check(Check),
    /// Find what the labs ask of an engine and the book's policy does not allow, without running them
    Policy(Policy),
    /// Write the labs as plain bash scripts into labs/
    Extract(Extract),
    /// Keep what a green run of a lab printed, for the book to show, or see whether what is kept still fits
    Record(Record),
    /// Run a lab, and write the outputs that have changed into its chapter
    Accept(Accept),
    /// Build the book into its folder, unless something is wrong with it
    Build(Build),
    /// Write what CI is to run: a matrix for GitHub Actions, a child pipeline for GitLab, or what is known of the labs
    Plan(Plan),
    /// Ask a lab's checks of what you built by hand, and say what is done and what comes next
    Verify(Verify),
    /// Show the book in a browser while it is written: built anew on each save
    Serve(Serve),
    /// Look whether this machine has what the labs need, and say what to do where it has not
    Doctor(Doctor),
    /// Remove what an interrupted or kept run left behind
    Clean(Clean),
    /// Explain a command, how chapters are annotated (`help annotations`), or the reports (`help reports`)
    Help(Help),
    /// Print a completion script for a shell
    Completions(Completions),
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

/// `labrun record`.
#[derive(Debug, Args)]
#[command(after_long_help = RECORD)]
pub(crate) struct Record {
    /// Only these labs [default: all]
    pub(crate) labs: Vec<String>,

    /// Run nothing; fail when a lab has no recording, or has changed since
    #[arg(long)]
    pub(crate) check: bool,

    /// Use this container engine [default: as `labrun run` finds it]
    #[arg(long, value_name = "URL", conflicts_with = "check")]
    pub(crate) engine: Option<String>,

    #[command(flatten)]
    pub(crate) by: PolicyFile,

    #[command(flatten)]
    pub(crate) reach: EngineReach,
}

const RECORD: &str = "\
What is written into labs/LAB/, for you to commit:
  recording.json  what each step printed, the day, and the versions of programs and images
  NAME.cast       what each terminal showed, as an asciicast

Only a green run of a whole lab is recorded. The recording is bound by a hash to every fence that runs \
or is compared and to the images: when one of them changes, the book says that the lab is not verified. \
The names of this machine, of you and of your home, and values of environment variables that look like \
secrets, are taken out.

Exit codes:
  0    recorded, or (--check) every recording fits
  1    the lab failed, or (--check) a recording is missing or does not fit any more
  2, 3, 4, 130  as `labrun run`";

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
    /// A command's name, `annotations`, `reports`, or `schema` (of the JSON-lines report)
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
Commands, options and the names of the book's labs are completed. The script asks this very program, \
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

/// Whether a word is a command, so that no lab can be run by it.
pub(crate) fn is_command(word: &str) -> bool {
    Arguments::command().find_subcommand(word).is_some()
}

/// `labrun chapter3` is short for `labrun run chapter3`: puts `run` before everything when the first word is no command.
pub(crate) fn with_run(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    let command = Arguments::command();
    let mut at = 1;
    while let Some(word) = arguments.get(at).and_then(|argument| argument.to_str()) {
        match word {
            "--book" | "--color" => at += 2,
            "--all" => {
                arguments.insert(1, "run".into());
                break;
            }
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
        check(&["labrun", "--all"], &["labrun", "run", "--all"]);
        check(&["labrun", "list"], &["labrun", "list"]);
        check(&["labrun"], &["labrun"]);
        check(&["labrun", "--help"], &["labrun", "--help"]);
    }

    #[test]
    fn what_stands_in_columns_is_not_wrapped() {
        for command in with_short_form().get_subcommands() {
            let help = command.get_after_long_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            for line in help.lines().filter(|line| line.starts_with(' ')) {
                assert!(
                    line.chars().count() <= 100,
                    "{}: {line}",
                    command.get_name()
                );
            }
        }
    }

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
        with_short_form().debug_assert();
    }
}
