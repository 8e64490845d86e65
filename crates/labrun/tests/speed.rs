//! The chapter "How fast it is" is drawn up from figures by the example `peers`: medians, what is met and missed, a plot
//! that can be read aloud, and a place on the page. Nothing is measured here.

#[path = "../examples/peers/figures.rs"]
mod figures;
#[path = "../examples/peers/page.rs"]
mod page;
#[path = "../examples/peers/plot.rs"]
mod plot;

use figures::Figures;

/// Three rounds of two tools and everything else once.
const MEASURED: &str = "\
fact\tdate\t\t2026-11-25
fact\tmachine\t\t2 cores, Linux 6.18
version\tlabrun\t\t0.1.0
version\tscrut\t\t0.4.3
steps\tlabrun\t1\t20
steps\tlabrun\t1000\t119.9
steps\tlabrun\t1\t900
steps\tlabrun\t1000\t900
steps\tlabrun\t1\t10
steps\tlabrun\t1000\t80
steps\tscrut-t\t1\t6
steps\tscrut-t\t1000\t126
alone\treadline\t\t0.13
chapter\tlabrun\t\t7000
chapter\tlabrun\t\t12100
chapter\tscript\t\t6500
flood\tlabrun\t100000000\t420
memory\tflood\t\t14336
list\tlabs\t1000\t40
start\tversion\t\t11
parallel\tlabrun\t1\t5000
parallel\tlabrun\t4\t1250
";

#[test]
fn the_part_says_medians_and_what_is_met() {
    let part = page::part(&Figures::read(MEASURED).unwrap());
    for line in [
        "| **labrun** | a bash on a terminal | output and status | 20 | 120 | 0.1 |",
        "| scrut (.t) | a bash on pipes | output and status | 6 | 126 | 0.12 |",
        "| each further step | at most as long as in scrut (.t) | 0.1 ms to 0.12 ms | met |",
        "| the same with readline | for comparison | 0.13 ms |  |",
        "7.00 s to 6.50 s, 1.077, 1 with the five seconds' race left out | missed |",
        "| a step that prints 100 MB | at least 200 MB a second | 250 MB a second | met |",
        "| the most memory meanwhile | under 16 MB | 14.0 MB | met |",
        "| `labrun list` in a book with 1,000 labs | under 100 ms | 40 ms | met |",
        "| start, as `labrun --version` has it | under 10 ms | 11 ms | missed |",
        "| `labrun run --all -j 4` | 1.25 | 4.0 |",
    ] {
        assert!(part.contains(line), "{line}\n\n{part}");
    }
}

#[test]
fn the_plot_says_in_words_what_it_shows_and_takes_the_page_s_colour() {
    let part = page::part(&Figures::read(MEASURED).unwrap());
    let begin = part.find("<svg").unwrap();
    let svg = &part[begin..part.find("</svg>").unwrap()];
    assert!(svg.contains("labrun 0.1, scrut (.t) 0.12."), "{svg}");
    assert!(svg.contains("fill=\"currentColor\"") && svg.contains("role=\"img\""));
    // A blank line would end the HTML in Markdown.
    assert!(!svg.contains("\n\n"));
}

#[test]
fn only_the_part_of_the_page_is_written_anew() {
    let page = include_str!("../../../manual/src/speed.md");
    let once = page::replaced(page, "new").unwrap();
    assert!(once.starts_with("# How fast it is") && once.contains("\n\nnew\n"));
    assert_eq!(page::replaced(&once, "new").unwrap(), once);
    let refused = page::replaced("# Another page", "new").unwrap_err();
    assert!(
        refused.starts_with("it has no line `<!-- bench/peers"),
        "{refused}"
    );
}

#[test]
fn figures_that_are_none_are_refused_with_their_line() {
    let wrong = |text| Figures::read(text).unwrap_err();
    assert_eq!(wrong("list\tlabs\t1\tx"), "line 1: `x` is no number");
    assert_eq!(wrong("fact\ta\t\tb\nlist"), "line 2: not four fields: list");
}
