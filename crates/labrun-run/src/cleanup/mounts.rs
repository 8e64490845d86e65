//! What is mounted below a folder (Linux only). Removing a folder removes the files of what is mounted into it too, and
//! those belong to somebody else; so the mounts have to go first.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::engine::patience::Patience;
use crate::engine::program;

/// How long one mount may take to go; a network's file system may hang.
const UNMOUNT: Duration = Duration::from_secs(10);

/// Unmounts everything at and below a folder, and gives what is still mounted, the deepest first.
///
/// # Errors
/// When the mounts cannot be read: then nothing below the folder may be removed.
pub(super) fn unmount_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    // The kernel names mounts by their real paths.
    let folder = folder.canonicalize()?;
    let mut mounted = mounted_below(&folder)?;
    // A mount may hide another one that lies deeper, so go on as long as they become fewer.
    loop {
        for mount in &mounted {
            if !unmount("umount", &[], mount) {
                unmount("sudo", &["-n", "umount"], mount);
            }
        }
        let still = mounted_below(&folder)?;
        if still.is_empty() || still.len() >= mounted.len() {
            return Ok(still);
        }
        mounted = still;
    }
}

fn unmount(program: &str, arguments: &[&str], mount: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).arg("--").arg(mount);
    program::run(&mut command, UNMOUNT, Patience::Endless)
        .is_ok_and(|printed| printed.status.success())
}

fn mounted_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    Ok(below(&fs::read("/proc/self/mountinfo")?, folder))
}

/// The mounts of a mountinfo that lie at or below a folder: the deepest first, and of several on one point the last
/// one, which hides the others, first.
fn below(mountinfo: &[u8], folder: &Path) -> Vec<PathBuf> {
    let lines = mountinfo.split(|byte| *byte == b'\n');
    let mut mounts: Vec<PathBuf> = lines
        .filter_map(mount_point)
        .filter(|mount| mount.starts_with(folder))
        .collect();
    mounts.reverse();
    mounts.sort_by_key(|mount| std::cmp::Reverse(mount.components().count()));
    mounts
}

/// The fifth word of a line, `36 35 98:0 /root /mount\040point rw …`.
fn mount_point(line: &[u8]) -> Option<PathBuf> {
    let word = line.split(|byte| *byte == b' ').nth(4)?;
    Some(PathBuf::from(OsString::from_vec(decoded(word))))
}

/// The kernel writes blanks, tabs, line ends and backslashes as three octal digits.
fn decoded(word: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = (first == b'\\').then(|| behind.get(..3).and_then(octal));
        match escaped.flatten() {
            Some(byte) => {
                plain.push(byte);
                rest = &behind[3..];
            }
            None => {
                plain.push(first);
                rest = behind;
            }
        }
    }
    plain
}

fn octal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    let plain = text.bytes().all(|digit| digit.is_ascii_digit());
    plain.then(|| u8::from_str_radix(text, 8).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_below_a_folder_come_the_deepest_and_the_last_first() {
        let mountinfo = b"22 1 8:1 / / rw - ext4 /dev/sda1 rw
30 22 8:1 /x /tmp/labrun-a1/lab/mnt rw shared:1 - ext4 /dev/sda1 rw
31 30 0:5 / /tmp/labrun-a1/lab/mnt/proc rw - proc proc rw
32 22 8:1 /y /tmp/labrun-a1/a\\040b\\134c\\011d rw - ext4 /dev/sda1 rw
33 30 8:1 /z /tmp/labrun-a1/lab/mnt rw - ext4 /dev/sda1 rw
34 22 8:1 /z /tmp/labrun-a12 rw - ext4 /dev/sda1 rw

broken";
        let mounts = below(mountinfo, Path::new("/tmp/labrun-a1"));
        let expected = [
            "/tmp/labrun-a1/lab/mnt/proc",
            "/tmp/labrun-a1/lab/mnt",
            "/tmp/labrun-a1/lab/mnt",
            "/tmp/labrun-a1/a b\\c\td",
        ];
        assert_eq!(mounts, expected.map(PathBuf::from));
    }

    #[test]
    fn what_is_no_escape_stays_as_it_is() {
        for (written, read) in [
            (r"\040", " "),
            (r"\04", r"\04"),
            (r"\9aa", r"\9aa"),
            (r"\777", r"\777"),
            (r"a\", r"a\"),
        ] {
            assert_eq!(decoded(written.as_bytes()), read.as_bytes(), "{written}");
        }
    }

    #[test]
    fn this_machines_mounts_can_be_read() {
        let mounts = mounted_below(Path::new("/")).unwrap();
        assert!(mounts.contains(&PathBuf::from("/proc")), "{mounts:?}");
    }
}
