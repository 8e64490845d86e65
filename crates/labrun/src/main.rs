//! The `labrun` command: reads the arguments, calls one command, and ends with a documented exit code.

mod args;
mod book;
mod commands;
mod dry_run;
mod exit;
mod keyboard;
mod machine;
mod matrix;
mod new;
mod policy;
mod report;
mod runner;
mod schedule;
mod selection;
mod shard;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Arguments, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    // The watchdog comes first: it must be there before anything else takes time.
    if let Some(exit) = commands::reap::if_called() {
        return exit.into();
    }
    if let Some(exit) = runner::if_called() {
        return exit.into();
    }
    if let Some(exit) = commands::completions::if_asked() {
        return exit.into();
    }
    let arguments = Arguments::parse_from(args::with_run(std::env::args_os()));
    arguments.color.apply();
    let exit = dispatch(arguments).unwrap_or_else(|error| report::complain(&error));
    exit.into()
}

fn dispatch(arguments: Arguments) -> anyhow::Result<Exit> {
    let book = arguments.book.as_deref();
    match arguments.command {
        Command::Run(run) => commands::run::run(book, &run),
        Command::List(list) => commands::list::list(book, &list),
        Command::Check(check) => commands::check::check(book, &check),
        Command::Policy(policy) => commands::policy::policy(book, &policy),
        Command::Extract(extract) => commands::extract::extract(book, &extract),
        Command::Accept(accept) => commands::accept::accept(book, &accept),
        Command::Record(record) => commands::record::record(book, &record),
        Command::Build(build) => commands::build::build(book, &build),
        Command::Plan(plan) => commands::plan::plan(book, &plan),
        Command::Verify(verify) => commands::verify::verify(book, &verify),
        Command::Serve(serve) => commands::serve::serve(book, &serve),
        Command::Doctor(doctor) => commands::doctor::doctor(book, &doctor),
        Command::Clean(clean) => commands::clean::clean(&clean),
        Command::Help(help) => Ok(commands::help::help(&help)),
        Command::New(new) => commands::new::new(&new),
        Command::Completions(completions) => commands::completions::completions(&completions),
    }
}
