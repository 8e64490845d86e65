//! The part of "How fast it is" that is made of figures: what was measured with, the tables and the plot. Pure.

use std::fmt::Write as _;

use super::figures::{Figures, Tool};
use super::plot::{Bar, plot};

/// Between these two lines a page is written anew.
const BEGIN: &str = "<!-- bench/peers --page writes from here -->";
const END: &str = "<!-- to here -->";

/// How a tool is called on the page, how it runs the steps, and what of them it compares.
const TOOLS: [(&str, &str, &str, &str); 9] = [
    (
        "labrun",
        "labrun",
        "a bash on a terminal",
        "output and status",
    ),
    (
        "scrut-t",
        "scrut (.t)",
        "a bash on pipes",
        "output and status",
    ),
    (
        "scrut-md",
        "scrut (.md)",
        "a bash for each block",
        "output and status",
    ),
    ("cram", "cram", "a shell on pipes", "output and status"),
    ("prysk", "prysk", "a shell on pipes", "output and status"),
    ("byexample", "byexample", "a shell on a terminal", "output"),
    (
        "trycmd",
        "trycmd",
        "a program for each step, no shell",
        "output and status",
    ),
    (
        "bats",
        "bats",
        "a bash for each test",
        "what the test asserts",
    ),
    ("bash", "bash alone", "a script", "nothing"),
];

fn about(name: &str) -> (&str, &str, &str) {
    let known = TOOLS.iter().find(|(key, ..)| *key == name);
    known.map_or((name, "", ""), |(_, shown, runs, compares)| {
        (*shown, *runs, *compares)
    })
}

/// The page with its part written anew.
///
/// # Errors
/// When it has no place for it.
pub(crate) fn replaced(page: &str, part: &str) -> Result<String, String> {
    let missing = || format!("it has no line `{BEGIN}` with `{END}` below it");
    let (before, rest) = page.split_once(BEGIN).ok_or_else(missing)?;
    let (_, after) = rest.split_once(END).ok_or_else(missing)?;
    Ok(format!("{before}{BEGIN}\n\n{part}\n{END}{after}"))
}

/// The tables and the plot.
pub(crate) fn part(figures: &Figures) -> String {
    let tools = figures.tools();
    let mut text = measured_with(figures);
    steps(&mut text, &tools);
    text.push('\n');
    let slopes: Vec<(&Tool, f64)> = tools
        .iter()
        .filter_map(|tool| Some((tool, tool.slope()?)))
        .collect();
    let mut bars: Vec<Bar<'_>> = slopes
        .iter()
        .map(|(tool, slope)| Bar {
            name: about(&tool.name).0,
            value: *slope,
            is_ours: tool.name == "labrun",
        })
        .collect();
    bars.sort_by(|one, other| one.value.total_cmp(&other.value));
    text.push_str(&plot(&bars));
    text.push('\n');
    wanted(&mut text, figures, &slopes);
    parallel(&mut text, figures);
    text
}

fn measured_with(figures: &Figures) -> String {
    let others = [
        "scrut",
        "cram",
        "prysk",
        "byexample",
        "trycmd",
        "bats",
        "bash",
    ];
    let versions: Vec<String> = others
        .iter()
        .filter(|name| !figures.version(name).is_empty())
        .map(|name| format!("{name} {}", figures.version(name)))
        .collect();
    let load = |when: &str| figures.median("load", when, "").unwrap_or(0.0);
    format!(
        "Measured on {} with labrun {} on a machine with {}; {} rounds; load {} before and {} after. Beside it {}.\n\n",
        figures.fact("date"),
        figures.version("labrun"),
        figures.fact("machine"),
        figures.fact("rounds"),
        load("before"),
        load("after"),
        versions.join(", ")
    )
}

fn steps(text: &mut String, tools: &[Tool]) {
    let sizes: Vec<u32> = tools
        .first()
        .map(|tool| tool.times.iter().map(|(size, _)| *size).collect())
        .unwrap_or_default();
    let heads: Vec<String> = sizes.iter().map(|size| steps_in_words(*size)).collect();
    let _ = writeln!(
        text,
        "| tool | runs the steps in | compares | {} | each further step |\n| --- | --- | --- |{} ---: |",
        heads.join(" | "),
        " ---: |".repeat(sizes.len())
    );
    for tool in tools {
        let (name, runs, compares) = about(&tool.name);
        let times: Vec<String> = tool
            .times
            .iter()
            .map(|(_, time)| milliseconds(*time))
            .collect();
        let strong = if tool.name == "labrun" { "**" } else { "" };
        let _ = writeln!(
            text,
            "| {strong}{name}{strong} | {runs} | {compares} | {} | {} |",
            times.join(" | "),
            tool.slope()
                .map_or_else(|| "not to be told".to_owned(), milliseconds)
        );
    }
    text.push_str("\nMilliseconds, medians, start and end of each tool included.\n");
}

