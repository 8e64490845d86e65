//! Makes the tables and the plot of "How fast it is" out of what `bench/peers` has measured, prints them, and writes them
//! into the manual where it is asked to. It measures nothing itself.

#![allow(clippy::print_stdout)]

mod figures;
mod page;
mod plot;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use figures::Figures;

/// Draws up what bench/peers has measured
#[derive(Parser)]
#[command(name = "peers")]
struct Arguments {
    /// What was measured: lines of kind, name, size and value, with tabs between
    figures: PathBuf,

    /// The page whose part between the two comments is written anew
    #[arg(long, value_name = "FILE")]
    page: Option<PathBuf>,
}

fn main() -> ExitCode {
    match draw_up(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            println!("peers: {trouble}");
            ExitCode::from(2)
        }
    }
}

fn draw_up(arguments: &Arguments) -> Result<(), String> {
    let path = &arguments.figures;
    let cannot = |path: &PathBuf| {
        let path = path.display().to_string();
        move |error| format!("{path}: {error}")
    };
    let text = std::fs::read_to_string(path).map_err(cannot(path))?;
    let figures = Figures::read(&text)?;
    let part = page::part(&figures);
    println!("{part}");
    if let Some(path) = &arguments.page {
        let before = std::fs::read_to_string(path).map_err(cannot(path))?;
        let after = page::replaced(&before, &part)
            .map_err(|trouble| format!("{}: {trouble}", path.display()))?;
        std::fs::write(path, after).map_err(cannot(path))?;
    }
    Ok(())
}
