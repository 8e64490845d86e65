//! A Chromium and its driver, from start to end, behind calls that wait for their answer. It knows nothing of the book.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    By, CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, Key, TypingData,
    WebDriver, WebElement,
};
use tokio::runtime::{Builder, Runtime};

/// How long a page may take to get where it is going. Only a broken page needs it all.
const DEADLINE: Duration = Duration::from_secs(30);

/// What the reader's screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Viewport {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

pub(crate) const DESKTOP: Viewport = Viewport {
    name: "desktop",
    width: 1200,
    height: 900,
};
pub(crate) const PHONE: Viewport = Viewport {
    name: "phone",
    width: 390,
    height: 844,
};

/// A browser with one page. It ends with its value, also when a test panics.
pub(crate) struct Browser {
    // Taken when it ends, because quitting consumes it.
    driver: Option<WebDriver>,
    runtime: Runtime,
    // Ended after the session, whose browser it would leave behind.
    _chromedriver: Chromedriver,
    _profile: TempDir,
}

impl Browser {
    /// A browser of its own, with an empty profile.
    pub(crate) fn start(viewport: Viewport) -> Self {
        let chromedriver = Chromedriver::start();
        let profile = TempDir::new().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(&PROGRAMS.browser).unwrap();
        for flag in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            // Whatever asks for the world outside fails, on a developer's machine as in CI.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            &format!("--user-data-dir={}", profile.path().display()),
            &format!("--window-size={},{}", viewport.width, viewport.height),
        ] {
            wanted.add_arg(flag).unwrap();
        }
        wanted
            .set(
                "goog:loggingPrefs",
                json!({ "browser": "ALL", "performance": "ALL" }),
            )
            .unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let driver = runtime
            .block_on(WebDriver::new(&chromedriver.address, wanted))
            .unwrap();
        let browser = Self {
            driver: Some(driver),
            runtime,
            _chromedriver: chromedriver,
            _profile: profile,
        };
        browser.resize(viewport);
        browser
    }

    fn driver(&self) -> &WebDriver {
        self.driver
            .as_ref()
            .expect("it is taken only when the browser ends")
    }

    /// The command of the browser's own protocol, which does what WebDriver cannot.
    pub(crate) fn devtools(&self, command: &str, parameters: Value) -> Value {
        let sent = self
            .runtime
            .block_on(self.driver().cdp().send_raw(command, parameters));
        sent.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    pub(crate) fn resize(&self, viewport: Viewport) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({
                "width": viewport.width, "height": viewport.height, "deviceScaleFactor": 1, "mobile": false
            }),
        );
        self.devtools(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": viewport == PHONE }),
        );
    }

    /// Opens a page and waits for its `load`.
    pub(crate) fn open(&self, address: &str) {
        self.runtime
            .block_on(self.driver().goto(address))
            .unwrap_or_else(|error| panic!("{address}: {error}"));
    }

    /// The value that a function body returns in the page. A promise is waited for.
    pub(crate) fn run(&self, body: &str, arguments: &[Value]) -> Value {
        let result = self
            .runtime
            .block_on(self.driver().execute(body, arguments.to_vec()));
        match result {
            Ok(value) => value.json().clone(),
            Err(error) => panic!("{error}\nin the page's script:\n{:.400}", body),
        }
    }

    /// Waits until the expression, or what it promises, is true in the page.
    pub(crate) fn wait_until(&self, expression: &str) {
        let begin = Instant::now();
        while self.run(
            &format!("return Promise.resolve({expression}).then(Boolean);"),
            &[],
        ) != json!(true)
        {
            assert!(
                begin.elapsed() < DEADLINE,
                "never true on {}: {expression}",
                self.run("return location.href;", &[])
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The one element that a selector finds.
    pub(crate) fn element(&self, selector: &str) -> WebElement {
        self.runtime
            .block_on(self.driver().find(By::Css(selector)))
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// A real click, where the pointer would be; it fails when something else lies above.
    pub(crate) fn click(&self, selector: &str) {
        let element = self.element(selector);
        self.runtime
            .block_on(async {
                element.scroll_into_view().await?;
                element.click().await
            })
            .unwrap_or_else(|error| panic!("{selector}: {error}"));
    }

    /// Presses and releases a key, whatever has the focus.
    pub(crate) fn press(&self, key: Key) {
        self.type_keys(TypingData::from(key));
    }

    /// Types, whatever has the focus.
    pub(crate) fn type_keys(&self, keys: impl Into<TypingData>) {
        self.runtime
            .block_on(self.driver().action_chain().send_keys(keys).perform())
            .unwrap();
    }

    /// What the browser has logged of a kind, `browser` or `performance`, since this was last asked.
    pub(crate) fn log(&self, kind: &str) -> Vec<(String, String)> {
        let entries = self.runtime.block_on(self.driver().get_log(kind)).unwrap();
        entries
            .into_iter()
            .map(|entry| (entry.level, entry.message))
            .collect()
    }

    /// The events of a name in the performance log since it was last asked.
    pub(crate) fn network_events(&self) -> Vec<Value> {
        self.log("performance")
            .into_iter()
            .map(|(_, message)| {
                let message: Value = serde_json::from_str(&message).unwrap();
                message["message"].clone()
            })
            .filter(|event| {
                event["method"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("Network."))
            })
            .collect()
    }

    /// Answers the page's question for the system's colours: `light` or `dark`; and for the medium, if one is named.
    pub(crate) fn emulate_media(&self, medium: &str, scheme: &str) {
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({
                "media": medium,
                "features": [{ "name": "prefers-color-scheme", "value": scheme }]
            }),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // The test has said what it has to say; a browser that does not answer goes with its driver.
            let _ = self.runtime.block_on(driver.quit());
        }
    }
}

/// A driver on a port that was free.
struct Chromedriver {
    process: Child,
    address: String,
}

impl Chromedriver {
    /// Tries a few times, because the port that was free for one of the machine's addresses may be taken on the other.
    fn start() -> Self {
        let mut said = String::new();
        for _ in 0..5 {
            match Self::try_start() {
                Ok(driver) => return driver,
                Err(words) => said = words,
            }
        }
        panic!("chromedriver does not start: {said}. {HINT}");
    }

    fn try_start() -> Result<Self, String> {
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut lines = BufReader::new(process.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let port = line
                .rsplit_once("started successfully on port ")
                .and_then(|(_, port)| port.trim_end_matches('.').parse::<u16>().ok());
            if let Some(port) = port {
                // What else it says is read and dropped, so that it never waits for a reader.
                thread::spawn(move || lines.for_each(drop));
                return Ok(Self {
                    process,
                    address: format!("http://127.0.0.1:{port}"),
                });
            }
            said.push(line);
        }
        process.wait().map_err(|error| error.to_string())?;
        Err(said.join("; "))
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const HINT: &str = "`script/bootstrap --for test` installs what these tests need.";

struct Programs {
    browser: String,
}

/// A driver works only with the browser of its version, and a machine may have several browsers.
static PROGRAMS: LazyLock<Programs> = LazyLock::new(|| {
    let driver = version_of("chromedriver")
        .unwrap_or_else(|| panic!("chromedriver is not on the PATH. {HINT}"));
    let candidates = [
        "chromium",
        "google-chrome",
        "google-chrome-stable",
        "chromium-browser",
    ];
    let found: Vec<(String, String)> = candidates
        .into_iter()
        .filter_map(|name| Some((on_path(name)?, version_of(name)?)))
        .collect();
    match found.iter().find(|(_, version)| *version == driver) {
        Some((browser, _)) => Programs {
            browser: browser.clone(),
        },
        None => panic!(
            "chromedriver is of version {driver}, and these are the browsers: {found:?}. {HINT}"
        ),
    }
});

fn on_path(name: &str) -> Option<String> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| Path::is_file(path))
        .map(|path| path.display().to_string())
}

/// The major version that a program says it has.
fn version_of(name: &str) -> Option<String> {
    let output = Command::new(name).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    version.split('.').next().map(str::to_owned)
}
