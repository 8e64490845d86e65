//! What `[preprocessor.diagram]` in book.toml says, and whether the script that it names is there and the right one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path};

use labrun_model::Diagnostic;
use labrun_parse::suggest;
use labrun_preprocessor::BookToml;
use mdbook_preprocessor::PreprocessorContext;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Where the script is looked for in a book that says nothing.
pub(crate) const SCRIPT: &str = "mermaid/mermaid.min.js";

/// Our keys, and those that mdBook reads itself.
const KEYS: [&str; 7] = [
    "script",
    "sha256",
    "command",
    "before",
    "after",
    "optional",
    "renderers",
];

/// The settings of the preprocessor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Mermaid's script, below the book's sources, with `/`.
    pub(crate) script: String,
    /// What the script must be, in small letters.
    pub(crate) sha256: Option<String>,
}

/// A fault in the configuration or in what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Its kind.
    pub(crate) code: &'static str,
    /// The key of the table that it is about, where it is about one.
    pub(crate) key: Option<String>,
    /// What is wrong.
    pub(crate) message: String,
    /// What would mend it.
    pub(crate) help: String,
}

impl Fault {
    /// The fault as text: at its key where book.toml has it, which may also come from the environment.
    pub(crate) fn drawn(self, book_toml: &BookToml) -> String {
        let Self {
            code,
            key,
            message,
            help,
        } = self;
        let key = key.and_then(|key| book_toml.key(&["preprocessor", "diagram", &key]));
        match key.or_else(|| book_toml.key(&["preprocessor", "diagram"])) {
            Some(span) => {
                let diagnostic = Diagnostic::error(code, span, message).with_help(help);
                diagnostic.draw(book_toml.file())
            }
            None => format!(
                "error[{code}]: {message}\n --> book.toml, or the environment\n  = help: {help}\n"
            ),
        }
    }
}

/// The state of the script on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Script {
    /// It is there, and it is the right one as far as can be known.
    Right,
    /// There is no such file.
    Missing,
    /// It is another one, or cannot be read.
    Wrong(Fault),
}

impl Settings {
    /// Reads the settings; what cannot be used is reported, and its default taken.
    pub(crate) fn read(context: &PreprocessorContext, faults: &mut Vec<Fault>) -> Self {
        let mut settings = Self {
            script: SCRIPT.to_owned(),
            sha256: None,
        };
        let table = context.config.get("preprocessor.diagram");
        let table: BTreeMap<String, Value> = match table {
            Ok(table) => table.unwrap_or_default(),
            Err(error) => {
                faults.push(wrong(None, error.to_string(), "it is a table".to_owned()));
                return settings;
            }
        };
        for (key, value) in &table {
            match (key.as_str(), value.as_str()) {
                ("script", Some(path)) if is_below(path) => path.clone_into(&mut settings.script),
                ("script", _) => faults.push(wrong(
                    Some(key),
                    "`script` is no path below the book's sources".to_owned(),
                    format!("write it as a text with `/` and without `..`, such as \"{SCRIPT}\""),
                )),
                ("sha256", Some(hash)) if is_hash(hash) => {
                    settings.sha256 = Some(hash.to_ascii_lowercase());
                }
                ("sha256", _) => faults.push(wrong(
                    Some(key),
                    "`sha256` is no hash".to_owned(),
                    "write it as a text of 64 hexadecimal digits".to_owned(),
                )),
                (key, _) if !KEYS.contains(&key) => faults.push(wrong(
                    Some(key),
                    format!("unknown key `{key}` in `[preprocessor.diagram]`"),
                    suggest(key, &KEYS, "the keys are"),
                )),
                _ => {}
            }
        }
        settings
    }

    /// Looks at the script.
    pub(crate) fn script(&self, sources: &Path) -> Script {
        let path = sources.join(&self.script);
        if !path.is_file() {
            return Script::Missing;
        }
        let Some(wanted) = &self.sha256 else {
            return Script::Right;
        };
        let shown = &self.script;
        let found = match std::fs::read(&path) {
            Ok(bytes) => hexadecimal(&Sha256::digest(bytes)),
            Err(error) => {
                return Script::Wrong(Fault {
                    code: "script-hash",
                    key: Some("script".to_owned()),
                    message: format!("`{shown}` cannot be read: {error}"),
                    help: "the book's sources must hold it as a file".to_owned(),
                });
            }
        };
        if found == *wanted {
            return Script::Right;
        }
        Script::Wrong(Fault {
            code: "script-hash",
            key: Some("sha256".to_owned()),
            message: format!(
                "`{shown}` is not the script that book.toml names: its SHA-256 is {found}, not {wanted}"
            ),
            help: "bring the right one, or write the new hash where the new script is wanted"
                .to_owned(),
        })
    }
}

fn wrong(key: Option<&str>, message: String, help: String) -> Fault {
    Fault {
        code: "diagram-settings",
        key: key.map(str::to_owned),
        message,
        help,
    }
}

/// Whether a path leads nowhere but down.
fn is_below(path: &str) -> bool {
    let parts = || Path::new(path).components();
    !path.is_empty()
        && !path.contains(['\\', ':', '?', '#'])
        && parts().all(|part| matches!(part, Component::Normal(_)))
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_lies_below_the_sources() {
        assert!(is_below("mermaid/mermaid.min.js") && is_below("a.js"));
        for path in [
            "",
            "/a.js",
            "../a.js",
            "a/../../b.js",
            "https://x/a.js",
            "a?b",
            "a\\b",
        ] {
            assert!(!is_below(path), "{path}");
        }
    }
}
