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

/// What axe finds on the open page, without what is allowed: in words, each with the first element that has it.
pub(crate) fn faults(browser: &Browser) -> Vec<(String, String)> {
    browser.run(&AXE, &[]);
    let allowed: Vec<Value> = ALLOWED
        .iter()
        .map(|allowed| json!([allowed.rule, allowed.selector]))
        .collect();
    let found = browser.run(
        r"
        const allowed = arguments[0];
        return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => {
          const faults = new Map(), met = [];
          for (const { id, nodes } of violations) {
            for (const { target, any, all, none } of nodes) {
              const element = document.querySelector(target[0]);
              const place = allowed.findIndex(([rule, selector]) => rule === id && element.matches(selector));
              if (place >= 0) {
                met.push(place);
                continue;
              }
              const fault = `${id}: ${[...any, ...all, ...none].map((check) => check.message).join('; ')}`;
              faults.set(fault, faults.get(fault) ?? target.join(' '));
            }
          }
          return { faults: [...faults], met };
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
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    faults
        .map(|fault| (text(&fault[0]), text(&fault[1])))
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
            faults.iter().any(|(fault, _)| fault.starts_with(rule)),
            "{faults:#?}"
        );
    }
    assert_eq!(faults.len(), 2, "{faults:#?}");
}
