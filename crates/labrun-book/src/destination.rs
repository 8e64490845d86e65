//! The folder of the finished book: whether it may be replaced, and how it is replaced at one stroke.
//!
//! Replacing a folder removes what was in it. So it is done only to a folder that is known to be a book: one that holds
//! our own list of its files and nothing else, one that mdBook has marked as its own, or an empty one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::BookError;

/// Our list of the files of a finished book, in its folder.
const LIST: &str = ".labrun-book";
/// How the list begins.
const TITLE: &str =
    "# The files of this book, as labrun built it. A folder with other files is not replaced.";

/// A folder that a book may be put into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    /// The folder, without symbolic links.
    pub(crate) folder: PathBuf,
}

impl Destination {
    /// Takes a folder for a book whose root is `root`, unless that would harm something. `keep` are the folders, from the
    /// root, that the author works in.
    pub(crate) fn choose(root: &Path, keep: &[&Path], wanted: &Path) -> Result<Self, BookError> {
        let shown = wanted.strip_prefix(root).unwrap_or(wanted).display();
        let folder = real(&root.join(wanted));
        let root = real(root);
        let refuse = |why: String| {
            Err(BookError::Refused {
                what: format!("the book is not built into {shown}: {why}"),
                help: "choose an empty or a new folder with `--dest-dir`".to_owned(),
            })
        };
        if folder.parent().is_none() {
            return refuse("it is the root of the file system".to_owned());
        }
        let kept = keep.iter().map(|kept| real(&root.join(kept)));
        let home = std::env::home_dir().map(|home| real(&home));
        let here = std::env::current_dir().map(|here| real(&here));
        let kept = kept.chain([root.clone()]).chain(home).chain(here);
        for kept in kept {
            if kept.starts_with(&folder) {
                return refuse(format!(
                    "{} lies in it, and would be removed",
                    kept.display()
                ));
            }
        }
        if folder.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            return refuse("it is a file".to_owned());
        }
        match foreign(&folder) {
            None => Ok(Self { folder }),
            Some(why) => refuse(why),
        }
    }

    /// The folder that holds the folder of the book.
    pub(crate) fn parent(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }

    /// How the scratch folders for this destination begin: hidden, and beside it, so that a rename suffices.
    pub(crate) fn scratch_prefix(&self) -> String {
        let name = self.folder.file_name().unwrap_or_default();
        format!(".{}.labrun-", name.to_string_lossy())
    }

    /// Writes the list of the files of the book in `new`, and puts it into the place of the old one. The old one is
    /// then in the folder `aside`, which the caller removes.
    ///
    /// # Errors
    /// When the machine fails, or something that is no book came into the folder since it was chosen. The old book is then
    /// in its place or, where even that failed, still in `aside`.
    pub(crate) fn put(&self, new: &Path, aside: &Path) -> Result<(), BookError> {
        let doing = || format!("putting the book into {}", self.folder.display());
        fs::write(new.join(LIST), list(&files(new))).map_err(BookError::system(doing()))?;
        if !self.folder.exists() {
            return fs::rename(new, &self.folder).map_err(BookError::system(doing()));
        }
        // Both names change at one stroke: whoever reads the book has the old one or the new one.
        if self.exchange(new).is_ok() {
            // From here on nobody writes into the old one by its name, so this look is the last that is needed.
            if let Some(why) = foreign(new) {
                self.exchange(new)
                    .map_err(|error| BookError::system(doing())(error.into()))?;
                return Err(self.refused(&why));
            }
            return fs::rename(new, aside).map_err(BookError::system(doing()));
        }
        // Not every file system can do that.
        fs::rename(&self.folder, aside).map_err(BookError::system(doing()))?;
        let put = match foreign(aside) {
            Some(why) => Err(self.refused(&why)),
            None => fs::rename(new, &self.folder).map_err(BookError::system(doing())),
        };
        put.inspect_err(|_| {
            self.restore(aside);
        })
    }

    /// Puts an old book back that was set `aside`, and says whether nothing of it is left there that is worth keeping.
    pub(crate) fn restore(&self, aside: &Path) -> bool {
        !aside.is_dir() || self.folder.exists() || fs::rename(aside, &self.folder).is_ok()
    }

    fn exchange(&self, other: &Path) -> rustix::io::Result<()> {
        renameat_with(CWD, other, CWD, &self.folder, RenameFlags::EXCHANGE)
    }

    fn refused(&self, why: &str) -> BookError {
        BookError::Refused {
            what: format!("the book is not put into {}: {why}", self.folder.display()),
            help: "take it away, or choose an empty or a new folder with `--dest-dir`".to_owned(),
        }
    }
}

/// Whether there is a book in a folder, ours or mdBook's.
pub(crate) fn is_book(folder: &Path) -> bool {
    folder.join(LIST).is_file() || is_mdbooks(folder)
}

/// Whether mdBook has marked a folder, or its part for HTML, as its own.
fn is_mdbooks(folder: &Path) -> bool {
    ["", "html"].iter().any(|part| {
        let marker = fs::read_to_string(folder.join(part).join(".nojekyll"));
        marker.is_ok_and(|text| text.contains("mdBook"))
    })
}

