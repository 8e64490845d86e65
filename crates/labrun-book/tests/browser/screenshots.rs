//! Pictures for a person to look at, and the page that shows them all. Nothing is compared with them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::browser::Browser;

/// Beside the test's own temporary folder, which is `tmp` in the target's.
pub(crate) fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("screenshots");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Takes the whole page, as far as somebody would scroll to look at it.
pub(crate) fn take(browser: &Browser, name: &str) {
    const TALLEST: u64 = 3_000;
    let size = browser.devtools("Page.getLayoutMetrics", json!({}));
    let size = &size["cssContentSize"];
    let height = size["height"].as_f64().unwrap().min(TALLEST as f64);
    let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1 });
    capture(browser, clip, name);
}

/// Takes each diagram of the page, wherever it is on it.
pub(crate) fn take_diagrams(browser: &Browser, name: &str) {
    let clips = browser.run(
        "return [...document.querySelectorAll('figure.diagram')].map((figure) => {
           const { x, y, width, height } = figure.getBoundingClientRect();
           return { x: x + scrollX, y: y + scrollY, width, height, scale: 1 }; });",
        &[],
    );
    for (index, clip) in clips.as_array().unwrap().iter().enumerate() {
        capture(
            browser,
            clip.clone(),
            &format!("{name}-diagram{}", index + 1),
        );
    }
}

fn capture(browser: &Browser, clip: Value, name: &str) {
    let picture = browser.devtools(
        "Page.captureScreenshot",
        json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }),
    );
    save(picture["data"].as_str().unwrap(), &format!("{name}.png"));
}

/// Writes a file that the browser has sent in base64.
pub(crate) fn save(base64: &str, name: &str) {
    fs::write(folder().join(name), decode(base64)).unwrap();
}

/// Base64 as the browser writes it: without breaks, with padding.
fn decode(text: &str) -> Vec<u8> {
    let value = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        other => panic!("no letter of base64: {other}"),
    };
    let letters: Vec<u8> = text.trim_end_matches('=').bytes().map(value).collect();
    let mut bytes = Vec::with_capacity(letters.len() * 3 / 4);
    for group in letters.chunks(4) {
        let bits = group
            .iter()
            .fold(0_u32, |bits, letter| bits << 6 | u32::from(*letter))
            << (6 * (4 - group.len()));
        let [_, one, two, three] = bits.to_be_bytes();
        bytes.extend(&[one, two, three][..group.len() - 1]);
    }
    bytes
}

/// The page over all pictures: a row for each page, a column for each theme.
pub(crate) fn write_index(pages: &[String], themes: &[&str], viewports: &[&str]) {
    let mut html = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Screenshots</title>\
         <style>body{font:14px sans-serif;background:#777;color:#fff}img{width:100%;vertical-align:top}\
         div{display:grid;grid-template-columns:repeat(5,1fr);gap:8px}figure{margin:0;max-height:70vh;overflow:auto}</style>",
    );
    for viewport in viewports {
        for page in pages {
            html.push_str(&format!("<h2>{page}, {viewport}</h2><div>"));
            for theme in themes {
                let file = name(page, theme, viewport);
                let diagrams = (1..).map(|number| format!("{file}-diagram{number}"));
                let diagrams =
                    diagrams.take_while(|file| folder().join(format!("{file}.png")).exists());
                html.push_str("<figure>");
                for file in std::iter::once(file.clone()).chain(diagrams) {
                    html.push_str(&format!(
                        "<a href={file}.png><img loading=lazy alt='{file}' src={file}.png></a>"
                    ));
                }
                html.push_str("</figure>");
            }
            html.push_str("</div>");
        }
    }
    fs::write(folder().join("index.html"), html).unwrap();
}

/// The name of a page's picture.
pub(crate) fn name(page: &str, theme: &str, viewport: &str) -> String {
    format!("{}-{viewport}-{theme}", page.trim_end_matches(".html"))
}
