//! What a diagram is to the eye: the contrast and the size of its labels, which axe does not look at; and the proof that the
//! probe for them finds a bad diagram.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::browser::{Browser, DESKTOP, Viewport};
use crate::site;

/// WCAG 2, success criterion 1.4.3, for text of any size.
const LEAST_CONTRAST: f64 = 4.5;
/// In pixels of the screen, after all scaling. A phone scrolls or zooms, so it counts on the desktop.
const LEAST_SIZE: f64 = 11.0;

/// Measures every label of the open page.
const PROBE: &str = concat!(include_str!("colours.js"), include_str!("diagrams.js"));

struct Label {
    text: String,
    contrast: f64,
    size: f64,
    diagram: u64,
}

/// Every label of the open page that is too pale or too small, in words.
pub(crate) fn faults(browser: &Browser, viewport: Viewport) -> Vec<String> {
    let labels = measure(browser);
    let figures = browser.run(
        "return document.querySelectorAll('figure.diagram').length;",
        &[],
    );
    let mut faults: Vec<String> = labels
        .iter()
        .filter(|label| label.contrast < LEAST_CONTRAST)
        .map(|label| {
            format!(
                "diagram {}: «{}» has a contrast of {}, less than {LEAST_CONTRAST}",
                label.diagram, label.text, label.contrast
            )
        })
        .collect();
    if viewport == DESKTOP {
        let small = labels.iter().filter(|label| label.size < LEAST_SIZE);
        faults.extend(small.map(|label| {
            format!(
                "diagram {}: «{}» is {} px large, less than {LEAST_SIZE}",
                label.diagram, label.text, label.size
            )
        }));
    }
    for number in 1..=figures.as_u64().unwrap() {
        if !labels.iter().any(|label| label.diagram == number) {
            faults.push(format!("diagram {number} shows no label"));
        }
    }
    faults
}

fn measure(browser: &Browser) -> Vec<Label> {
    let measured = browser.run(PROBE, &[]);
    let label = |value: &Value| Label {
        text: value["text"].as_str().unwrap().to_owned(),
        contrast: value["contrast"].as_f64().unwrap(),
        size: value["size"].as_f64().unwrap(),
        diagram: value["diagram"].as_u64().unwrap(),
    };
    measured.as_array().unwrap().iter().map(label).collect()
}

#[test]
fn the_probe_finds_what_cannot_be_read() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser/probe");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("probe.html"), include_str!("probe.html")).unwrap();
    let site = site::serve(folder);
    let browser = Browser::start(DESKTOP);
    browser.open(&site.page("probe.html"));
    let labels = measure(&browser);
    // Each label of the page says in its own words what it is.
    for label in &labels {
        let good = label.text.starts_with("good");
        let pale = label.contrast < LEAST_CONTRAST;
        let small = label.size < LEAST_SIZE;
        assert_eq!(
            (pale, small),
            (
                !good && label.text.contains("pale"),
                !good && label.text.contains("small")
            ),
            "«{}»: contrast {}, {} px",
            label.text,
            label.contrast,
            label.size
        );
    }
    assert_eq!(
        labels.len(),
        12,
        "a label was missed, or found twice: {:?}",
        labels.iter().map(|label| &label.text).collect::<Vec<_>>()
    );
    let faults = faults(&browser, DESKTOP);
    assert_eq!(faults.len(), 8, "{faults:#?}");
    assert!(
        faults
            .iter()
            .any(|fault| fault.contains("diagram 3 shows no label"))
    );
}
