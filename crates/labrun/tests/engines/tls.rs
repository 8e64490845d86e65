//! An engine behind TCP and TLS that wants to know who asks.

use std::process::{Command, Stdio};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::harness::{Book, rest, send};
use crate::own_engine::OwnEngine;
use crate::{book, is_green, is_refused};

const URL: &str = "tcp://127.0.0.1:2376";

/// Makes an authority, and certificates of it for a server at 127.0.0.1 and for a client.
const MAKE: &str = r#"
set -eu
cd "$1"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority-$$ -keyout ca-key.pem -out ca.pem
for who in server client; do
    mkdir $who && cp ca.pem $who
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$who -keyout $who/key.pem -out $who/request.pem
    usage=${who}Auth
    printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%s\n' "$usage" >extensions
    openssl x509 -req -in $who/request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile extensions -out $who/cert.pem
done
"#;

/// An authority's folder, with those of a server and a client in it.
pub(crate) struct Certificates(TempDir);

impl Certificates {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new("sh")
            .args(["-c", MAKE, "sh"])
            .arg(folder.path())
            .output()
            .unwrap();
        let words = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{words}");
        Self(folder)
    }

    pub(crate) fn client(&self) -> String {
        self.0.path().join("client").display().to_string()
    }

    /// An engine that shows these certificates and asks for such.
    pub(crate) fn engine(&self) -> OwnEngine {
        let server = self.0.path().join("server");
        let at = |name: &str| server.join(name).display().to_string();
        let (ca, cert, key) = (at("ca.pem"), at("cert.pem"), at("key.pem"));
        let address = ["--host", URL, "--tlsverify"];
        let files = ["--tlscacert", &ca, "--tlscert", &cert, "--tlskey", &key];
        OwnEngine::start_with(&[address.as_slice(), files.as_slice()].concat())
    }
}

/// The command where the engine is: in its network.
pub(crate) fn beside(engine: &OwnEngine, command: &Command) -> Command {
    let mut beside = Command::new("nsenter");
    beside
        .arg(format!("--net={}", engine.network_path()))
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => beside.env(name, value),
            None => beside.env_remove(name),
        };
    }
    beside
}

fn run(engine: &OwnEngine, book: &Book, certificates: &str) -> Command {
    let mut command = beside(engine, &book.command(&["demo"]));
    command
        .env("DOCKER_HOST", URL)
        .env("DOCKER_TLS_VERIFY", "1")
        .env("DOCKER_CERT_PATH", certificates);
    command
}

#[test]
fn a_lab_runs_over_tls_and_is_removed_over_it() {
    let certificates = Certificates::make();
    let engine = certificates.engine();
    let quick = book(&engine, "0");
    is_green(&quick, run(&engine, &quick, &certificates.client()), URL);

    // Nobody but the journal tells the watchdog with which certificates it gets there.
    let slow = book(&engine, "100");
    let child = run(&engine, &slow, &certificates.client()).spawn().unwrap();
    let (child, _) = Book::until(child, "✓   2");
    send(&child, Signal::KILL);
    rest(child);
    slow.nothing_is_left("kill -9");
}

#[test]
fn certificates_that_do_not_fit_are_said() {
    let certificates = Certificates::make();
    let engine = certificates.engine();
    let book = book(&engine, "0");
    let stranger = Certificates::make();
    is_refused(
        run(&engine, &book, &stranger.client()),
        &[
            URL,
            "DOCKER_HOST",
            "UnknownIssuer",
            "help:",
            &stranger.client(),
        ],
    );
    let mut blank = run(&engine, &book, &certificates.client());
    blank.env_remove("DOCKER_TLS_VERIFY");
    is_refused(blank, &[URL, "help:", "DOCKER_TLS_VERIFY=1"]);
    let mut blind = run(&engine, &book, &certificates.client());
    blind.env_remove("DOCKER_TLS_VERIFY").env("DOCKER_TLS", "1");
    is_refused(blind, &["without knowing to whom", "DOCKER_TLS_VERIFY=1"]);
    let empty = tempfile::tempdir().unwrap();
    is_refused(
        run(&engine, &book, &empty.path().display().to_string()),
        &["there is no", "ca.pem", "DOCKER_CERT_PATH"],
    );
}
