//! A diagram follows the reader's colours at once: the theme menu, its entry «Auto», and the system's own switch. The page is
//! not loaded again, and stays where the reader was.

use serde_json::{Value, json};

use crate::browser::{Browser, DESKTOP};
use crate::diagrams;
use crate::pages::settle;
use crate::site::SAMPLES;

/// A script that gives the colours of everything drawn in the first diagram.
const COLOURS: &str = "[...document.querySelectorAll('figure.diagram svg')]
    .flatMap((svg) => [...svg.querySelectorAll('rect, path, text, span, p')])
    .map((part) => { const style = getComputedStyle(part); return [style.fill, style.stroke, style.color].join(' '); })
    .join('\\n')";

#[test]
fn a_diagram_follows_every_switch_without_a_reload() {
    let browser = Browser::start(DESKTOP);
    browser.emulate_media("", "light");
    browser.open(&SAMPLES.page("diagram.html"));
    settle(&browser);
    browser.run(
        "window.marker = 'not loaded again'; window.scrollTo(0, 150);",
        &[],
    );
    let scrolled = browser.run("return window.scrollY;", &[]);
    assert_ne!(scrolled, json!(0), "the page is too short to show anything");
    let light = colours(&browser);
    assert!(!light.is_empty(), "nothing is drawn");

    // The system, while nothing was chosen.
    browser.emulate_media("", "dark");
    let navy = expect(&browser, "navy", &light);
    browser.emulate_media("", "light");
    expect(&browser, "light", &navy);

    // The menu, against the system's colours.
    choose(&browser, "coal");
    let coal = expect(&browser, "coal", &light);
    choose(&browser, "rust");
    expect(&browser, "rust", &coal);
    choose(&browser, "ayu");
    let ayu = expect(&browser, "ayu", &light);

    // A chosen theme does not follow the system.
    browser.emulate_media("", "dark");
    assert_eq!(colours(&browser), ayu);
    choose(&browser, "light");
    expect(&browser, "light", &ayu);
    // «Auto» does again.
    choose(&browser, "default_theme");
    expect(&browser, "navy", &light);

    let state = browser.run("return [window.marker ?? null, window.scrollY];", &[]);
    assert_eq!(state, json!(["not loaded again", scrolled]));
}

/// Waits for the theme and for other colours than those before; then every label can be read in them.
fn expect(browser: &Browser, theme: &str, before: &str) -> String {
    browser.wait_until(&format!(
        "document.documentElement.classList.contains('{theme}')"
    ));
    browser.wait_until(&format!(
        "document.documentElement.dataset.diagram === 'ready' && ({COLOURS}) !== {}",
        Value::from(before)
    ));
    let faults = diagrams::faults(browser, DESKTOP);
    assert!(faults.is_empty(), "{theme}: {faults:#?}");
    colours(browser)
}

fn colours(browser: &Browser) -> String {
    let colours = browser.run(&format!("return {COLOURS};"), &[]);
    colours.as_str().unwrap().to_owned()
}

/// By the menu. The page is scrolled back afterwards, because the click itself may scroll to reach the menu.
fn choose(browser: &Browser, theme: &str) {
    let before = browser.run("return window.scrollY;", &[]);
    browser.run(
        "document.getElementById('mdbook-theme-toggle').click(); document.getElementById(arguments[0]).click();",
        &[json!(format!("mdbook-theme-{theme}"))],
    );
    browser.run("window.scrollTo(0, arguments[0]);", &[before]);
}
