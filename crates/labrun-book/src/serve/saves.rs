//! Word of saves of one chapter: its own file, the files that it includes, and book.toml. What a save means is decided
//! elsewhere.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};

use labrun_model::SourceFile;

use super::trouble;
use super::watch::{Inputs, Watcher};
use crate::BookError;
use crate::includes::{Included, read};

/// Hears of saves.
pub struct Saves {
    root: PathBuf,
    inputs: Inputs,
    watcher: Watcher,
    inbox: Receiver<Vec<PathBuf>>,
    come: Vec<PathBuf>,
}

impl Saves {
    /// Hears of book.toml in `root`, and of nothing else yet.
    ///
    /// # Errors
    /// When the system cannot watch files.
    pub fn new(root: &Path) -> Result<Self, BookError> {
        let root = root
            .canonicalize()
            .map_err(BookError::system(format!("opening {}", root.display())))?;
        let (tell, inbox) = channel();
        let send = move |paths| drop(tell.send(paths));
        let mut saves = Self {
            watcher: Watcher::new(&root, send).map_err(trouble("watching the book"))?,
            inputs: Inputs::of_files(&root, &[]),
            root,
            inbox,
            come: Vec::new(),
        };
        saves.watch()?;
        Ok(saves)
    }

    /// Hears of this chapter, and of what it includes as it stands now, instead of another one. To be called before the
    /// chapter is read, so that no save is missed.
    ///
    /// # Errors
    /// When the system cannot watch one of the files.
    pub fn follow(&mut self, chapter: &Path) -> Result<(), BookError> {
        let mut included = Included::default();
        if let (Ok(text), Some(folder)) = (read(chapter), chapter.parent()) {
            let file = SourceFile::new(chapter.display().to_string(), text);
            included.follow(&file, folder, &self.root, &read);
        }
        included.files.push(chapter.to_owned());
        self.inputs = Inputs::of_files(&self.root, &included.files);
        self.watch()
    }

    /// Whether files were saved since [`Saves::take`].
    pub fn have_come(&mut self) -> bool {
        let inputs = &self.inputs;
        let paths = self.inbox.try_iter().flatten();
        self.come.extend(paths.filter(|path| inputs.has(path)));
        !self.come.is_empty()
    }

    /// The files that were saved, as they are named from the book's root. They are forgotten.
    pub fn take(&mut self) -> Vec<String> {
        self.have_come();
        let mut names: Vec<String> = Vec::new();
        for path in self.come.drain(..) {
            let name = path.strip_prefix(&self.root).unwrap_or(&path);
            let name = match name.display().to_string() {
                root if root.is_empty() => "something".to_owned(),
                name => name,
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn watch(&mut self) -> Result<(), BookError> {
        let watched = self.watcher.watch(&self.inputs);
        watched.map_err(|error| BookError::system("watching the book")(io::Error::other(error)))
    }
}
