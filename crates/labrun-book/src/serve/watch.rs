//! Which files a served book depends on, and word of those that change.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ignore::gitignore::Gitignore;
use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::mdbook::Configuration;

/// An editor saves in several steps, which belong together.
const TOGETHER: Duration = Duration::from_millis(100);

/// What a book is made from, so far as it can change.
#[derive(Debug)]
pub(super) struct Inputs {
    root: PathBuf,
    folders: Vec<PathBuf>,
    files: BTreeSet<PathBuf>,
    /// Folders in which nothing matters, such as the one of the finished book.
    without: Vec<PathBuf>,
    ignored: Gitignore,
    /// Fetched and not committed, so git ignores it; the diagrams need it all the same.
    never_ignored: PathBuf,
}

/// Watches the inputs of a book.
pub(super) struct Watcher {
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl Inputs {
    /// The inputs of the book in `root`, which is a real path. `files` are those that it names one by one.
    pub(super) fn new(root: &Path, files: &[PathBuf]) -> Self {
        let configuration = Configuration::read(root).ok();
        let src = configuration
            .as_ref()
            .map_or(Path::new("src"), Configuration::src);
        let theme = configuration
            .as_ref()
            .map_or("theme".into(), Configuration::theme);
        let built = configuration
            .as_ref()
            .map_or(Path::new("book"), Configuration::build_dir);
        let (ignored, _) = Gitignore::new(root.join(".gitignore"));
        let named = files.iter().filter_map(|file| real(file));
        // What has changed is told by real paths.
        let folder = |path: &Path| real(&root.join(path)).unwrap_or_else(|| root.join(path));
        Self {
            root: root.to_owned(),
            folders: vec![folder(src), folder(&theme)],
            files: named.chain([root.join("book.toml")]).collect(),
            without: vec![folder(built)],
            ignored,
            never_ignored: folder(src).join("mermaid"),
        }
    }

    /// These files and book.toml, and nothing beside them.
    pub(super) fn of_files(root: &Path, files: &[PathBuf]) -> Self {
        let named = files.iter().filter_map(|file| real(file));
        Self {
            root: root.to_owned(),
            folders: Vec::new(),
            files: named.chain([root.join("book.toml")]).collect(),
            without: Vec::new(),
            ignored: Gitignore::empty(),
            never_ignored: PathBuf::new(),
        }
    }

    /// Whether the book is another one when this file changes.
    pub(super) fn has(&self, file: &Path) -> bool {
        if self.files.contains(file) || file == self.root {
            return true;
        }
        let is_below = |folders: &[PathBuf]| folders.iter().any(|folder| file.starts_with(folder));
        if !is_below(&self.folders) || is_below(&self.without) || self.is_of_an_editor(file) {
            return false;
        }
        let is_ignored = file.starts_with(&self.root)
            && self
                .ignored
                .matched_path_or_any_parents(file, file.is_dir())
                .is_ignore();
        !is_ignored || file.starts_with(&self.never_ignored)
    }

    /// Hidden files and back-ups in a folder: what editors leave beside a file while it is written.
    fn is_of_an_editor(&self, file: &Path) -> bool {
        let mut folders = self.folders.iter();
        let below = folders.find_map(|folder| file.strip_prefix(folder).ok());
        let below = below.unwrap_or(file);
        below.components().any(|part| {
            let name = part.as_os_str().to_string_lossy();
            name.starts_with('.') || name.ends_with('~')
        })
    }
}

impl Watcher {
    /// Watches nothing yet; what changes is told to `tell`. Where the system has missed something, that is `root`.
    pub(super) fn new(
        root: &Path,
        tell: impl Fn(Vec<PathBuf>) + Send + 'static,
    ) -> notify::Result<Self> {
        let root = root.to_owned();
        let hear = move |heard: DebounceEventResult| {
            let Ok(events) = heard else {
                return tell(vec![root.clone()]);
            };
            let events = events.into_iter().map(|event| event.event);
            let paths = events.flat_map(|event| match event.need_rescan() {
                true => vec![root.clone()],
                false if is_change(event.kind) => event.paths,
                false => Vec::new(),
            });
            tell(paths.collect());
        };
        Ok(Self {
            debouncer: new_debouncer(TOGETHER, None, hear)?,
        })
    }

    /// Watches these inputs as well. Folders are watched and not files, because an editor puts a new file into the place
    /// of the old one.
    pub(super) fn watch(&mut self, inputs: &Inputs) -> notify::Result<()> {
        for folder in &inputs.folders {
            self.add(folder, RecursiveMode::Recursive)?;
        }
        self.add(&inputs.root, RecursiveMode::NonRecursive)?;
        for parent in inputs.files.iter().filter_map(|file| file.parent()) {
            let is_watched = inputs
                .folders
                .iter()
                .any(|folder| parent.starts_with(folder));
            if !is_watched {
                self.add(parent, RecursiveMode::NonRecursive)?;
            }
        }
        Ok(())
    }

    /// Also a folder that is watched already: one that was removed and made anew is another folder to the system.
    fn add(&mut self, folder: &Path, mode: RecursiveMode) -> notify::Result<()> {
        if folder.is_dir() {
            self.debouncer.watch(folder, mode)?;
        }
        Ok(())
    }
}

/// Whether an event means that a file has another content or is another file. Reading one is an event too.
fn is_change(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))
    )
}

/// The path without detours, also when the file itself is not there.
fn real(file: &Path) -> Option<PathBuf> {
    file.canonicalize().ok().or_else(|| {
        let parent = file.parent()?.canonicalize().ok()?;
        Some(parent.join(file.file_name()?))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_book_is_made_from_is_known() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("src/mermaid")).unwrap();
        fs::create_dir_all(root.join("parts")).unwrap();
        fs::write(root.join("book.toml"), "[build]\nbuild-dir = \"src/out\"\n").unwrap();
        fs::write(root.join(".gitignore"), "/src/mermaid\n*.log\n").unwrap();
        let inputs = Inputs::new(&root, &[root.join("src/../parts/a.rs")]);
        for (file, expected) in [
            ("src/a.md", true),
            ("src/deep/new.png", true),
            ("src/mermaid/mermaid.min.js", true),
            ("theme/book.css", true),
            ("book.toml", true),
            ("parts/a.rs", true),
            ("parts/b.rs", false),
            ("src/x.log", false),
            ("src/.a.md.swp", false),
            ("src/a.md~", false),
            ("src/out/a.html", false),
            ("book/index.html", false),
            ("README.md", false),
            ("", true),
        ] {
            assert_eq!(inputs.has(&root.join(file)), expected, "{file}");
        }
    }

    #[test]
    fn sources_beside_the_book_are_known() {
        let parent = tempfile::tempdir().unwrap();
        let parent = parent.path().canonicalize().unwrap();
        let root = parent.join("book");
        fs::create_dir_all(&root).unwrap();
        fs::create_dir_all(parent.join("docs")).unwrap();
        fs::write(root.join("book.toml"), "[book]\nsrc = \"../docs\"\n").unwrap();
        let inputs = Inputs::new(&root, &[]);
        assert!(inputs.has(&parent.join("docs/a.md")));
        assert!(!inputs.has(&parent.join("docs/.a.md.swp")));
        assert!(!inputs.has(&parent.join("other/a.md")));
    }
}
