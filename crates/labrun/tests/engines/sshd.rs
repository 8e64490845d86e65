//! An ssh server of the test's own, on loopback, which lets one throw-away key in and knows one engine.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::harness::until;
use crate::own_engine::OwnEngine;

/// The server, and in its folder everything of it and of its client.
pub(crate) struct Sshd {
    folder: TempDir,
    port: u16,
    server: Child,
}

impl Sshd {
    /// Starts a server whose commands find this engine.
    pub(crate) fn start(engine: &OwnEngine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for key in ["host", "user", "stranger"] {
            keygen(&at(key));
        }
        fs::copy(at("user.pub"), at("authorized")).unwrap();
        // The package's service makes it, and that service is not what is started here.
        fs::create_dir_all("/run/sshd").unwrap();
        let (port, server) = until("the ssh server", || listening(folder.path(), engine));
        let server = Self {
            folder,
            port,
            server,
        };
        server.write_client("user");
        server
    }

    /// The engine's address by the name that the client's settings have, and by its number.
    pub(crate) fn url(&self) -> String {
        format!("ssh://root@127.0.0.1:{}", self.port)
    }

    /// Has the client show another key from now on.
    pub(crate) fn show_a_strangers_key(&self) {
        self.write_client("stranger");
    }

    /// Has the client forget whom it knows.
    pub(crate) fn forget_the_host(&self) {
        fs::write(self.folder.path().join("known"), "").unwrap();
    }

    /// A PATH on which `ssh` has these settings, whoever calls it.
    pub(crate) fn path(&self) -> String {
        let path = std::env::var("PATH").unwrap();
        format!("{}:{path}", self.folder.path().join("bin").display())
    }

    /// What the server says.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn write_client(&self, key: &str) {
        let at = |name: &str| self.folder.path().join(name);
        let (root, port) = (self.folder.path().display(), self.port);
        let settings = format!(
            "Host *\n  IdentityFile {root}/{key}\n  IdentitiesOnly yes\n  UserKnownHostsFile {root}/known\n\
             Host elsewhere\n  HostName 127.0.0.1\n  Port {port}\n  User root\n"
        );
        fs::write(at("client"), settings).unwrap();
        let host = fs::read_to_string(at("host.pub")).unwrap();
        fs::write(at("known"), format!("[127.0.0.1]:{port} {host}")).unwrap();
        fs::create_dir_all(at("bin")).unwrap();
        let program = at("bin/ssh");
        let script = format!("#!/bin/sh\nexec /usr/bin/ssh -F {root}/client \"$@\"\n");
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A server that listens, by its own word; none where somebody has taken the port in the meantime, as a connection may that
/// another test opens.
fn listening(folder: &Path, engine: &OwnEngine) -> Option<(u16, Child)> {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let root = folder.display();
    let settings = format!(
        "ListenAddress 127.0.0.1:{port}\nHostKey {root}/host\nAuthorizedKeysFile {root}/authorized\n\
         PidFile none\nUsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nStrictModes no\n\
         PermitRootLogin prohibit-password\nSetEnv DOCKER_HOST={}\n",
        engine.url()
    );
    fs::write(folder.join("settings"), settings).unwrap();
    let log = folder.join("log");
    let mut server = Command::new("/usr/sbin/sshd")
        .args(["-D", "-e", "-f"])
        .arg(folder.join("settings"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .expect("sshd, of the package openssh-server");
    let listens = until("a word of the ssh server", || {
        let ended = server.try_wait().unwrap().is_some();
        let said = fs::read_to_string(&log).unwrap();
        (ended || said.contains("Server listening")).then_some(!ended)
    });
    listens.then_some((port, server))
}

fn keygen(path: &Path) {
    let path: PathBuf = path.to_owned();
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-f"])
        .arg(path)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}
