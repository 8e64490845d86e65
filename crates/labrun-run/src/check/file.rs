//! Looking at a file of the lab folder: whether it is there, and what stands in it.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// What a look at a path finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or a link to nothing.
    Absent,
    /// Something: here it is, by its real path.
    Present(PathBuf),
}

/// A longer file is nothing that a page shows.
const LONGEST: u64 = 4 << 20;

/// Looks for a path below a folder.
///
/// # Errors
/// A line of words: why it may not be looked at, such as a symbolic link that leads out of the folder.
pub(super) fn look(folder: &Path, path: &Path) -> Result<Found, String> {
    let cannot = |error: io::Error| format!("{}: {error}", path.display());
    let folder = folder.canonicalize().map_err(cannot)?;
    match folder.join(path).canonicalize() {
        Ok(real) if real.starts_with(&folder) => Ok(Found::Present(real)),
        Ok(_) => Err(format!(
            "{}: a symbolic link leads out of the lab folder",
            path.display()
        )),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(Found::Absent)
        }
        Err(error) => Err(cannot(error)),
    }
}

/// The text of a file that [`look`] found; what is no UTF-8 is replaced.
///
/// # Errors
/// A line of words: what it is instead of a file, or why it cannot be read.
pub(super) fn read(real: &Path, path: &Path) -> Result<String, String> {
    let shown = path.display();
    let cannot = |error: io::Error| format!("{shown}: {error}");
    let metadata = real.metadata().map_err(cannot)?;
    // Opening a pipe would wait for somebody who writes into it.
    if !metadata.is_file() {
        let what = if metadata.is_dir() {
            "a folder"
        } else {
            "no regular file"
        };
        return Err(format!("{shown} is {what}"));
    }
    let mut bytes = Vec::new();
    let file = File::open(real).map_err(cannot)?;
    file.take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(cannot)?;
    if bytes.len() as u64 > LONGEST {
        let mebibytes = LONGEST >> 20;
        return Err(format!("{shown} is longer than {mebibytes} MiB"));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_is_looked_for_below_its_folder_only() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "s").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("a")).unwrap();
        fs::write(at("a/b"), "x\u{e9}").unwrap();
        symlink("a/b", at("in")).unwrap();
        symlink("nothing", at("dangling")).unwrap();
        symlink(outside.path().join("secret"), at("out")).unwrap();
        symlink(outside.path(), at("way")).unwrap();
        let look = |path: &str| look(folder.path(), Path::new(path));
        let real = at("a/b").canonicalize().unwrap();
        assert_eq!(look("a/b"), Ok(Found::Present(real.clone())));
        assert_eq!(look("in"), Ok(Found::Present(real.clone())));
        for absent in ["b", "dangling", "a/b/c", "x/y"] {
            assert_eq!(look(absent), Ok(Found::Absent), "{absent}");
        }
        for out in ["out", "way/secret", "way"] {
            assert!(look(out).unwrap_err().contains("leads out"), "{out}");
        }
        assert_eq!(read(&real, Path::new("a/b")), Ok("x\u{e9}".to_owned()));
        assert_eq!(
            read(&at("a"), Path::new("a")),
            Err("a is a folder".to_owned())
        );
    }
}
