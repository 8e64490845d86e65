//! The plot of what a step costs in each tool, as SVG that stands in a page: a bar for each tool, on a scale of powers of
//! ten. It takes the page's own colour for words, so that it can be read in light and in dark, and says in words what it
//! shows. Pure.

use std::fmt::Write as _;

use super::page::milliseconds;

/// A bar: what it is called, its length in milliseconds, and whether it is the one that the page is about.
pub(crate) struct Bar<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: f64,
    pub(crate) is_ours: bool,
}

/// Sizes in the units of the drawing, which is scaled to the width of the page.
const WIDTH: f64 = 720.0;
const NAMES: f64 = 150.0;
const RIGHT: f64 = 90.0;
const ROW: f64 = 26.0;
const TOP: f64 = 8.0;
const AXIS: f64 = 40.0;

/// Two colours of middle brightness, which stand out from white as from black.
const OURS: &str = "#2f7fd1";
const THEIRS: &str = "#8a8f98";

/// Draws the bars, the shortest first as they are given.
pub(crate) fn plot(bars: &[Bar<'_>]) -> String {
    let least = bars
        .iter()
        .map(|bar| bar.value)
        .fold(f64::INFINITY, f64::min);
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let low = least.max(1e-4).log10().floor();
    let high = most.max(1e-3).log10().ceil().max(low + 1.0);
    let x = |value: f64| {
        let part = (value.max(1e-4).log10() - low) / (high - low);
        NAMES + part.clamp(0.0, 1.0) * (WIDTH - NAMES - RIGHT)
    };
    let bottom = TOP + ROW * bars.len() as f64;
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {:.0}\" width=\"100%\" role=\"img\" aria-labelledby=\"peers-title peers-words\" \
         font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\n\
         <title id=\"peers-title\">Milliseconds for each further step</title>\n\
         <desc id=\"peers-words\">{}</desc>\n",
        bottom + AXIS,
        words(bars)
    );
    let mut power = low;
    while power <= high {
        let at = x(10_f64.powf(power));
        let label = milliseconds(10_f64.powf(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom}\" stroke=\"currentColor\" stroke-opacity=\"0.25\"/>\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
            bottom + 16.0
        );
        power += 1.0;
    }
    for (index, bar) in bars.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        let end = x(bar.value).max(NAMES + 2.0);
        let (colour, weight) = if bar.is_ours {
            (OURS, "bold")
        } else {
            (THEIRS, "normal")
        };
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" font-weight=\"{weight}\">{}</text>\
             <rect x=\"{NAMES}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-weight=\"{weight}\">{}</text>",
            NAMES - 8.0,
            top + 17.0,
            bar.name,
            top + 4.0,
            end - NAMES,
            ROW - 8.0,
            end + 6.0,
            top + 17.0,
            milliseconds(bar.value)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">milliseconds, each line ten times the one before</text>\n</svg>",
        NAMES + (WIDTH - NAMES - RIGHT) / 2.0,
        bottom + 34.0
    );
    svg
}

/// What the plot shows, in words.
fn words(bars: &[Bar<'_>]) -> String {
    let each: Vec<String> = bars
        .iter()
        .map(|bar| format!("{} {}", bar.name, milliseconds(bar.value)))
        .collect();
    format!(
        "From the quickest to the slowest, in milliseconds: {}.",
        each.join(", ")
    )
}
