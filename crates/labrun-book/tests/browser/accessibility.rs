//! axe-core on a page, with the list of what mdBook itself does and this book cannot mend.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::site::root;

/// A rule that mdBook's own markup breaks, and only there: the same in this book's own content is still a fault.
struct Allowed {
    rule: &'static str,
    /// Every element that may break it.
    selector: &'static str,
    reason: &'static str,
}

const ALLOWED: &[Allowed] = &[];

/// The places on the list that were met. One that never is has no place on it.
static MET: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

static AXE: LazyLock<String> = LazyLock::new(|| {
    let path = root().join(".assets/axe/axe.min.js");
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. `script/bootstrap --for test` brings it.",
            path.display()
        )
    })
});

/// What axe finds on the open page, in words, without what is allowed.
pub(crate) fn faults(browser: &Browser) -> Vec<String> {
    browser.run(&AXE, &[]);
    let allowed: Vec<Value> = ALLOWED
        .iter()
        .map(|allowed| json!([allowed.rule, allowed.selector]))
        .collect();
    let found = browser.run(
        r"
        const allowed = arguments[0];
        return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => {
          const faults = [], met = [];
          for (const { id, help, nodes } of violations) {
            const places = [];
            for (const { target, any, all, none } of nodes) {
              const element = document.querySelector(target[0]);
              const place = allowed.findIndex(([rule, selector]) => rule === id && element.matches(selector));
              if (place >= 0) met.push(place);
              else places.push(`${target.join(' ')}: ` + [...any, ...all, ...none].map((check) => check.message).join('; '));
            }
            const more = places.length > 2 ? ` (and ${places.length - 2} more)` : '';
            if (places.length > 0) faults.push(`${id} (${help}) at ${places.slice(0, 2).join(' and at ')}${more}`);
          }
          return { faults, met };
        });",
        &[json!(allowed)],
    );
    let mut met = MET.lock().unwrap();
    met.extend(
        found["met"]
            .as_array()
            .unwrap()
            .iter()
            .map(|place| place.as_u64().unwrap() as usize),
    );
    let faults = found["faults"].as_array().unwrap().iter();
    faults
        .map(|fault| fault.as_str().unwrap().to_owned())
        .collect()
}

/// The places on the list that no page has needed since the tests began.
pub(crate) fn stale() -> Vec<String> {
    let met = MET.lock().unwrap();
    let unmet = ALLOWED
        .iter()
        .enumerate()
        .filter(|(place, _)| !met.contains(place));
    unmet
        .map(|(_, allowed)| {
            format!(
                "{} at {}: {}",
                allowed.rule, allowed.selector, allowed.reason
            )
        })
        .collect()
}

#[test]
fn axe_finds_a_picture_without_words_and_pale_text() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser/axe");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("bad.html"),
        "<!doctype html><html lang='en'><title>Bad</title><main><h1>Bad</h1><img src='data:,'>\
         <p style='color: #bbb; background: #fff'>pale</p></main>",
    )
    .unwrap();
    let site = crate::site::serve(folder);
    let browser = Browser::start(crate::browser::DESKTOP);
    browser.open(&site.page("bad.html"));
    let faults = faults(&browser);
    for rule in ["image-alt", "color-contrast"] {
        assert!(
            faults.iter().any(|fault| fault.starts_with(rule)),
            "{faults:#?}"
        );
    }
    assert_eq!(faults.len(), 2, "{faults:#?}");
}
