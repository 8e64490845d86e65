//! Where a run's reports and its bundle go: the name of a file says which it is.

use std::path::PathBuf;

/// Where a report goes, and in which form; the name of the file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReportTo {
    /// A page for a browser.
    Html(PathBuf),
    /// JUnit XML.
    JUnit(PathBuf),
    /// JSON lines.
    JsonLines(PathBuf),
    /// Annotations in the log of a GitHub Actions job.
    GitHub,
}

impl std::str::FromStr for ReportTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if text == "github" => Ok(Self::GitHub),
            Some("html" | "htm") => Ok(Self::Html(path)),
            Some("xml") => Ok(Self::JUnit(path)),
            Some("jsonl" | "ndjson") => Ok(Self::JsonLines(path)),
            _ => Err(
                "a report is FILE.html, FILE.xml (JUnit), FILE.jsonl (JSON lines) or `github`"
                    .to_owned(),
            ),
        }
    }
}

/// Takes the name of a bundle.
pub(super) fn bundle(text: &str) -> Result<PathBuf, String> {
    if text.ends_with(".tar.gz") || text.ends_with(".tgz") {
        Ok(PathBuf::from(text))
    } else {
        Err("a bundle is FILE.tar.gz".to_owned())
    }
}
