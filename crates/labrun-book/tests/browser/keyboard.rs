//! Everything can be reached with the Tab key, and the eye can see where it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use thirtyfour::Key;

use crate::browser::{Browser, DESKTOP, PHONE, Viewport};
use crate::pages::settle;
use crate::site::BOOK;

/// What a reader without a pointer must get to, and how the page's script tells that it is there.
const WANTED: [(&str, &str); 7] = [
    (
        "the switch of the sidebar",
        "here.matches('#mdbook-sidebar-toggle, #mdbook-sidebar-toggle-anchor')",
    ),
    ("the theme menu", "here.matches('#mdbook-theme-toggle')"),
    ("the search", "here.matches('#mdbook-search-toggle')"),
    ("the next chapter", "here.matches('a[rel~=next]')"),
    (
        "a copy button",
        "here.matches('.labrun-step button') && here.checkVisibility({ visibilityProperty: true, opacityProperty: true })",
    ),
    (
        "a folded check",
        "here.matches('details.labrun-check > summary')",
    ),
    (
        "a code block that scrolls",
        "here.closest('pre') !== null && here.scrollWidth > here.clientWidth",
    ),
];

#[test]
fn tab_reaches_everything_and_the_focus_is_seen() {
    for viewport in [DESKTOP, PHONE] {
        walk(viewport);
    }
}

fn walk(viewport: Viewport) {
    let browser = Browser::start(viewport);
    browser.open(&BOOK.page("chapter3.html"));
    settle(&browser);
    let tests: Vec<String> = WANTED
        .iter()
        .map(|(name, test)| format!("[{}, {test}]", Value::from(*name)))
        .collect();
    // A focus ring is an outline, or a shadow or border that is there only with the focus.
    let look = format!(
        "const here = document.activeElement;
         if (here === document.body || here === document.documentElement) return null;
         const look = (e) => {{ const s = getComputedStyle(e);
           return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor, s.backgroundColor].join(' '); }};
         const target = here.matches('#mdbook-sidebar-toggle-anchor') ? document.getElementById('mdbook-sidebar-toggle') : here;
         const style = getComputedStyle(target);
         const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
         const focused = look(target);
         let seen = ring;
         if (!seen) {{ here.blur(); seen = look(target) !== focused; here.focus({{ focusVisible: true }}); }}
         const box = target.getBoundingClientRect();
         return {{ reached: [{}].filter(([, is]) => is).map(([name]) => name),
                   seen: seen && box.width > 1 && box.height > 1, html: here.outerHTML.slice(0, 160) }};",
        tests.join(", ")
    );
    let mut reached: BTreeMap<String, String> = BTreeMap::new();
    let mut unseen = Vec::new();
    // As often as the page has anything to stop at, and round once.
    let stops = browser.run(
        "return document.querySelectorAll('a, button, input, summary, pre, code, [tabindex]').length;",
        &[],
    );
    for _ in 0..stops.as_u64().unwrap() + 10 {
        browser.press(Key::Tab);
        let here = browser.run(&look, &[]);
        if here.is_null() {
            break;
        }
        if here["seen"] != json!(true) {
            unseen.push(here["html"].to_string());
        }
        for name in here["reached"].as_array().unwrap() {
            let name = name.as_str().unwrap().to_owned();
            reached
                .entry(name)
                .or_insert_with(|| here["html"].to_string());
        }
    }
    let missed: Vec<&str> = WANTED
        .iter()
        .map(|(name, _)| *name)
        // On a wide screen everything may fit.
        .filter(|name| viewport == PHONE || *name != "a code block that scrolls")
        .filter(|name| !reached.contains_key(*name))
        .collect();
    assert!(
        missed.is_empty(),
        "{}: Tab never reaches {missed:?}",
        viewport.name
    );
    unseen.sort();
    unseen.dedup();
    assert!(
        unseen.is_empty(),
        "{}: the focus is not seen on\n{}",
        viewport.name,
        unseen.join("\n")
    );
}

#[test]
fn the_keyboard_works_what_it_reaches() {
    let browser = Browser::start(DESKTOP);
    browser.open(&BOOK.page("chapter3.html"));
    settle(&browser);
    let focus = |selector: &str| {
        browser.run(
            "document.querySelector(arguments[0]).focus();",
            &[json!(selector)],
        );
    };
    focus("details.labrun-check > summary");
    browser.press(Key::Enter);
    browser.wait_until("document.querySelector('details.labrun-check').open");

    let shown = "document.getElementById('mdbook-sidebar').getBoundingClientRect().right > 0";
    browser.wait_until(shown);
    browser.run(
        "const toggle = document.getElementById('mdbook-sidebar-toggle');
         (toggle.tabIndex >= 0 ? toggle : document.getElementById('mdbook-sidebar-toggle-anchor')).focus();",
        &[],
    );
    browser.press(Key::Space);
    browser.wait_until(&format!("!({shown})"));

    focus("#mdbook-theme-toggle");
    browser.press(Key::Enter);
    browser.wait_until("document.getElementById('mdbook-theme-list').checkVisibility()");
    browser.press(Key::Escape);
    browser.wait_until("!document.getElementById('mdbook-theme-list').checkVisibility()");
}
