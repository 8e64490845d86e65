//! What a book needs so that its diagrams are drawn: our script and style, the lines in book.toml, and Mermaid itself,
//! which is not ours to carry, so that it is only said how to get it.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use labrun_preprocessor::{Asset, Installed, Looks};
use toml::Table;

use crate::settings::{self, SCRIPT, Script, Settings};

/// What draws the diagrams in a reader's browser, besides Mermaid.
pub const LOOKS: Looks = Looks {
    program: "mdbook-diagram",
    assets: &[
        Asset {
            name: "diagram.css",
            text: include_str!("../../../theme/diagram.css"),
            key: "additional-css",
        },
        Asset {
            name: "diagram.js",
            text: include_str!("../../../theme/diagram.js"),
            key: "additional-js",
        },
    ],
};

/// Where the Mermaid that was looked at comes from, and what it must be.
const MERMAID: &str = include_str!("../../../script/assets.toml");

/// Says what a book lacks besides our own files: the preprocessor's table in book.toml, and Mermaid.
///
/// # Errors
/// When what this program knows of Mermaid cannot be read.
pub fn look_for_the_rest(installed: &mut Installed) -> Result<()> {
    let known: Table = MERMAID.parse().context("reading what Mermaid must be")?;
    let known = known.get("mermaid").and_then(|mermaid| {
        let text = |key: &str| mermaid.get(key)?.as_str();
        Some(Mermaid {
            package: text("package")?,
            member: text("member")?,
            file: text("file")?,
        })
    });
    let mermaid = known.context("what Mermaid must be is not known")?;
    let preprocessors = installed.book_toml.get("preprocessor");
    let own = preprocessors.and_then(|own| own.get("diagram"));
    let text = |key: &str| own?.get(key)?.as_str();
    let src = installed.book_toml.get("book");
    let src = src.and_then(|book| book.get("src")?.as_str());
    let settings = Settings {
        script: text("script").unwrap_or(SCRIPT).to_owned(),
        sha256: Some(text("sha256").unwrap_or(mermaid.file).to_ascii_lowercase()),
    };
    let shown = format!("{}/{}", src.unwrap_or("src"), settings.script);
    let mut report = String::new();
    if own.is_none() {
        let has_labs = preprocessors.is_some_and(|all| all.get("labrun").is_some());
        report.push_str(&mermaid.table(has_labs));
    }
    match settings.script(&installed.root.join(src.unwrap_or("src"))) {
        Script::Right => {
            let _ = writeln!(report, "{shown} is the right one");
            if text("sha256").is_none() {
                report.push_str(&mermaid.hash());
            }
        }
        Script::Wrong(settings::Fault { message, help, .. }) if text("sha256").is_some() => {
            let _ = writeln!(report, "{message}\n{help}");
            installed.is_current = false;
        }
        Script::Wrong(_) => {
            let _ = writeln!(report, "{shown} is another one than was looked at here");
        }
        Script::Missing => {
            let _ = writeln!(report, "\n{shown} is missing");
            report.push_str(&mermaid.way(&shown));
            report.push_str(&mermaid.hash());
            installed.is_current = false;
        }
    }
    installed.report.push_str(&report);
    Ok(())
}

/// A release of Mermaid that was looked at.
#[derive(Debug, Clone, Copy)]
struct Mermaid<'a> {
    /// The Python package that carries it, with its version.
    package: &'a str,
    /// The file in it.
    member: &'a str,
    /// The file's SHA-256.
    file: &'a str,
}

impl Mermaid<'_> {
    /// The table that asks for the preprocessor.
    fn table(self, has_labs: bool) -> String {
        let labs = if has_labs { ", \"labrun\"" } else { "" };
        format!(
            "book.toml must ask for the preprocessor:\n\n  [preprocessor.diagram]\n  command = \"mdbook-diagram\"\n  \
             after = [\"links\"{labs}]\n  sha256 = \"{}\"\n\n",
            self.file
        )
    }

    /// How it gets into a book.
    fn way(self, shown: &str) -> String {
        let Self {
            package, member, ..
        } = self;
        let (name, version) = package.split_once("==").unwrap_or((package, "*"));
        let folder = shown.rsplit_once('/').map_or(".", |(folder, _)| folder);
        format!(
            "Mermaid draws the diagrams, and is no part of this program. In the book's folder, with Python and unzip:

  python3 -m pip download --no-deps {package}
  mkdir -p {folder}
  unzip -p {name}-{version}-*.whl {member} > {shown}
  rm {name}-{version}-*.whl

"
        )
    }

    /// The line that holds a book to it.
    fn hash(self) -> String {
        let file = self.file;
        format!(
            "Each build holds it to this hash, when [preprocessor.diagram] says it:\n\n  sha256 = \"{file}\"\n"
        )
    }
}
