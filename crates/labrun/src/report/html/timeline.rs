//! The time line: a bar for each block, to scale, below its section. Places are percentages and attributes of SVG, so that
//! it fits any window and needs no style that a policy would have to let in.

use std::time::Duration;

use labrun_model::{Block, Lab};

use super::super::human::span;
use super::page::{section_title, sign};
use super::{Ended, Run, escaped, signs};

/// The narrowest bar, in pixels: one of a millisecond must be seen, too.
const NARROWEST: u32 = 3;

/// The time line with its heading; nothing where nothing was run.
pub(super) fn timeline(lab: &Lab, run: &Run) -> String {
    let length = run.length();
    if length.is_zero() {
        return String::new();
    }
    let mut text = format!(
        "<section aria-labelledby=\"{anchor}time\">\n<h2 id=\"{anchor}time\">Time line</h2>\n\
         <p class=\"note\">Each bar is to scale; the whole width is {}. A bar leads to its step.</p>\n{}",
        span(length),
        axis(length),
        anchor = escaped(&run.anchor)
    );
    let mut section = None;
    for ended in run.blocks.iter().filter(|ended| ended.attempts > 0) {
        let Some(block) = lab.blocks.get(ended.index) else {
            continue;
        };
        if section != Some(block.section()) {
            if section.is_some() {
                text.push_str("</ol>\n");
            }
            section = Some(block.section());
            text.push_str(&format!(
                "<h3>{}</h3>\n<ol class=\"bars\">\n",
                escaped(section_title(lab, block.section()))
            ));
        }
        text.push_str(&row(block, ended, length, &run.anchor));
    }
    if section.is_some() {
        text.push_str("</ol>\n");
    }
    text.push_str("</section>\n");
    text
}

fn row(block: &Block, ended: &Ended, length: Duration, anchor: &str) -> String {
    let (_, class, word) = signs(ended.verdict);
    let (x, width) = (percent(ended.began, length), percent(ended.elapsed, length));
    // What is typed is code, what a check promises a sentence.
    let (kind, what) = match block {
        Block::Step(step) => (step.number.to_string(), "what typed"),
        Block::Check(_) => ("check".to_owned(), "what"),
    };
    format!(
        "<li><a href=\"#{anchor}block-{index}\"><span class=\"label\">{sign} <span class=\"number\">{kind}</span> \
         <span class=\"{what}\">{summary}</span></span>\
         <svg class=\"bar {class}\" width=\"100%\" height=\"14\" aria-hidden=\"true\" focusable=\"false\">\
         <rect class=\"rail\" x=\"0\" y=\"6\" width=\"100%\" height=\"2\"/>\
         <rect x=\"{x:.2}%\" y=\"1\" width=\"{NARROWEST}\" height=\"12\" rx=\"1\"/>\
         <rect x=\"{x:.2}%\" y=\"1\" width=\"{width:.2}%\" height=\"12\" rx=\"2\"/></svg>\
         <span class=\"time\">{time}<span class=\"unseen\">, {word}, from {began}</span></span></a></li>\n",
        anchor = escaped(anchor),
        index = ended.index,
        sign = sign(ended.verdict),
        summary = escaped(&block.summary()),
        time = span(ended.elapsed),
        began = span(ended.began),
    )
}

/// The beginning, the quarters and the end of the whole time.
fn axis(length: Duration) -> String {
    let ticks: String = [0_u32, 1, 2, 3, 4]
        .iter()
        .map(|quarter| match quarter {
            0 => "<span>0</span>".to_owned(),
            _ => format!("<span>{}</span>", span(length * *quarter / 4)),
        })
        .collect();
    format!("<div class=\"axis\" aria-hidden=\"true\"><div>{ticks}</div></div>\n")
}

fn percent(part: Duration, whole: Duration) -> f64 {
    part.as_secs_f64() / whole.as_secs_f64() * 100.0
}
