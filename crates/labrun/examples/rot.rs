//! Runs the rot suite: every way of the catalogue, one at a time, and says how many are seen, and at the right line.
//! `script/rot` is its command; what a way is, and how it is tried, is shared with the test of the same name.

#![allow(clippy::print_stdout, clippy::expect_used)]

#[path = "../tests/rot/catalogue.rs"]
mod catalogue;
#[path = "../tests/rot/trial.rs"]
mod trial;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use catalogue::{Outcome, Rot, SeenBy, catalogue};
use trial::{Came, Trial};

/// What counts as good: red, in percent of all ways, and at the right line, in percent of those that are red.
const WANTED: (usize, usize) = (95, 90);

/// Lets chapter 3 rot in every way of the catalogue, one at a time, and says which are seen, and at the right line.
#[derive(Parser)]
#[command(name = "script/rot")]
struct Arguments {
    /// Only these ways
    names: Vec<String>,

    /// Only what `labrun check` sees, without an engine
    #[arg(long)]
    no_engine: bool,

    /// Before all, run the chapter as it is so many times: it must be green each time
    #[arg(long, value_name = "TIMES", default_value_t = 0)]
    unchanged: usize,

    /// Print the ways and run nothing
    #[arg(long)]
    list: bool,

    /// Show what the command said where a trial did not end as the catalogue says
    #[arg(long)]
    words: bool,

    /// The command to try
    #[arg(long, value_name = "PROGRAM", hide = true)]
    labrun: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match suite(&arguments) {
        Ok(code) => code,
        Err(trouble) => {
            println!("rot: {trouble}");
            ExitCode::from(2)
        }
    }
}

fn suite(arguments: &Arguments) -> Result<ExitCode, String> {
    let ways = chosen(arguments)?;
    if arguments.list {
        for rot in &ways {
            println!("{:<34} {}", rot.name, rot.way);
        }
        return Ok(ExitCode::SUCCESS);
    }
    for time in 1..=arguments.unchanged {
        let trial = unchanged().tried(&arguments.labrun)?;
        if trial.came != Came::Green {
            println!(
                "unchanged, run {time}: {:?}
{}",
                trial.came, trial.words
            );
            return Ok(ExitCode::FAILURE);
        }
        println!("unchanged, run {time} of {}: green", arguments.unchanged);
    }
    let mut trials = Vec::new();
    for rot in &ways {
        let trial = rot.tried(&arguments.labrun)?;
        println!("{:<34} {}", rot.name, verdict(rot, &trial));
        if arguments.words && !rot.is_as_written(&trial.came) {
            println!("{}", trial.words);
        }
        trials.push(trial);
    }
    Ok(told(&ways, &trials))
}

/// The chapter as it is.
fn unchanged() -> Rot {
    Rot {
        name: "unchanged".to_owned(),
        way: "none".to_owned(),
        edits: Vec::new(),
        outcome: Outcome::Undetected("nothing is wrong".to_owned()),
        seen_by: SeenBy::Run,
    }
}

/// The ways that are asked for.
fn chosen(arguments: &Arguments) -> Result<Vec<Rot>, String> {
    let all = catalogue();
    if let Some(name) = arguments
        .names
        .iter()
        .find(|name| all.iter().all(|rot| rot.name != **name))
    {
        return Err(format!("there is no way `{name}`; --list shows all"));
    }
    let wanted = |rot: &Rot| {
        (arguments.names.is_empty() || arguments.names.contains(&rot.name))
            && (!arguments.no_engine || rot.seen_by == SeenBy::Check)
    };
    Ok(all.into_iter().filter(wanted).collect())
}

fn verdict(rot: &Rot, trial: &Trial) -> String {
    let wanted: Vec<String> = trial.right.iter().map(usize::to_string).collect();
    let wanted = wanted.join(" or ");
    match (&trial.came, &rot.outcome) {
        (Came::RedThere(line), _) => format!("red at line {line}"),
        (Came::RedElsewhere(Some(line)), _) => format!("RED AT LINE {line}, not {wanted}"),
        (Came::RedElsewhere(None), _) => format!("RED WITHOUT A LINE, not at {wanted}"),
        (Came::Green, Outcome::Undetected(reason)) => format!("green, as is known: {reason}"),
        (Came::Green, Outcome::RedAt(_)) => format!("GREEN, not red at line {wanted}"),
        (Came::Broke(code), _) => format!("BROKE with exit status {code:?}"),
    }
}

/// Prints the rates, for each kind and in all.
fn told(ways: &[Rot], trials: &[Trial]) -> ExitCode {
    let mut kinds: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (rot, trial) in ways.iter().zip(trials) {
        let count = kinds.entry(rot.way.as_str()).or_default();
        count.0 += 1;
        count.1 += usize::from(matches!(
            trial.came,
            Came::RedThere(_) | Came::RedElsewhere(_)
        ));
        count.2 += usize::from(matches!(trial.came, Came::RedThere(_)));
    }
    println!(
        "\n{:<34} {:>5} {:>5} {:>12}",
        "kind", "ways", "red", "right line"
    );
    for (kind, (ways, red, right)) in &kinds {
        println!("{kind:<34} {ways:>5} {red:>5} {right:>12}");
    }
    let sum = |part: fn(&(usize, usize, usize)) -> usize| kinds.values().map(part).sum::<usize>();
    let (all, red, right) = (sum(|kind| kind.0), sum(|kind| kind.1), sum(|kind| kind.2));
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "\n{red} of {all} red ({:.1} %, wanted {}), {right} of them at the right line ({:.1} %, wanted {})",
        percent(red, all),
        WANTED.0,
        percent(right, red),
        WANTED.1,
    );
    if red * 100 >= all * WANTED.0 && right * 100 >= red * WANTED.1 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