fn steps_in_words(size: u32) -> String {
    match size {
        1 => "1 step".to_owned(),
        1000 => "1,000 steps".to_owned(),
        other => format!("{other} steps"),
    }
}

/// What was set as a goal, with what came of it.
fn wanted(text: &mut String, figures: &Figures, slopes: &[(&Tool, f64)]) {
    text.push_str("| what | wanted | measured | |\n| --- | --- | ---: | --- |\n");
    let slope = |name: &str| {
        let found = slopes.iter().find(|(tool, _)| tool.name == name);
        found.map(|(_, slope)| *slope)
    };
    let mut row = |what: &str, goal: &str, measured: String, is_met: Option<bool>| {
        let said = match is_met {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        };
        let _ = writeln!(text, "| {what} | {goal} | {measured} | {said} |");
    };
    if let (Some(own), Some(peer)) = (slope("labrun"), slope("scrut-t")) {
        row(
            "each further step",
            "at most as long as in scrut (.t)",
            format!("{} ms to {} ms", milliseconds(own), milliseconds(peer)),
            Some(own <= peer),
        );
    }
    for (name, what) in [
        (
            "kernel",
            "the same line in a bash alone on a terminal, as labrun has it",
        ),
        ("readline", "the same with readline"),
    ] {
        if let Some(time) = figures.median("alone", name, "") {
            row(
                what,
                "for comparison",
                format!("{} ms", milliseconds(time)),
                None,
            );
        }
    }
    if let Some((own, raced)) = figures.chapter("labrun")
        && let Some((script, also)) = figures.chapter("script")
    {
        let ratio = own / script;
        let apart = match raced + also {
            0 => String::new(),
            some => format!(", {some} with the five seconds' race left out"),
        };
        row(
            "chapter 3 against its own `labs/chapter3/lab.sh`",
            "at most 1.03 times as long",
            format!(
                "{:.2} s to {:.2} s, {ratio:.3}{apart}",
                own / 1000.0,
                script / 1000.0
            ),
            Some(ratio <= 1.03),
        );
    }
    let one = figures.median("steps", "labrun", "1");
    if let (Some(flood), Some(one)) = (figures.median("flood", "labrun", "100000000"), one) {
        let rate = 100.0 / ((flood - one).max(0.001) / 1000.0);
        row(
            "a step that prints 100 MB",
            "at least 200 MB a second",
            format!("{rate:.0} MB a second"),
            Some(rate >= 200.0),
        );
    }
    if let Some(peak) = figures.median("memory", "flood", "") {
        let peak = peak / 1024.0;
        row(
            "the most memory meanwhile",
            "under 16 MB",
            format!("{peak:.1} MB"),
            Some(peak < 16.0),
        );
    }
    if let Some(time) = figures.median("list", "labs", "1000") {
        row(
            "`labrun list` in a book with 1,000 labs",
            "under 100 ms",
            format!("{} ms", milliseconds(time)),
            Some(time < 100.0),
        );
    }
    if let Some(time) = figures.median("start", "version", "") {
        row(
            "start, as `labrun --version` has it",
            "under 10 ms",
            format!("{} ms", milliseconds(time)),
            Some(time < 10.0),
        );
    }
}

fn parallel(text: &mut String, figures: &Figures) {
    let rows = figures.parallel();
    let Some(&(_, alone)) = rows.first() else {
        return;
    };
    text.push_str("\n| 8 labs that wait for half a second each | seconds | times as quick |\n| --- | ---: | ---: |\n");
    for (jobs, time) in rows {
        let _ = writeln!(
            text,
            "| `labrun run --all -j {jobs}` | {:.2} | {:.1} |",
            time / 1000.0,
            alone / time
        );
    }
}

/// A number of milliseconds with two or three digits that count.
pub(crate) fn milliseconds(value: f64) -> String {
    let digits = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        value if value >= 0.01 => 3,
        _ => 4,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
