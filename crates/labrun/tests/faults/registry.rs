//! A registry on this machine that refuses, cuts a layer off, or says nothing. Engines take a registry on loopback
//! without encryption.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::mpsc::channel;

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::own_engine::OwnEngine;

/// What the registry does when an image is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Says that nobody may have it.
    Refuses,
    /// Closes the connection in the middle of the layer.
    CutsOff,
    /// Takes the question and never answers.
    SaysNothing,
}

const MANIFEST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
"config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":CONFIG_SIZE,"digest":"sha256:CONFIG"},
"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":9000000,
"digest":"sha256:1111111111111111111111111111111111111111111111111111111111111111"}]}"#;
const CONFIG: &str = r#"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers",
"diff_ids":["sha256:2222222222222222222222222222222222222222222222222222222222222222"]}}"#;

/// Starts one in the network of an engine; the name of an image that it would have.
pub(crate) fn image_of(manner: Manner, engine: &OwnEngine) -> String {
    let network = engine.network();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let kind = Some(LinkNameSpaceType::Network);
        move_into_link_name_space(network.as_fd(), kind).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        tell.send(listener.local_addr().unwrap().port()).unwrap();
        for stream in listener.incoming() {
            std::thread::spawn(move || answer(stream.unwrap(), manner));
        }
    });
    format!("127.0.0.1:{}/image:1", told.recv().unwrap())
}

fn answer(mut stream: TcpStream, manner: Manner) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let mut header = String::new();
        while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
            header.clear();
        }
        let mut words = first.split(' ');
        let (method, path) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let digest = sha256(CONFIG);
        let manifest = MANIFEST
            .replace("CONFIG_SIZE", &CONFIG.len().to_string())
            .replace("CONFIG", &digest);
        let (status, kind, body, promised) = match path {
            "/v2/" => ("200 OK", "application/json", "{}", 2),
            _ if manner == Manner::SaysNothing => {
                std::thread::sleep(std::time::Duration::from_secs(600));
                return;
            }
            _ if manner == Manner::Refuses => {
                let body =
                    r#"{"errors":[{"code":"DENIED","message":"nobody may have this image"}]}"#;
                ("403 Forbidden", "application/json", body, body.len())
            }
            _ if path.contains("/manifests/") => {
                let kind = "application/vnd.docker.distribution.manifest.v2+json";
                ("200 OK", kind, manifest.as_str(), manifest.len())
            }
            _ if path.ends_with(&digest) => {
                ("200 OK", "application/octet-stream", CONFIG, CONFIG.len())
            }
            _ => (
                "200 OK",
                "application/octet-stream",
                "not all of it",
                9_000_000,
            ),
        };
        let hash = sha256(&manifest);
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {promised}\r\nDocker-Content-Digest: sha256:{hash}\r\n\r\n"
        );
        let _ = stream.write_all(head.as_bytes());
        if method != "HEAD" {
            let _ = stream.write_all(body.as_bytes());
            if promised > body.len() {
                return;
            }
        }
    }
}

/// The hash of a text, by the program that every host has.
fn sha256(text: &str) -> String {
    use std::process::{Command, Stdio};
    let mut child = Command::new("sha256sum")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()[..64].to_owned()
}
