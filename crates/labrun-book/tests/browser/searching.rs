//! The search finds Indonesian words in all their forms, leaves out words that say nothing, and knows no diagram's source.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;

use crate::browser::{Browser, DESKTOP};
use crate::site::{BOOK, SAMPLES, Site};

/// A browser whose search box is open.
fn open(site: &Site, page: &str) -> Browser {
    let browser = Browser::start(DESKTOP);
    browser.open(&site.page(page));
    browser.press_slash();
    browser
}

/// The sections that a word finds, by page and fragment.
fn find(browser: &Browser, word: &str) -> BTreeSet<String> {
    // Typed, because that is what the page listens to.
    browser.run(
        "const box = document.getElementById('mdbook-searchbar'); box.focus(); box.select();",
        &[],
    );
    browser.type_keys(word);
    results(browser, word)
}

/// Waits until the results are those of a word, which their heading names, in whatever quotes.
fn results(browser: &Browser, word: &str) -> BTreeSet<String> {
    browser.wait_until(&format!(
        r"/[^\p{{L}}]{word}[^\p{{L}}]/u.test(document.getElementById('mdbook-searchresults-header').textContent)"
    ));
    let found = browser.run(
        "return [...document.querySelectorAll('#mdbook-searchresults li a')]
           .map((link) => { const url = new URL(link.href); return url.pathname.slice(1) + url.hash; });",
        &[],
    );
    let found = found.as_array().unwrap().iter();
    found
        .map(|place| place.as_str().unwrap().to_owned())
        .collect()
}

fn places(fragments: &[&str]) -> BTreeSet<String> {
    fragments
        .iter()
        .map(|fragment| format!("words.html#{fragment}"))
        .collect()
}

#[test]
fn the_forms_of_a_word_meet() {
    let browser = open(&SAMPLES, "words.html");
    let copies = places(&["bentuk-pertama", "bentuk-kedua", "bentuk-ketiga"]);
    for word in ["replikasi", "mereplikasi", "direplikasi", "Replikasi"] {
        assert_eq!(find(&browser, word), copies, "{word}");
    }
    let properties = places(&["sifat-pertama", "sifat-kedua"]);
    for word in ["tersedia", "ketersediaan"] {
        assert_eq!(find(&browser, word), properties, "{word}");
    }
}

#[test]
fn in_the_book_as_well() {
    let browser = open(&BOOK, "introduction.html");
    for forms in [
        &["replikasi", "direplikasi", "mereplikasi"][..],
        &["tersedia", "ketersediaan"][..],
    ] {
        let first = find(&browser, forms[0]);
        assert!(!first.is_empty(), "nothing is found for {}", forms[0]);
        for form in &forms[1..] {
            assert_eq!(find(&browser, form), first, "{form}");
        }
    }
}

#[test]
fn words_that_say_nothing_find_nothing() {
    let browser = open(&BOOK, "introduction.html");
    for word in ["yang", "dan", "di"] {
        assert_eq!(find(&browser, word), BTreeSet::new(), "{word}");
    }
}

#[test]
fn the_source_of_a_diagram_is_not_searched() {
    for site in [&*SAMPLES, &*BOOK] {
        let browser = open(site, "404.html");
        for word in ["classDef", "sequenceDiagram"] {
            assert_eq!(find(&browser, word), BTreeSet::new(), "{word}");
        }
        let index = fs::read_dir(&site.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                name.starts_with("searchindex") && name.ends_with(".js")
            })
            .expect("the book has an index of its words");
        let index = fs::read_to_string(index).unwrap().to_lowercase();
        for word in ["classdef", "sequencediagram"] {
            assert!(!index.contains(word), "{word} is in the index");
        }
    }
}

/// What stands in a heading is text, also where it is found.
#[test]
fn a_heading_is_found_as_it_is_written() {
    let browser = open(&SAMPLES, "words.html");
    assert_eq!(find(&browser, "penandaan").len(), 1);
    let shown = browser.run(
        "const link = document.querySelector('#mdbook-searchresults li a');
         return [link.textContent.includes('<img src=x onerror=alert(1)> dan <b>'), link.childElementCount];",
        &[],
    );
    assert_eq!(shown, json!([true, 0]));
}

#[test]
fn a_link_to_a_search_shows_its_results() {
    let browser = Browser::start(DESKTOP);
    for word in ["mereplikasi", "replikasi"] {
        browser.open(&SAMPLES.page(&format!("lab.html?search={word}")));
        let found = results(&browser, word);
        assert_eq!(
            found,
            places(&["bentuk-pertama", "bentuk-kedua", "bentuk-ketiga"])
        );
        let shown = browser.run(
            "return document.getElementById('mdbook-searchresults').checkVisibility();",
            &[],
        );
        assert_eq!(shown, json!(true));
    }
    browser.open(&SAMPLES.page("lab.html?search=yang"));
    assert_eq!(results(&browser, "yang"), BTreeSet::new());
}

impl Browser {
    /// Opens the search as a reader's keyboard does.
    fn press_slash(&self) {
        self.type_keys("/");
        self.wait_until("document.getElementById('mdbook-searchbar').checkVisibility()");
    }
}
