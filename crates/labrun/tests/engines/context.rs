//! The docker command's contexts, in a folder of settings that is the test's own.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::own_engine::OwnEngine;
use crate::tls::{Certificates, beside};
use crate::{book, is_green, is_refused};

/// A folder of settings with one context in it.
fn settings(endpoint: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    docker(
        folder.path(),
        &["context", "create", "own", "--docker", endpoint],
    );
    folder
}

fn docker(settings: &Path, arguments: &[&str]) {
    let output = Command::new("docker")
        .arg("--config")
        .arg(settings)
        .args(arguments)
        .env_remove("DOCKER_HOST")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// The command with these settings, and no other word on the engine.
fn with(settings: &TempDir, mut command: Command) -> Command {
    command
        .env_remove("DOCKER_HOST")
        .env("DOCKER_CONFIG", settings.path());
    command
}

#[test]
fn the_context_in_use_leads_to_its_engine() {
    let engine = OwnEngine::start();
    let book = book(&engine, "0");
    let settings = settings(&format!("host={}", engine.url()));
    docker(settings.path(), &["context", "use", "own"]);
    is_green(
        &book,
        with(&settings, book.command(&["demo"])),
        &engine.url(),
    );

    let mut named = with(&settings, book.command(&["demo"]));
    named.env("DOCKER_CONTEXT", "nobody");
    is_refused(named, &["context `nobody`", "docker context ls"]);
    docker(settings.path(), &["context", "use", "default"]);
    let mut named = with(&settings, book.command(&["demo"]));
    named.env("DOCKER_CONTEXT", "own");
    is_green(&book, named, &engine.url());
}

#[test]
fn a_context_brings_its_certificates() {
    let certificates = Certificates::make();
    let engine = certificates.engine();
    let book = book(&engine, "0");
    let client = certificates.client();
    let url = "tcp://127.0.0.1:2376";
    let settings = settings(&format!(
        "host={url},ca={client}/ca.pem,cert={client}/cert.pem,key={client}/key.pem"
    ));
    docker(settings.path(), &["context", "use", "own"]);
    let command = with(&settings, book.command(&["demo"]));
    is_green(&book, beside(&engine, &command), url);
}
