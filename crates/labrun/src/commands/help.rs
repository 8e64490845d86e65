//! `labrun help` and `labrun completions`: texts, on standard output.

use clap::CommandFactory as _;

use crate::args::{Arguments, Completions, Help};
use crate::exit::Exit;
use crate::report;

/// Prints the help of a command, or the annotation reference.
pub(crate) fn help(arguments: &Help) -> Exit {
    let mut command = Arguments::command();
    let text = match arguments.topic.as_deref() {
        None => command.render_long_help().to_string(),
        Some("annotations") => labrun_parse::REFERENCE.to_owned(),
        Some(topic) => {
            // Building first puts the whole command line into the usage of a subcommand.
            command.build();
            match command.find_subcommand_mut(topic) {
                Some(found) => found.render_long_help().to_string(),
                None => {
                    report::error(
                        &format!("there is no help on `{topic}`"),
                        Some(
                            "`labrun help` lists the commands; `labrun help annotations` explains the fences",
                        ),
                    );
                    return Exit::Wrong;
                }
            }
        }
    };
    report::data(&text);
    Exit::Passed
}

/// Prints a completion script.
pub(crate) fn completions(arguments: &Completions) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "labrun",
        &mut script,
    );
    report::data(&String::from_utf8_lossy(&script));
    Exit::Passed
}
