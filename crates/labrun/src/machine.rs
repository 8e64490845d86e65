//! What belongs to this machine and must not get into a recording: its names, its user's, and what looks like a secret.

use std::path::Path;

use labrun_recording::Mask;

/// Parts of the names of environment variables that hold secrets.
const SECRET: [&str; 6] = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIAL", "KEY"];
/// A shorter value is no secret worth the name, and would be found in many innocent words.
const SHORTEST_SECRET: usize = 6;

/// A mask for everything of this machine; `lab_folder` is where the run's lab lay, where that is known.
pub(crate) fn mask(lab_folder: Option<&Path>) -> Mask {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    masked(
        host.trim(),
        lab_folder,
        &|name| std::env::var(name).ok(),
        &mut std::env::vars_os(),
    )
}

/// The values of the environment's variables that look like secrets.
pub(crate) fn secret_values() -> Vec<String> {
    secrets(&mut std::env::vars_os())
}

fn secrets(all: &mut dyn Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Vec<String> {
    let looks_secret = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        let (name, value) = (
            name.to_string_lossy().to_uppercase(),
            value.to_string_lossy(),
        );
        let is_secret =
            value.len() >= SHORTEST_SECRET && SECRET.iter().any(|word| name.contains(word));
        is_secret.then(|| value.into_owned())
    };
    all.filter_map(looks_secret).collect()
}

fn masked(
    host: &str,
    lab_folder: Option<&Path>,
    variable: &dyn Fn(&str) -> Option<String>,
    all: &mut dyn Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
) -> Mask {
    let mut mask = Mask::new();
    for value in secrets(all) {
        mask.hide(&value, "•••");
    }
    if let Some(run) = lab_folder.and_then(Path::parent).and_then(Path::file_name) {
        let run = run.to_string_lossy();
        mask.hide(&run, "labrun");
        mask.hide(run.trim_start_matches("labrun-"), "run");
    }
    mask.hide(host, "host");
    let user = ["USER", "LOGNAME"].into_iter().find_map(variable);
    // Everybody's root is called so, in containers too.
    if let Some(user) = user.filter(|user| user != "root") {
        mask.hide(&user, "user");
    }
    if let Some(home) = variable("HOME").filter(|home| home != "/root" && home != "/") {
        mask.hide(&home, "~");
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_machine_is_left() {
        let variable = |name: &str| match name {
            "USER" => Some("rani".to_owned()),
            "HOME" => Some("/home/rani".to_owned()),
            _ => None,
        };
        let secrets = [
            ("GITHUB_TOKEN", "canary-5ecret"),
            ("PATH", "/usr/bin"),
            ("KEY", "abc"),
        ];
        let mut secrets = secrets
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        let folder = Path::new("/tmp/labrun-0a1b2c/lab");
        let mask = masked("laptop", Some(folder), &variable, &mut secrets);
        let text = "rani@laptop:/tmp/labrun-0a1b2c/lab$ echo canary-5ecret /home/rani 0a1b2c abc";
        let clean = "user@host:/tmp/labrun/lab$ echo ••• ~ run abc";
        assert_eq!(mask.text(text), clean);
    }
}
