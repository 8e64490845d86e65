//! The copy button of a step puts its commands on the clipboard, all of them and nothing else: no prompt, no output, and no
//! line end at the end, which would press Enter for a reader who wants to look first.

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::browser::{Browser, DESKTOP, PHONE, Viewport};
use crate::pages::settle;
use crate::site::SAMPLES;

/// A word of each step of the page, and what its button copies.
const STEPS: [(&str, &str); 4] = [
    ("echo 'satu", "echo 'satu  dua'\necho \"tiga\" | cat"),
    ("echo empat", "echo empat\necho lima"),
    ("psql -h", "psql -h 127.0.0.1 -U postgres -p 5454 postgres"),
    ("SELECT", "SELECT 1 AS \"satu <dua> & tiga\";"),
];

fn open(viewport: Viewport) -> Browser {
    let browser = Browser::start(viewport);
    browser.devtools(
        "Browser.grantPermissions",
        json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": SAMPLES.address }),
    );
    browser.open(&SAMPLES.page("lab.html"));
    settle(&browser);
    browser
}

/// Gives the step with a word an attribute to find it by, and checks that it has one button that can be seen.
fn find(browser: &Browser, word: &str) -> String {
    let buttons = browser.run(
        "const steps = [...document.querySelectorAll('.labrun-step')].filter((step) => step.textContent.includes(arguments[0]));
         if (steps.length !== 1) return `${steps.length} steps have it`;
         document.querySelectorAll('[data-wanted]').forEach((old) => old.removeAttribute('data-wanted'));
         const buttons = [...steps[0].querySelectorAll('button')].filter((button) => button.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
         buttons.forEach((button) => button.setAttribute('data-wanted', ''));
         return buttons.length;",
        &[json!(word)],
    );
    assert_eq!(buttons, json!(1), "visible buttons in the step with {word}");
    "[data-wanted]".to_owned()
}

fn clear(browser: &Browser) {
    browser.run("return navigator.clipboard.writeText('nothing');", &[]);
}

/// What is on the clipboard, once it is no longer nothing.
fn copied(browser: &Browser) -> String {
    browser.wait_until("navigator.clipboard.readText().then((text) => text !== 'nothing')");
    let text = browser.run("return navigator.clipboard.readText();", &[]);
    text.as_str().unwrap().to_owned()
}

#[test]
fn a_click_copies_the_commands_of_every_kind_of_step() {
    let browser = open(DESKTOP);
    for (word, commands) in STEPS {
        let button = find(&browser, word);
        clear(&browser);
        browser.click(&button);
        assert_eq!(copied(&browser), commands);
    }
}

#[test]
fn the_keyboard_copies_the_same_and_the_button_has_a_name() {
    let browser = open(DESKTOP);
    for (word, commands) in STEPS {
        find(&browser, word);
        clear(&browser);
        tab_to(&browser, "[data-wanted]");
        let name = browser.run(
            "const e = document.activeElement; return (e.getAttribute('aria-label') ?? e.textContent).trim();",
            &[],
        );
        assert_ne!(name, json!(""), "a button without a name");
        browser.press(Key::Enter);
        assert_eq!(copied(&browser), commands);
    }
}

/// Presses Tab until the element has the focus.
fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..200 {
        browser.press(Key::Tab);
        let here = browser.run(
            "return document.activeElement.matches(arguments[0]);",
            &[json!(selector)],
        );
        if here == json!(true) {
            return;
        }
    }
    panic!("Tab never reaches {selector}");
}

#[test]
fn on_a_phone_the_button_is_there_without_a_pointer_above_it() {
    let browser = open(PHONE);
    for (word, commands) in STEPS {
        let button = find(&browser, word);
        let box_ = browser.run(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();
             return { width: box.width, height: box.height, right: box.right, left: box.left };",
            &[json!(button)],
        );
        // WCAG 2.2, success criterion 2.5.8.
        assert!(
            number(&box_, "width") >= 24.0 && number(&box_, "height") >= 24.0,
            "too small for a finger: {box_}"
        );
        assert!(
            number(&box_, "left") >= 0.0 && number(&box_, "right") <= f64::from(PHONE.width),
            "outside the screen: {box_}"
        );
        clear(&browser);
        browser.click(&button);
        assert_eq!(copied(&browser), commands);
    }
}

fn number(object: &Value, key: &str) -> f64 {
    object[key].as_f64().unwrap()
}
