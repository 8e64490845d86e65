//! Every page in every theme, on a desktop and on a phone: nothing breaks, nothing asks for the world outside, nobody is kept
//! out, nothing is wider than the screen, and every diagram can be read.

use std::thread;

use serde_json::{Value, json};

use crate::browser::{Browser, DESKTOP, PHONE, Viewport};
use crate::fault::{self, Fault};
use crate::site::{self, BOOK};
use crate::{accessibility, diagrams, screenshots};

pub(crate) const THEMES: [&str; 5] = ["light", "rust", "coal", "navy", "ayu"];

/// Chooses the theme for the pages that are opened from now on, as the menu would.
pub(crate) fn choose_theme(browser: &Browser, theme: &str) {
    browser.run(
        "localStorage.setItem('mdbook-theme', arguments[0]);",
        &[json!(theme)],
    );
}

/// Waits until the page's diagrams are drawn, or until it has said that there are none.
pub(crate) fn settle(browser: &Browser) {
    browser.wait_until(
        "['none', 'ready', 'failed'].includes(document.documentElement.dataset.diagram)",
    );
    // Letters whose font is still loading have another width.
    browser.run("return document.fonts.ready.then(() => true);", &[]);
}

#[test]
fn every_page_is_sound_in_every_theme_and_on_both_screens() {
    let pages = site::pages(&BOOK);
    let both = [DESKTOP, PHONE];
    let faults: Vec<Fault> = thread::scope(|scope| {
        let looking: Vec<_> = both
            .iter()
            .map(|viewport| scope.spawn(|| look_at_all(&pages, *viewport)))
            .collect();
        looking
            .into_iter()
            .flat_map(|looking| looking.join().unwrap())
            .collect()
    });
    screenshots::write_index(&pages, &THEMES, &both.map(|viewport| viewport.name));
    assert!(faults.is_empty(), "{}", fault::summary(&faults));
    let stale = accessibility::stale();
    assert!(
        stale.is_empty(),
        "allowed for nothing, so take it from the list: {stale:#?}"
    );
}

fn look_at_all(pages: &[String], viewport: Viewport) -> Vec<Fault> {
    let browser = Browser::start(viewport);
    browser.open(&BOOK.page(&pages[0]));
    let mut faults = Vec::new();
    for theme in THEMES {
        choose_theme(&browser, theme);
        for page in pages {
            let here = look_at(&browser, page, theme, viewport);
            let place = screenshots::name(page, theme, viewport.name);
            faults.extend(fault::at(&place, here));
            // After the picture, and last of all, because axe's own script is no part of the page.
            for (text, element) in accessibility::faults(&browser) {
                let place = format!("{place} at {element}");
                faults.push(Fault { place, text });
            }
        }
    }
    faults
}

fn look_at(browser: &Browser, page: &str, theme: &str, viewport: Viewport) -> Vec<String> {
    // What the page before has left there.
    browser.log("browser");
    browser.network_events();
    browser.open(&BOOK.page(page));
    settle(browser);
    let mut faults = Vec::new();
    let state = browser.run(
        "const html = document.documentElement;
         return { theme: html.className, diagram: html.dataset.diagram, figures: document.querySelectorAll('figure.diagram').length,
                  width: html.scrollWidth, screen: html.clientWidth };",
        &[],
    );
    if !state["theme"]
        .as_str()
        .unwrap()
        .split(' ')
        .any(|class| class == theme)
    {
        faults.push(format!("it is in the theme {}", state["theme"]));
    }
    let wanted = if state["figures"] == json!(0) {
        "none"
    } else {
        "ready"
    };
    if state["diagram"] != json!(wanted) {
        faults.push(format!(
            "its diagrams are {} and should be {wanted}",
            state["diagram"]
        ));
    }
    if state["width"].as_u64() > state["screen"].as_u64() {
        faults.push(format!(
            "it is {} px wide on a screen of {}: {}",
            state["width"],
            state["screen"],
            widest(browser)
        ));
    }
    faults.extend(diagrams::faults(browser, viewport));
    let name = screenshots::name(page, theme, viewport.name);
    screenshots::take(browser, &name);
    screenshots::take_diagrams(browser, &name);
    faults.extend(errors(browser));
    faults.extend(strangers(&browser.network_events()));
    faults
}

/// What stands out at the right, to mend it by.
fn widest(browser: &Browser) -> String {
    let found = browser.run(
        "const screen = document.documentElement.clientWidth;
         return [...document.querySelectorAll('main *')]
           .filter((element) => element.getBoundingClientRect().right > screen + 1
             && !element.parentElement.closest('pre, .table-wrapper, figure'))
           .slice(0, 3).map((element) => element.outerHTML.slice(0, 120)).join(' | ');",
        &[],
    );
    found.as_str().unwrap().to_owned()
}

/// The errors on the page's console since this was last asked.
pub(crate) fn errors(browser: &Browser) -> Vec<String> {
    let log = browser.log("browser").into_iter();
    log.filter(|(level, _)| level == "SEVERE")
        .map(|(_, message)| message)
        .collect()
}

/// The requests among the events that left this machine.
pub(crate) fn strangers(events: &[Value]) -> Vec<String> {
    let requests = events
        .iter()
        .filter(|event| event["method"] == json!("Network.requestWillBeSent"));
    requests
        .map(|event| event["params"]["request"]["url"].as_str().unwrap())
        .filter(|url| {
            !["http://127.0.0.1:", "data:", "blob:"]
                .iter()
                .any(|own| url.starts_with(own))
        })
        .map(|url| format!("it asks for {url}"))
        .collect()
}
