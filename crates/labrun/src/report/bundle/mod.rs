//! The failure bundle: everything with which somebody else can look at a run, in one file. It is written once, at the end:
//! where it was asked for, or into the run's own folder where the run failed.
//!
//! Nothing goes in that has not passed the [`Mask`].

mod mask;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use labrun_model::{Event, Evidence, Lab, Summary};
use labrun_recording::{Mask, masked_cast};
use labrun_run::RunError;

use self::mask::{Surroundings, mask};
use super::{FAINT, Report, json, words};
use crate::machine::secret_values;

/// Packs a run.
pub(crate) struct Bundle {
    /// Where the user wants it.
    wanted: Option<PathBuf>,
    mask: Mask,
    began: Instant,
    /// The lines of the JSON-lines report.
    lines: Vec<String>,
    facts: Vec<(String, String)>,
    evidence: Evidence,
    summary: Option<Summary>,
}

/// What is in every bundle, for whoever unpacks one.
const ABOUT: &str = "\
What a run of labrun left for whoever looks at it elsewhere.

  chapter.md         the chapter as it was run
  report.jsonl       what happened, a line for each event (`labrun help reports`)
  versions.txt       engine, images, programs
  recordings/        what each terminal showed, as asciicast v3 (`asciinema play FILE`)
  containers/        the last lines of each container's log
  compose/           the compose files as compose resolves them

Masked with ***: what the chapter declares with `answer=`, and the passwords of its checks. The
names of this machine and its user, the home folder and the book's folder are replaced by words
in < >. Programs print what they like: look through it before you publish it.
";

impl Bundle {
    /// The name of a bundle that nobody asked for.
    const FILE_NAME: &str = "bundle.tar.gz";
    /// How much of one file is kept, and of all of them, in bytes.
    const PER_FILE: usize = 4 << 20;
    const IN_ALL: usize = 32 << 20;

    /// A bundle of a lab of the book in this folder. An older one of the same name is removed at once.
    ///
    /// # Errors
    /// When the file that is wanted cannot be made.
    pub(crate) fn create(wanted: Option<&Path>, lab: &Lab, book: &Path) -> io::Result<Self> {
        if let Some(path) = wanted {
            fs::write(path, "")?;
        }
        Ok(Self {
            wanted: wanted.map(Path::to_owned),
            mask: mask(lab, &Surroundings::find(book), &secret_values()),
            began: Instant::now(),
            lines: Vec::new(),
            facts: Vec::new(),
            evidence: Evidence::default(),
            summary: None,
        })
    }

    /// Where it is to be written, if at all: a run that was interrupted, or that is green, needs none.
    fn place(&self) -> Option<PathBuf> {
        let own = || {
            let summary = self.summary.as_ref()?;
            let failed = summary.steps_failed + summary.checks_failed > 0;
            let folder = Path::new(&summary.run_folder);
            (failed && folder.is_dir()).then(|| folder.join(Self::FILE_NAME))
        };
        self.wanted.clone().or_else(own)
    }

    /// The files by their names, masked and bounded.
    fn files(&self, lab: &Lab) -> Vec<(String, String)> {
        let mut files = vec![
            ("README.txt".to_owned(), ABOUT.to_owned()),
            ("chapter.md".to_owned(), self.mask.text(lab.source.text())),
            (
                "report.jsonl".to_owned(),
                self.mask.text(&self.lines.concat()),
            ),
            ("versions.txt".to_owned(), self.mask.text(&self.versions())),
        ];
        for (path, text) in &self.evidence.compose {
            files.push((format!("compose/{path}"), self.mask.text(text)));
        }
        for (name, log) in &self.evidence.logs {
            files.push((format!("containers/{name}.log"), self.mask.text(log)));
        }
        for path in self.summary.iter().flat_map(|summary| &summary.recordings) {
            // A terminal that was never opened has none.
            let Ok(bytes) = fs::read(path) else { continue };
            let name = Path::new(path).file_name().unwrap_or_default();
            let masked = masked_cast(&String::from_utf8_lossy(&bytes), &self.mask, None);
            files.push((format!("recordings/{}", name.display()), masked));
        }
        let mut left = Self::IN_ALL;
        for (name, text) in &mut files {
            bound(text, Self::PER_FILE.min(left), name);
            left = left.saturating_sub(text.len());
        }
        files
    }

