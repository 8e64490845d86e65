//! The book with something missing: without scripts, without a network, from a folder, on a slow line.

use serde_json::{Value, json};

use crate::browser::{Browser, DESKTOP, PHONE};
use crate::pages::{choose_theme, errors, settle, strangers};
use crate::screenshots;
use crate::site::{self, BOOK, SAMPLES, Site};

/// The most that a page without a diagram may load, uncompressed and with an empty cache.
const HEAVIEST: f64 = 500.0 * 1024.0;

/// The page in a frame that may not run scripts, where a script of ours can look at it.
fn open_without_scripts(browser: &Browser, site: &Site, page: &str) {
    browser.open(&site.page("404.html"));
    browser.run(
        "document.documentElement.innerHTML = '<body style=\"margin:0\">';
         const frame = document.createElement('iframe');
         frame.sandbox = 'allow-same-origin';
         frame.style = 'border:0;width:100vw;height:100vh';
         const loaded = new Promise((done) => frame.addEventListener('load', done));
         frame.src = arguments[0];
         document.body.append(frame);
         return loaded.then(() => { window.page = frame.contentDocument; });",
        &[json!(site.page(page))],
    );
    assert_eq!(
        browser.run("return page.documentElement.dataset.diagram ?? null;", &[]),
        Value::Null,
        "a script has run"
    );
}

/// The visible text of all that a selector finds.
fn text(browser: &Browser, selector: &str) -> String {
    let text = browser.run(
        "return [...page.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility())
           .map((e) => e.innerText).join('\\n');",
        &[json!(selector)],
    );
    text.as_str().unwrap().to_owned()
}

#[test]
fn a_lab_reads_without_scripts() {
    let browser = Browser::start(PHONE);
    open_without_scripts(&browser, &SAMPLES, "lab.html");
    let main = text(&browser, "main");
    for wanted in [
        "Langkah 1",
        "echo 'satu",
        "tiga",
        "$ echo lima",
        "SELECT 1 AS",
        "(1 row)",
    ] {
        assert!(main.contains(wanted), "{wanted} is not shown:\n{main}");
    }
    open_without_scripts(&browser, &BOOK, "chapter3.html");
    assert!(text(&browser, ".labrun-step").contains("docker compose up"));
    assert!(text(&browser, ".labrun-output").contains("streaming"));
    let checks = text(&browser, "details.labrun-check > summary");
    assert!(checks.lines().count() > 3, "{checks}");
    // A button that does nothing is worse than none.
    assert_eq!(text(&browser, "main button"), "");
    screenshots::take(&browser, "chapter3-phone-without-scripts");
}

#[test]
fn a_diagram_says_what_it_shows_without_scripts() {
    let browser = Browser::start(DESKTOP);
    for (site, page) in [(&SAMPLES, "diagram.html"), (&BOOK, "chapter2.html")] {
        open_without_scripts(&browser, site, page);
        let missing = browser.run(
            "return [...page.querySelectorAll('figure.diagram')]
               .filter((figure) => figure.innerText.trim().length < 20).map((figure) => figure.outerHTML.slice(0, 200));",
            &[],
        );
        assert_eq!(missing, json!([]), "{page}");
        assert_ne!(
            browser.run(
                "return page.querySelectorAll('figure.diagram').length;",
                &[]
            ),
            json!(0),
            "{page} has lost its diagrams"
        );
    }
    screenshots::take(&browser, "chapter2-desktop-without-scripts");
}

