//! From the path of a request to a file of the book, and never to another one.

use std::path::{Path, PathBuf};

use crate::link;

/// What a path of a request stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A file of the book, by its real path.
    File(PathBuf),
    /// A folder with a page of its own, whose address ends in a slash.
    Folder,
    /// Nothing that is shown.
    Nothing,
}

/// Looks a path up in the book that lies in `folder`.
pub(super) fn find(folder: &Path, path: &str) -> Found {
    let Some(relative) = relative(path) else {
        return Found::Nothing;
    };
    let Ok(folder) = folder.canonicalize() else {
        return Found::Nothing;
    };
    let is_folder = relative.as_os_str().is_empty() || path.ends_with('/');
    let wanted = folder.join(relative);
    let wanted = if is_folder {
        wanted.join("index.html")
    } else {
        wanted
    };
    // The real path shows where symbolic links lead.
    match wanted.canonicalize() {
        Ok(real) if !real.starts_with(&folder) => Found::Nothing,
        Ok(real) if real.is_file() => Found::File(real),
        Ok(real) if real.join("index.html").is_file() => Found::Folder,
        _ => Found::Nothing,
    }
}

/// The path from the root of the book, where it can be one: no way up, no hidden file, nothing that another system takes
/// for a separator.
fn relative(path: &str) -> Option<PathBuf> {
    let path = link::decode(path);
    let mut relative = PathBuf::new();
    for part in path.strip_prefix('/')?.split('/') {
        if part.starts_with('.') || part.contains(['\\', '\0', ':']) {
            return None;
        }
        relative.push(part);
    }
    Some(relative)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_files_of_the_book_are_found() {
        let outer = tempfile::tempdir().unwrap();
        let outer = outer.path().canonicalize().unwrap();
        let book = outer.join("book");
        fs::create_dir_all(book.join("sub")).unwrap();
        fs::create_dir(book.join("bare")).unwrap();
        for file in [
            "book/index.html",
            "book/a b.html",
            "book/sub/index.html",
            "book/.nojekyll",
            "secret",
        ] {
            fs::write(outer.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(outer.join("secret"), book.join("link")).unwrap();
        std::os::unix::fs::symlink(&outer, book.join("up")).unwrap();
        let check = |path: &str, expected: Found| assert_eq!(find(&book, path), expected, "{path}");
        check("/", Found::File(book.join("index.html")));
        check("/a%20b.html", Found::File(book.join("a b.html")));
        check("/sub/", Found::File(book.join("sub/index.html")));
        check("/sub", Found::Folder);
        for path in [
            "/bare",
            "/bare/",
            "/x",
            "/../secret",
            "/%2e%2e/secret",
            "/..%5csecret",
            "/sub/..%2f..%2fsecret",
            "/link",
            "/up/secret",
            "/.nojekyll",
            "//etc/passwd",
            "/%00",
            "secret",
            "",
            "/a b.html/x",
            "/%2fetc/passwd",
        ] {
            check(path, Found::Nothing);
        }
    }
}