/// Why a folder is not a book that may go, if it is not.
fn foreign(folder: &Path) -> Option<String> {
    let found = files(folder);
    if found.is_empty() {
        return None;
    }
    let Ok(list) = fs::read_to_string(folder.join(LIST)) else {
        let is_mdbooks = is_mdbooks(folder);
        // Where only the part for HTML is marked, the folder around it may be somebody's own.
        let only_html = !folder.join(".nojekyll").is_file();
        let other = found.iter().find(|file| {
            let first = file.split('/').next().unwrap_or("");
            (first.starts_with('.') && first != ".nojekyll")
                || first == "book.toml"
                || (only_html && first != "html")
        });
        return match other {
            Some(other) if is_mdbooks => {
                Some(format!("{other} is in it, which mdBook did not put there"))
            }
            None if is_mdbooks => None,
            _ => Some("it is not empty, and what is in it is no book".to_owned()),
        };
    };
    let ours: BTreeSet<&str> = list.lines().collect();
    let others: Vec<&str> = found
        .iter()
        .map(String::as_str)
        .filter(|file| !ours.contains(file) && *file != LIST)
        .collect();
    let first = others.first()?;
    Some(match others.len() - 1 {
        0 => format!("{first} is in it, which labrun did not put there"),
        more => format!("{first} is in it, and {more} more, which labrun did not put there"),
    })
}

fn list(files: &BTreeSet<String>) -> String {
    let mut text = format!("{TITLE}\n");
    for file in files {
        text.push_str(file);
        text.push('\n');
    }
    text
}

/// Everything below a folder that is no folder, by its path from there; an empty folder counts as nothing.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, path)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = format!("{path}{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push((entry.path(), format!("{name}/")));
            } else {
                found.insert(name.replace('\n', "?"));
            }
        }
    }
    found
}

/// The path without symbolic links and detours, also where its end is not there yet.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.components().next_back()) {
        (Some(parent), Some(std::path::Component::Normal(name))) => real(parent).join(name),
        (Some(parent), Some(std::path::Component::ParentDir)) => {
            let parent = real(parent);
            parent.parent().map_or(parent.clone(), Path::to_owned)
        }
        (Some(parent), Some(_)) => real(parent),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(root: &Path, wanted: &str, refused: Option<&str>) {
        let chosen = Destination::choose(root, &[Path::new("src")], Path::new(wanted));
        match (chosen, refused) {
            (Ok(_), None) => {}
            (Err(BookError::Refused { what, help }), Some(word)) => {
                assert!(what.contains(word), "{what}");
                assert!(help.contains("--dest-dir"));
            }
            (chosen, _) => panic!("{wanted}: {chosen:?}"),
        }
    }

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn nothing_but_a_book_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        write(root.join("src/deep/a.md"), "");
        write(root.join("notes/mine.txt"), "");
        write(root.join("file"), "");
        fs::create_dir_all(root.join("empty/still")).unwrap();
        std::os::unix::fs::symlink("src", root.join("link")).unwrap();
        for (wanted, word) in [
            (".", "lies in it"),
            ("..", "lies in it"),
            ("/", "root of the file system"),
            ("src", "lies in it"),
            ("link", "lies in it"),
            ("x/../src", "lies in it"),
            ("src/deep", "is no book"),
            ("notes", "is no book"),
            ("file", "it is a file"),
        ] {
            check(&root, wanted, Some(word));
        }
        check(&root, "empty", None);
        check(&root, "new/newer", None);
    }

    #[test]
    fn a_book_is_replaced_unless_something_else_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root.join("book/.nojekyll"), "made by mdBook's hand");
        write(root.join("book/a.html"), "old");
        check(root, "book", None);
        write(root.join("book/.git/HEAD"), "");
        check(root, "book", Some(".git/HEAD is in it"));
        fs::remove_dir_all(root.join("book/.git")).unwrap();
        let book = Destination::choose(root, &[], Path::new("book")).unwrap();
        write(root.join("new/b.html"), "new");
        book.put(&root.join("new"), &root.join("aside")).unwrap();
        assert_eq!(
            fs::read_to_string(root.join("aside/a.html")).unwrap(),
            "old"
        );
        assert!(!root.join("new").exists() && root.join("book/b.html").exists());
        check(root, "book", None);
        write(root.join("book/mine.txt"), "");
        check(
            root,
            "book",
            Some("mine.txt is in it, which labrun did not put there"),
        );
        write(root.join("book/s/more.txt"), "");
        check(root, "book", Some("and 1 more"));
    }

    #[test]
    fn a_folder_around_mdbooks_pages_is_not_a_book() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        write(root.join("docs/html/.nojekyll"), "made by mdBook's hand");
        write(root.join("docs/html/a.html"), "old");
        check(root, "docs", None);
        write(root.join("docs/design.pdf"), "mine");
        check(root, "docs", Some("design.pdf is in it"));
    }

    #[test]
    fn a_file_that_came_while_the_book_was_built_stays() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let book = Destination::choose(root, &[], Path::new("book")).unwrap();
        write(root.join("first/a.html"), "old");
        book.put(&root.join("first"), &root.join("aside")).unwrap();
        write(root.join("book/mine.txt"), "mine");
        write(root.join("new/b.html"), "new");
        let refused = book.put(&root.join("new"), &root.join("aside"));
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("mine.txt is in it"), "{words}");
        assert!(root.join("book/mine.txt").exists() && root.join("book/a.html").exists());
        assert!(!root.join("aside").exists());
    }

    #[test]
    fn a_book_that_was_set_aside_comes_back() {
        let root = tempfile::tempdir().unwrap();
        let book = Destination::choose(root.path(), &[], Path::new("book")).unwrap();
        write(root.path().join("aside/a.html"), "old");
        assert!(book.restore(&root.path().join("aside")));
        assert!(root.path().join("book/a.html").exists());
        let lost = Destination {
            folder: root.path().join("gone/book"),
        };
        write(root.path().join("aside/a.html"), "old");
        assert!(!lost.restore(&root.path().join("aside")));
        assert!(root.path().join("aside/a.html").exists());
    }
}