#[test]
fn a_page_without_a_diagram_is_light() {
    let browser = Browser::start(DESKTOP);
    browser.devtools("Network.setCacheDisabled", json!({ "cacheDisabled": true }));
    let mut light = 0;
    let mut faults = Vec::new();
    for page in site::pages(&BOOK) {
        browser.network_events();
        browser.open(&BOOK.page(&page));
        settle(&browser);
        let events = browser.network_events();
        let figures = browser.run(
            "return document.querySelectorAll('figure.diagram').length;",
            &[],
        );
        let mermaid = events.iter().any(|event| {
            event["method"] == json!("Network.requestWillBeSent")
                && event["params"]["request"]["url"]
                    .as_str()
                    .unwrap()
                    .contains("mermaid")
        });
        if figures != json!(0) {
            // So that the other pages' silence means something.
            assert!(mermaid, "{page} has a diagram and does not load Mermaid");
            continue;
        }
        light += 1;
        let weights = weigh(&events);
        let loaded: f64 = weights.iter().map(|(weight, _)| weight).sum();
        // For `bench/page`, which shows what tests print.
        println!(
            "{page:<24} {:>7.1} KiB {:>4} requests",
            loaded / 1024.0,
            weights.len()
        );
        if mermaid {
            faults.push(format!("{page} has no diagram and loads Mermaid"));
        }
        assert!(
            loaded > 50_000.0,
            "{page}: only {loaded} bytes were counted"
        );
        if loaded > HEAVIEST {
            let heaviest: Vec<String> = weights
                .iter()
                .take(8)
                .map(|(weight, url)| format!("{:.0} {url}", weight / 1024.0))
                .collect();
            faults.push(format!(
                "{page} loads {:.0} KiB: {}",
                loaded / 1024.0,
                heaviest.join(", ")
            ));
        }
    }
    assert!(light > 3, "only {light} pages have no diagram");
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What each request has loaded, the heaviest first.
fn weigh(events: &[Value]) -> Vec<(f64, String)> {
    let named = |id: &Value| {
        let request = events.iter().find(|event| {
            event["method"] == json!("Network.requestWillBeSent")
                && event["params"]["requestId"] == *id
        });
        let url = request.and_then(|event| event["params"]["request"]["url"].as_str());
        let (_, name) = url.and_then(|url| url.rsplit_once('/')).unwrap_or_default();
        name.to_owned()
    };
    let mut weights: Vec<(f64, String)> = events
        .iter()
        .filter(|event| event["method"] == json!("Network.loadingFinished"))
        .map(|event| &event["params"])
        .map(|loaded| {
            (
                loaded["encodedDataLength"].as_f64().unwrap(),
                named(&loaded["requestId"]),
            )
        })
        .collect();
    weights.sort_by(|one, other| other.0.total_cmp(&one.0));
    weights
}

#[test]
fn without_a_network_an_open_page_goes_on() {
    let browser = Browser::start(DESKTOP);
    browser.open(&SAMPLES.page("diagram.html"));
    settle(&browser);
    browser.devtools(
        "Network.emulateNetworkConditions",
        json!({ "offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
    );
    browser.network_events();
    browser.log("browser");
    // A theme of the same brightness, because mdBook fetches the colours of code for the others when they are chosen.
    browser.run(
        "document.getElementById('mdbook-theme-toggle').click(); document.getElementById('mdbook-theme-rust').click();",
        &[],
    );
    browser.wait_until("document.documentElement.classList.contains('rust')");
    settle(&browser);
    assert_eq!(
        browser.run("return document.documentElement.dataset.diagram;", &[]),
        json!("ready")
    );
    assert_eq!(errors(&browser), Vec::<String>::new());
}

#[test]
fn a_page_reads_from_a_folder() {
    let browser = Browser::start(DESKTOP);
    browser.open(&SAMPLES.page("words.html"));
    choose_theme(&browser, "light");
    for (site, page) in [(&SAMPLES, "diagram.html"), (&SAMPLES, "lab.html")] {
        browser.network_events();
        browser.open(&format!("file://{}", site.folder.join(page).display()));
        settle(&browser);
        let state = browser.run("return document.documentElement.dataset.diagram;", &[]);
        assert_ne!(state, json!("failed"), "{page}");
        let shown = browser.run(
            "return document.querySelector('main').innerText.length;",
            &[],
        );
        assert!(
            shown.as_u64().unwrap() > 100,
            "{page} shows {shown} letters"
        );
        let outside: Vec<String> = strangers(&browser.network_events())
            .into_iter()
            .filter(|request| !request.contains("file://"))
            .collect();
        assert_eq!(outside, Vec::<String>::new());
    }
}
