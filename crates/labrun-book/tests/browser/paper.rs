//! On paper: dark letters on white and a diagram that can be read, whatever the theme on the screen was.

use serde_json::json;

use crate::browser::{Browser, DESKTOP};
use crate::fault::{self, Fault};
use crate::pages::{choose_theme, settle};
use crate::site::{self, BOOK, SAMPLES, Site};
use crate::{diagrams, screenshots};

/// Gives the texts of the page whose contrast is less than 4.5, both on what is behind them and on bare paper, since a printer
/// leaves backgrounds out unless it is told otherwise.
const PALE: &str = concat!(include_str!("colours.js"), include_str!("paper.js"));

#[test]
fn every_page_prints_dark_on_white_from_dark_themes() {
    let browser = Browser::start(DESKTOP);
    let mut faults = Vec::new();
    for page in site::pages(&BOOK) {
        faults.extend(print(&browser, &BOOK, &page, "navy"));
    }
    for theme in ["coal", "ayu"] {
        faults.extend(print(&browser, &SAMPLES, "diagram.html", theme));
        faults.extend(print(&browser, &SAMPLES, "lab.html", theme));
    }
    assert!(faults.is_empty(), "{}", fault::summary(&faults));
}

fn print(
    browser: &Browser,
    site: &Site,
    page: &str,
    theme: &str,
) -> impl Iterator<Item = Fault> + use<> {
    browser.emulate_media("", "dark");
    browser.open(&site.page(page));
    choose_theme(browser, theme);
    browser.open(&site.page(page));
    settle(browser);
    browser.emulate_media("print", "dark");
    let faults = on_paper(browser);
    let place = format!("{}-print-{theme}", page.trim_end_matches(".html"));
    screenshots::take(browser, &place);
    fault::at(&place, faults)
}

fn on_paper(browser: &Browser) -> Vec<String> {
    let pale = browser.run(PALE, &[]);
    let mut faults: Vec<String> = pale
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            format!(
                "{} is pale: {} on what is behind it, {} on bare paper",
                found["place"].as_str().unwrap(),
                found["here"],
                found["bare"]
            )
        })
        .collect();
    faults.extend(diagrams::faults(browser, DESKTOP));
    faults
}

#[test]
fn the_page_of_all_chapters_prints_itself_when_its_diagrams_are_drawn() {
    let browser = Browser::start(DESKTOP);
    // It would print as soon as it is loaded. What is drawn by then is what is on the paper.
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.prints = []; window.print = () => prints.push(document.documentElement.dataset.diagram);" }),
    );
    browser.emulate_media("", "dark");
    browser.open(&SAMPLES.page("words.html"));
    choose_theme(&browser, "navy");
    browser.open(&SAMPLES.page("print.html"));
    browser.wait_until("window.prints.length > 0");
    assert_eq!(browser.run("return prints;", &[]), json!(["ready"]));
    browser.emulate_media("print", "dark");
    assert_eq!(on_paper(&browser), Vec::<String>::new());
}

#[test]
fn the_whole_book_becomes_a_document() {
    let browser = Browser::start(DESKTOP);
    browser.open(&BOOK.page("404.html"));
    choose_theme(&browser, "navy");
    browser.open(&BOOK.page("print.html"));
    settle(&browser);
    let printed = browser.devtools("Page.printToPDF", json!({ "printBackground": false }));
    let document = printed["data"].as_str().unwrap();
    // The beginning of `%PDF` in base64.
    assert!(document.starts_with("JVBER"), "{:.40}", document);
    screenshots::save(document, "print-navy.pdf");
    assert_eq!(
        browser.run("return document.documentElement.dataset.diagram;", &[]),
        json!("ready")
    );
}