    fn versions(&self) -> String {
        let system = fs::read_to_string("/etc/os-release").unwrap_or_default();
        let system = system
            .lines()
            .find_map(|line| line.strip_prefix("PRETTY_NAME="))
            .map_or("", |name| name.trim_matches('"'));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let mut text = format!(
            "labrun: {}\nsystem: {system}, kernel {}, {}\n",
            env!("CARGO_PKG_VERSION"),
            kernel.trim(),
            std::env::consts::ARCH
        );
        for (name, value) in &self.facts {
            text.push_str(&format!("{name}: {value}\n"));
        }
        text
    }

    fn line(&mut self, value: &serde_json::Value) {
        self.lines.push(format!("{value}\n"));
    }
}

impl Report for Bundle {
    fn event(&mut self, lab: &Lab, event: &Event) {
        if let Some(line) = json::line(lab, event, self.began.elapsed()) {
            self.line(&line);
        }
        match event {
            Event::Started(header) => self.facts.clone_from(&header.facts),
            Event::Evidence(evidence) => self.evidence.clone_from(evidence),
            Event::Finished(summary) => self.summary = Some(summary.clone()),
            _ => {}
        }
    }

    fn close(&mut self, lab: &Lab, trouble: Option<&RunError>) -> io::Result<()> {
        if let Some(path) = self.pack(lab, trouble)? {
            words(&format!("  {FAINT}bundle: {}{FAINT:#}\n", path.display()));
        }
        Ok(())
    }
}

impl Bundle {
    /// Packs it, where it is wanted or the run has failed, and says where it is.
    ///
    /// # Errors
    /// When the file that is wanted cannot be written.
    pub(crate) fn pack(
        &mut self,
        lab: &Lab,
        trouble: Option<&RunError>,
    ) -> io::Result<Option<PathBuf>> {
        if let Some(error) = trouble {
            self.line(&json::broke(lab, error, self.began.elapsed()));
        }
        let Some(path) = self.place() else {
            return Ok(None);
        };
        let written = write(&path, &format!("labrun-{}", lab.name), &self.files(lab));
        match written {
            Ok(()) => Ok(Some(path)),
            // Nobody asked for it, so that nothing fails without it.
            Err(_) if self.wanted.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Keeps the beginning and the end of a long text, in whole lines.
fn bound(text: &mut String, most: usize, name: &str) {
    if text.len() <= most {
        return;
    }
    let head = text[..boundary(text, most / 2)]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let tail = boundary(text, text.len() - most / 2);
    let tail = text[tail..]
        .find('\n')
        .map_or(text.len(), |at| tail + at + 1);
    // A recording takes a comment, and nothing else that is no event.
    let sign = if name.starts_with("recordings/") {
        "# "
    } else {
        ""
    };
    let gap = format!(
        "{sign}[labrun: {} bytes left out]\n",
        tail.saturating_sub(head)
    );
    *text = format!("{}{gap}{}", &text[..head], &text[tail..]);
}

/// The last boundary of characters up to an offset.
fn boundary(text: &str, offset: usize) -> usize {
    (0..=offset)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// Packs files below one folder. Neither names nor numbers of users go in.
fn write(path: &Path, folder: &str, files: &[(String, String)]) -> io::Result<()> {
    let now = SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap_or_default()
        .as_secs();
    let mut archive =
        tar::Builder::new(GzEncoder::new(File::create(path)?, Compression::default()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(now);
        archive.append_data(&mut header, format!("{folder}/{name}"), text.as_bytes())?;
    }
    archive.into_inner()?.finish()?.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_its_ends_in_whole_lines() {
        let mut text: String = (0..1000)
            .map(|number| format!("line é {number}\n"))
            .collect();
        bound(&mut text, 400, "x.log");
        assert!(text.len() < 450, "{text}");
        assert!(
            text.starts_with("line é 0\n") && text.ends_with("line é 999\n"),
            "{text}"
        );
        assert!(text.contains("\n[labrun: "), "{text}");
        let mut short = "short".to_owned();
        bound(&mut short, 400, "x.log");
        assert_eq!(short, "short");
        let mut one = "x".repeat(1000);
        bound(&mut one, 400, "recordings/main.cast");
        assert_eq!(one, "# [labrun: 1000 bytes left out]\n");
    }
}
