//! The book as its author wrote it: the chapters that SUMMARY.md names, their texts, and what is missing among them.

use std::path::{Component, Path, PathBuf};

use labrun_model::{SourceFile, Span};

use crate::Fault;
use crate::includes::{self, Included};
use crate::markdown;

/// What stands in the folder of a book's sources.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// The chapters that are there.
    pub(crate) chapters: Vec<Chapter>,
    /// What they bring in.
    pub(crate) included: Included,
    /// What is wrong with SUMMARY.md; the book cannot be loaded then.
    pub(crate) faults: Vec<Fault>,
}

/// A chapter, and the files that it brings in.
#[derive(Debug)]
pub(crate) struct Chapter {
    /// Its path in the folder of the sources.
    pub(crate) path: PathBuf,
    /// The chapter's text first, then what it brings in.
    pub(crate) files: Vec<SourceFile>,
}

impl Sources {
    /// Reads the sources in the folder `src` of the book in `root`.
    pub(crate) fn read(root: &Path, src: &Path, may_create: bool) -> Self {
        let mut sources = Self::default();
        let folder = root.join(src);
        let shown = src.join("SUMMARY.md").display().to_string();
        let text = match includes::read(&folder.join("SUMMARY.md")) {
            Ok(text) => text,
            Err(why) => {
                let help = "SUMMARY.md lists the chapters: a line `- [Title](file.md)` for each";
                let message = format!("`{shown}` {why}");
                sources
                    .faults
                    .push(Fault::of("book.toml", "missing-chapter", message, help));
                return sources;
            }
        };
        let summary = SourceFile::new(shown, text);
        for entry in markdown::links(summary.text()) {
            if !entry.address.is_empty() {
                sources.chapter(root, src, &summary, &entry, may_create);
            }
        }
        sources
    }

    fn chapter(
        &mut self,
        root: &Path,
        src: &Path,
        summary: &SourceFile,
        entry: &markdown::Link,
        may_create: bool,
    ) {
        let path = PathBuf::from(entry.address.replace("%20", " "));
        let mut fault = |message: String, help: &str| {
            self.faults.push(Fault::at(
                summary,
                entry.span,
                "missing-chapter",
                message,
                help,
            ));
        };
        let is_inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_inside {
            let message = format!("`{}` does not lie in {}", path.display(), src.display());
            return fault(message, "a chapter is a file of the book; move it there");
        }
        let path: PathBuf = path
            .components()
            .filter(|part| *part != Component::CurDir)
            .collect();
        let shown = src.join(&path).display().to_string();
        let file = root.join(src).join(&path);
        match includes::read(&file) {
            Ok(text) => self.read_chapter(root, &file, path, SourceFile::new(shown, text)),
            Err(_) if may_create && !file.exists() => {}
            Err(why) => fault(
                format!("the chapter `{shown}` {why}"),
                "write the chapter, or take its line out of SUMMARY.md; `[Title]()` is a chapter yet to be written",
            ),
        }
    }

    fn read_chapter(&mut self, root: &Path, file: &Path, path: PathBuf, text: SourceFile) {
        let folder = file.parent().unwrap_or(root);
        let mut files = self.included.follow(&text, folder, root, &includes::read);
        files.insert(0, text);
        self.chapters.push(Chapter { path, files });
    }

    /// The chapter with this path in the folder of the sources.
    pub(crate) fn find(&self, path: &Path) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.path == path)
    }
}

impl Chapter {
    /// Where the chapter, or what it brings in, has an address that stands in the finished page as `address`.
    pub(crate) fn places(&self, address: &str) -> Vec<(&SourceFile, Span)> {
        let files = self.files.iter();
        files
            .flat_map(|file| {
                let places = markdown::places(file.text(), address).into_iter();
                places.map(move |span| (file, span))
            })
            .collect()
    }
}
