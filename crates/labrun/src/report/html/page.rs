//! The page as a whole: head, verdict, what failed, facts, and the order of the rest.

use std::time::Duration;

use labrun_model::{Lab, Summary, Verdict};

use labrun_run::signal_in_words;

use super::super::human::span;
use super::{Run, block, escaped, signs, timeline};
use crate::report::count;

const STYLE: &str = include_str!("style.css");

/// The whole page of one lab. The nonce is the only thing by which a style may be taken for ours.
pub(super) fn page(lab: &Lab, run: &Run, nonce: &str) -> String {
    let (class, verdict, words) = verdict(run);
    let mut page = head(&format!("{}: {verdict}", lab.name), nonce);
    page.push_str(&format!(
        "<a class=\"skip\" href=\"#blocks\">Skip to the steps</a>\n{}<main>\n{}</main>\n</body>\n</html>\n",
        header(lab, class, verdict, &words),
        body(lab, run)
    ));
    page
}

/// The whole page of several labs: an overview, and a part for each that has ended.
pub(super) fn together(parts: &[(&Lab, &Run)], of: usize, nonce: &str) -> String {
    let green = parts.iter().filter(|(_, run)| verdict(run).0 == "passed");
    let (green, ended) = (green.count(), parts.len());
    let (class, word) = match (green, ended) {
        _ if green == of => ("passed", "passed"),
        _ if ended < of => ("not-run", "not complete"),
        _ => ("failed", "failed"),
    };
    let labs = count(of, "lab");
    let mut page = head(&format!("{labs}: {word}"), nonce);
    page.push_str(&format!(
        "<a class=\"skip\" href=\"#labs\">Skip to the labs</a>\n<header class=\"{class}\">\n\
         <p class=\"lab\">labrun report</p>\n<h1>{labs}</h1>\n\
         <p class=\"verdict\"><strong>{word}</strong> {green} of {labs} passed</p>\n</header>\n\
         <nav aria-labelledby=\"labs\">\n<h2 id=\"labs\">Labs</h2>\n<ul class=\"labs\">\n",
    ));
    for (lab, run) in parts {
        let (class, verdict, words) = verdict(run);
        let sign = match class {
            "passed" => Verdict::Passed,
            "not-run" => Verdict::NotRun,
            _ => Verdict::Failed,
        };
        page.push_str(&format!(
            "<li><a href=\"#{anchor}lab\">{sign} {name}</a> <span class=\"note\">{verdict} {words}</span></li>\n",
            anchor = escaped(&run.anchor),
            sign = self::sign(sign),
            name = escaped(&lab.name),
            words = escaped(&words),
        ));
    }
    page.push_str("</ul>\n</nav>\n<main>\n");
    for (lab, run) in parts {
        let (class, verdict, words) = verdict(run);
        page.push_str(&format!(
            "<article id=\"{anchor}lab\" aria-label=\"{name}\">\n{}{}</article>\n",
            header(lab, class, verdict, &words),
            body(lab, run),
            anchor = escaped(&run.anchor),
            name = escaped(&lab.name),
        ));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn head(title: &str, nonce: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'nonce-{nonce}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n<style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n",
        title = escaped(title),
    )
}

fn header(lab: &Lab, class: &str, verdict: &str, words: &str) -> String {
    format!(
        "<header class=\"{class}\">\n<p class=\"lab\">labrun report · {path}</p>\n<h1>{name}</h1>\n\
         <p class=\"verdict\"><strong>{verdict}</strong> {words}</p>\n</header>\n",
        path = escaped(lab.source.path()),
        name = escaped(&lab.title),
        words = escaped(words),
    )
}

/// Everything below a lab's verdict.
fn body(lab: &Lab, run: &Run) -> String {
    [
        trouble(run),
        what_failed(lab, run),
        facts(lab, run),
        timeline::timeline(lab, run),
        blocks(lab, run),
    ]
    .concat()
}

/// The verdict as a class, a word and a sentence.
fn verdict(run: &Run) -> (&'static str, &'static str, String) {
    let Some(summary) = &run.summary else {
        return ("failed", "could not be run", String::new());
    };
    let counts = counts(summary);
    match summary.interrupted_by {
        Some(signal) => (
            "not-run",
            "interrupted",
            format!("by {}: {counts}", signal_in_words(signal)),
        ),
        None if summary.is_green() => ("passed", "passed", counts),
        None => match &summary.engine_away {
            Some(away) => {
                let sentence = format!("the engine was away ({away}): {counts}");
                ("failed", "broken", sentence)
            }
            None => ("failed", "failed", counts),
        },
    }
}

fn counts(summary: &Summary) -> String {
    // What went wrong comes first, as in the report for people.
    let mut parts: Vec<String> = [
        (summary.steps_failed, "step"),
        (summary.checks_failed, "check"),
    ]
    .into_iter()
    .filter(|(failed, _)| *failed > 0)
    .map(|(failed, what)| count(failed, what) + " failed")
    .collect();
    parts.push(format!(
        "{}, {} and {} passed",
        count(summary.steps_passed, "step"),
        count(summary.expectations_passed, "expectation"),
        count(summary.checks_passed, "check"),
    ));
    let not_run = summary.steps_not_run + summary.checks_not_run;
    if not_run > 0 {
        parts.push(format!("{not_run} not run"));
    }
    if summary.left_out > 0 {
        parts.push(format!("{} left out, as asked", summary.left_out));
    }
    let cleaned_up = match summary.cleanup {
        Duration::ZERO => String::new(),
        time => format!(" and {} of clean-up", span(time)),
    };
    format!(
        "{}, in {}{cleaned_up}",
        parts.join(", "),
        span(summary.elapsed)
    )
}

/// What is wrong with the run and belongs to no step.
fn trouble(run: &Run) -> String {
    let mut text = String::new();
    if let Some((message, help)) = &run.trouble {
        text.push_str(&format!(
            "<section class=\"failure\">\n<h2>Why there is no result</h2>\n<pre>{}</pre>\n",
            escaped(message)
        ));
        if let Some(help) = help {
            text.push_str(&format!(
                "<p class=\"hint\"><strong>Help:</strong> {}</p>\n",
                escaped(help)
            ));
        }
        text.push_str("</section>\n");
    }
    let left = run.summary.iter().flat_map(|summary| &summary.left_behind);
    text.extend(left.map(|left| {
        format!(
            "<p class=\"failure\"><strong>Left behind:</strong> {}</p>\n",
            escaped(left)
        )
    }));
    text
}

/// The failures, each with a link to its step: they are what a reader has come for.
fn what_failed(lab: &Lab, run: &Run) -> String {
    let failed: Vec<String> = run
        .blocks
        .iter()
        .filter_map(|ended| {
            let failure = ended.failure.as_ref()?;
            let block = lab.blocks.get(ended.index)?;
            Some(format!(
                "<li><a href=\"#{}block-{}\"><code>{}</code></a>: {} <span class=\"place\">{}</span></li>\n",
                escaped(&run.anchor),
                ended.index,
                escaped(&block.summary()),
                escaped(&failure.kind.to_string()),
                escaped(&failure.place.to_string())
            ))
        })
        .collect();
    if failed.is_empty() {
        return String::new();
    }
    format!(
        "<section class=\"failure\" aria-labelledby=\"{anchor}failed\">\n<h2 id=\"{anchor}failed\">What failed</h2>\n<ul>\n{}</ul>\n</section>\n",
        failed.concat(),
        anchor = escaped(&run.anchor)
    )
}

fn facts(lab: &Lab, run: &Run) -> String {
    let mut facts = vec![
        ("lab".to_owned(), lab.name.clone()),
        (
            "began".to_owned(),
            run.time.replace('T', " ").replace('Z', " UTC"),
        ),
    ];
    facts.extend(run.facts.iter().cloned());
    facts.push(("labrun".to_owned(), env!("CARGO_PKG_VERSION").to_owned()));
    let anchor = escaped(&run.anchor);
    let mut text = format!(
        "<section aria-labelledby=\"{anchor}facts\">\n<h2 id=\"{anchor}facts\">Made with</h2>\n<dl>\n"
    );
    for (name, value) in facts {
        text.push_str(&format!(
            "<div><dt>{}</dt><dd>{}</dd></div>\n",
            escaped(&name),
            escaped(&value)
        ));
    }
    text.push_str("</dl>\n");
    for warning in &run.warnings {
        text.push_str(&format!(
            "<p class=\"warning\"><strong>Warning:</strong> {}</p>\n",
            escaped(warning)
        ));
    }
    text.push_str("</section>\n");
    text
}

/// Every block below its section's heading.
fn blocks(lab: &Lab, run: &Run) -> String {
    let anchor = escaped(&run.anchor);
    let mut text = format!(
        "<section aria-labelledby=\"{anchor}blocks\">\n<h2 id=\"{anchor}blocks\">Steps and checks</h2>\n"
    );
    let mut section = None;
    for ended in &run.blocks {
        let Some(block) = lab.blocks.get(ended.index) else {
            continue;
        };
        if section != Some(block.section()) {
            section = Some(block.section());
            text.push_str(&format!(
                "<h3>{}</h3>\n",
                escaped(section_title(lab, block.section()))
            ));
        }
        text.push_str(&block::block(lab, block, ended, &run.anchor));
    }
    text.push_str("</section>\n");
    text
}

/// A section's heading; what comes before the first one has none.
pub(super) fn section_title(lab: &Lab, section: usize) -> &str {
    let title = lab
        .sections
        .get(section)
        .map_or("", |section| section.title.as_str());
    if title.is_empty() { &lab.title } else { title }
}

/// A verdict's sign, which is read out as its word.
pub(super) fn sign(verdict: Verdict) -> String {
    let (sign, class, word) = signs(verdict);
    format!("<span class=\"sign {class}\" role=\"img\" aria-label=\"{word}\">{sign}</span>")
}
