//! `labrun help`: texts, on standard output.

use clap::CommandFactory as _;

use crate::args::{Arguments, Help, command_names};
use crate::book::nearest;
use crate::exit::Exit;
use crate::report;

/// The reports of a run, for those who read them or feed them to a CI server.
const REPORTS: &str = include_str!("../report/reports.md");

/// Prints the help of a command, or one of the pages that a command's help has no room for.
pub(crate) fn help(arguments: &Help) -> Exit {
    let mut command = Arguments::command();
    let text = match arguments.topic.as_deref() {
        None => command.render_long_help().to_string(),
        // In the manual, where mdBook reads it, a directive must be kept from being one.
        Some("annotations") => labrun_parse::REFERENCE.replace("\\{{", "{{"),
        Some("report" | "reports") => REPORTS.to_owned(),
        Some("schema") => report::SCHEMA.to_owned(),
        Some(topic) => {
            // Building first puts the whole command line into the usage of a subcommand.
            command.build();
            match command.find_subcommand_mut(topic) {
                Some(found) => found.render_long_help().to_string(),
                None => {
                    report::error(
                        &format!("there is no help on `{topic}`"),
                        Some(&what_there_is(topic)),
                    );
                    return Exit::Wrong;
                }
            }
        }
    };
    report::data(&text);
    Exit::Passed
}

/// The topic that was most likely meant, and where all are listed.
fn what_there_is(topic: &str) -> String {
    let mut topics = command_names();
    topics.extend(["annotations", "reports", "schema"].map(str::to_owned));
    let topics: Vec<&str> = topics.iter().map(String::as_str).collect();
    let meant = nearest(topic, &topics)
        .map(|near| format!("did you mean `labrun help {near}`? "))
        .unwrap_or_default();
    format!(
        "{meant}`labrun help` lists the commands; `labrun help annotations` explains the fences, `labrun help reports` the reports"
    )
}
