//! What `sudo` on a page means on this machine, decided before the first step so that no step stops at a password.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use labrun_model::{Action, Lab, Language};

use crate::RunError;
use crate::environment::on_path;

/// The run's policy for `sudo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sudo {
    /// The lab never says it.
    Unused,
    /// We are root and there is no sudo: a pass-through in the lab's PATH runs what follows.
    PassThrough,
    /// The machine's sudo, which asks for no password; the lab's environment is handed on.
    Real(PathBuf),
}

/// The variables that real sudo must hand on, so that the commands behind it reach the same engine and print the same.
const HANDED_ON: &str = "DOCKER_HOST,DOCKER_TLS_VERIFY,DOCKER_CERT_PATH,SSH_AUTH_SOCK,DOCKER_CONFIG,COMPOSE_ANSI,LC_ALL,TZ,PAGER,LESS,LABRUN_RUN";

impl Sudo {
    /// Looks at the lab and at the machine.
    ///
    /// # Errors
    /// When the lab needs sudo and it is missing or asks for a password.
    pub(crate) fn decide(lab: &Lab) -> Result<Self, RunError> {
        if !uses_sudo(lab) {
            return Ok(Self::Unused);
        }
        let is_root = rustix::process::geteuid().is_root();
        match on_path("sudo") {
            None if is_root => Ok(Self::PassThrough),
            None => Err(RunError::Missing {
                what: "the lab uses `sudo`, and this machine has none".to_owned(),
                help: "install sudo, or run labrun as root".to_owned(),
            }),
            Some(path) if asks_no_password() => Ok(Self::Real(path)),
            Some(_) if is_root => Ok(Self::PassThrough),
            Some(_) => Err(RunError::Missing {
                what: "the lab uses `sudo`, and `sudo -n` asks for a password".to_owned(),
                help: "allow this user to use sudo without a password (a NOPASSWD line in sudoers), or run labrun as root"
                    .to_owned(),
            }),
        }
    }

    /// Whether `sudo -n` can be used by labrun itself.
    pub(crate) fn works(&self) -> bool {
        matches!(self, Self::Real(_))
    }

    /// The policy in words, for the run's header; `None` where the lab has no use for it.
    pub(crate) fn describe(&self) -> Option<String> {
        match self {
            Self::Unused => None,
            Self::PassThrough => Some("pass-through (root, without sudo)".to_owned()),
            Self::Real(path) => Some(format!("{} -n", path.display())),
        }
    }

    /// What stands in for `sudo` on the lab's PATH.
    pub(crate) fn script(&self) -> Option<String> {
        match self {
            Self::Unused => None,
            Self::PassThrough => Some(PASS_THROUGH.to_owned()),
            Self::Real(path) => {
                let path = path.display();
                Some(format!(
                    "#!/bin/sh\nexec '{path}' -n --preserve-env={HANDED_ON} \"$@\"\n"
                ))
            }
        }
    }
}

/// Takes the flags of sudo that pages use; `-u` needs another user's rights, which root can give.
const PASS_THROUGH: &str = r#"#!/bin/sh
user= shell=
while [ $# -gt 0 ]; do
    case $1 in
        -u|--user|-iu|-su)
            case $1 in -iu|-su) shell=1 ;; esac
            user=${2-}; shift; [ $# -eq 0 ] || shift ;;
        -u?*) user=${1#-u}; shift ;;
        --user=*) user=${1#--user=}; shift ;;
        -n|-E|-H|-S) shift ;;
        -i|-s) shell=1; shift ;;
        --) shift; break ;;
        -*) echo "sudo (labrun's pass-through): $1 is not supported" >&2; exit 1 ;;
        *=*) export "$1"; shift ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || [ -z "$shell" ] || set -- bash
[ $# -gt 0 ] || { echo "sudo (labrun's pass-through): no command" >&2; exit 1; }
[ -z "$user" ] || exec runuser -u "$user" -- "$@"
exec "$@"
"#;

fn asks_no_password() -> bool {
    Command::new("sudo")
        .args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn uses_sudo(lab: &Lab) -> bool {
    lab.steps().any(|step| match &step.action {
        Action::Type {
            language: Language::Shell,
            lines,
        } => lines.iter().any(|line| {
            line.text
                .split([' ', '\t', ';', '&', '|', '('])
                .any(|word| word == "sudo")
        }),
        Action::Type { .. } | Action::Write(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_pass_through_takes_the_flags_that_pages_use() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sudo");
        std::fs::write(&program, PASS_THROUGH).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let run = |arguments: &[&str]| {
            let output = Command::new(&program).args(arguments).output().unwrap();
            let status = output.status.code();
            (status, String::from_utf8(output.stdout).unwrap())
        };
        assert_eq!(run(&["echo", "a  b"]), (Some(0), "a  b\n".to_owned()));
        assert_eq!(
            run(&["-n", "-E", "--", "echo", "-n", "x"]),
            (Some(0), "x".to_owned())
        );
        assert_eq!(
            run(&["X=1", "sh", "-c", "echo $X"]),
            (Some(0), "1\n".to_owned())
        );
        assert_eq!(run(&["sh", "-c", "exit 7"]).0, Some(7));
        if rustix::process::geteuid().is_root() {
            let all: [&[&str]; 5] = [
                &["-u", "nobody"],
                &["-unobody"],
                &["--user=nobody"],
                &["-iu", "nobody"],
                &["-i", "-u", "nobody"],
            ];
            for flags in all {
                let who = run(&[flags, &["id", "-un"]].concat());
                assert_eq!(who, (Some(0), "nobody\n".to_owned()), "{flags:?}");
            }
        }
        assert_eq!(run(&[]).0, Some(1));
        assert_eq!(run(&["--chroot=/", "echo"]).0, Some(1));
    }

    #[test]
    fn real_sudo_gets_the_labs_variables() {
        let script = Sudo::Real(PathBuf::from("/usr/bin/sudo")).script().unwrap();
        assert!(
            script.contains("'/usr/bin/sudo' -n --preserve-env=DOCKER_HOST,"),
            "{script}"
        );
        assert_eq!(Sudo::Unused.script(), None);
    }
}
