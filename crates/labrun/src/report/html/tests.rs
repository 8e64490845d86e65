//! The page of the specimens: what it says, that it asks nothing of the network, and that nothing in it can be markup.

use std::time::Duration;

use labrun_model::{DiffLine, Event, FailureKind, Verdict};

use super::Run;
use super::page::page;
use crate::report::specimens;

/// The page of a run, told event by event, a second apart.
fn page_of(events: &[Event]) -> String {
    let mut run = Run {
        time: "2026-11-22T10:11:12Z".to_owned(),
        ..Run::default()
    };
    for (second, event) in (0..).zip(events) {
        run.event(event, Duration::from_secs(second));
    }
    page(&specimens::lab(), &run, "n0nce")
}

/// The run of the specimens, in which the second step has failed in this way.
fn red(kind: FailureKind) -> String {
    let mut events = specimens::events();
    let failed = Event::StepFinished(
        1,
        specimens::step(Verdict::Failed, Some(specimens::failure(kind))),
    );
    let passed = |event: &Event| matches!(event, Event::StepFinished(1, _));
    let at = events.iter().position(passed).unwrap();
    events[at] = failed;
    page_of(&events)
}

#[test]
fn a_page_says_the_verdict_the_facts_the_time_line_and_every_block() {
    let page = page_of(&specimens::events());
    for part in [
        "<title>demo: passed</title>",
        "<strong>passed</strong> 3 steps, 1 expectation and 2 checks passed, in 15.3 s and 890 ms of clean-up",
        "<dt>engine</dt><dd>Docker Engine 28.0</dd>",
        "2026-11-22 10:11:12 UTC",
        "<h3>1. First</h3>",
        "psql -h 127.0.0.1",
        "written to compose.yaml",
        "?column?",
        "<a href=\"#block-1\">",
        "id=\"block-1\"",
        "So after <strong>2.1 s</strong>, at the 4th question.",
        "It began with 16 MiB, was 16 MiB at most, and ended with 0 B after 2.1 s.",
        "<td>0.700</td><td>no number (×)</td>",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
    assert!(!page.contains("What failed"), "{page}");
}

#[test]
fn a_page_asks_nothing_of_anybody_and_runs_nothing() {
    let page = page_of(&specimens::events());
    assert!(page.contains("default-src 'none'; style-src 'nonce-n0nce'"));
    assert_eq!(page.matches("<style nonce=\"n0nce\">").count(), 1);
    for part in [
        "<script", "<link", "<img", "http://", "https://", " src=", "@import", "url(", " style=",
    ] {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn a_failure_is_told_first_and_its_block_is_open() {
    let page = red(FailureKind::Output(vec![
        DiffLine::Missing {
            text: "one".to_owned(),
            place: specimens::place(),
        },
        DiffLine::Extra("two".to_owned()),
    ]));
    let (failed, time) = (page.find("What failed"), page.find("Time line"));
    assert!(failed.is_some() && failed < time, "{page}");
    for part in [
        "class=\"block failed\" id=\"block-1\" open>",
        "<del>− one</del>",
        "<ins>+ two</ins>",
        "src/demo.md:18:1",
    ] {
        assert!(page.contains(part), "{part} is missing in\n{page}");
    }
}

#[test]
fn what_a_program_printed_is_text_and_never_markup() {
    let hostile =
        "</code></pre><script>alert(1)</script><img src=x onerror=\"y\">\u{1b}[31m\u{202e}";
    let page = red(FailureKind::Output(vec![DiffLine::Extra(
        hostile.to_owned(),
    )]));
    assert!(!page.contains("<script"), "{page}");
    assert!(!page.contains("<img"), "{page}");
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
    assert!(page.chars().all(|c| c == '\n' || !c.is_control()), "{page}");
    assert!(!page.contains('\u{202e}'), "{page}");
}

#[test]
fn a_run_that_broke_says_why() {
    for error in specimens::run_errors() {
        let run = Run {
            trouble: Some((error.to_string(), error.help())),
            ..Run::default()
        };
        let page = page(&specimens::lab(), &run, "n");
        assert!(page.contains("could not be run"), "{page}");
        assert!(page.contains("Why there is no result"), "{page}");
        assert!(!page.contains("Time line"), "{page}");
    }
}

#[test]
fn every_failure_has_its_place_on_the_page() {
    for failure in specimens::failures() {
        let page = red(failure.kind.clone());
        assert!(page.contains("src/demo.md:18:1"), "{page}");
        assert_eq!(
            page.matches("<details").count(),
            page.matches("</details>").count()
        );
        assert_eq!(page.matches("<pre").count(), page.matches("</pre>").count());
        assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
        assert_eq!(
            page.matches("<section").count(),
            page.matches("</section>").count()
        );
    }
}
