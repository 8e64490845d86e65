//! Requests to an engine through the real `ssh` and `docker system dial-stdio` at its other end, as the docker command
//! makes them: so the user's own ssh configuration, keys, agent and known hosts count, and labrun has none of its own.

use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::Arc;

use bollard::BollardRequest;
use bollard::errors::Error;
use futures_util::future::BoxFuture;

use crate::engine::endpoint::SshHost;
use crate::engine::http::{Answer, Connections};
use crate::engine::own_programs::OwnProgram;

/// What ssh may say at most before its connection fails; more is no reason but a text.
const LONGEST_REASON: usize = 4096;

/// The way to an engine, as the client takes it.
pub(super) fn transport(
    host: &SshHost,
) -> impl Fn(BollardRequest) -> BoxFuture<'static, Result<Answer, Error>> + Send + Sync + use<> {
    let way = Arc::new((host.clone(), Connections::new()));
    move |request| {
        let way = Arc::clone(&way);
        Box::pin(async move {
            let (host, connections) = &*way;
            if let Some(idle) = connections.idle() {
                return Ok(connections.send(idle, request).await?);
            }
            let (near, far) = UnixStream::pair()?;
            let (mut complaints, stderr) = UnixStream::pair()?;
            let program = OwnProgram::start(&mut command(host, far, stderr)?)?;
            near.set_nonblocking(true)?;
            let near = tokio::net::UnixStream::from_std(near)?;
            let connection = Connections::make(near, program).await?;
            match connections.send(connection, request).await {
                Ok(answer) => Ok(answer),
                Err(error) => match reason(&mut complaints) {
                    Some(reason) => Err(io::Error::other(reason).into()),
                    None => Err(error.into()),
                },
            }
        })
    }
}

/// The words that the docker command uses, and no questions: nobody would see them.
fn command(host: &SshHost, stream: UnixStream, stderr: UnixStream) -> io::Result<Command> {
    let input = OwnedFd::from(stream.try_clone()?);
    let mut ssh = Command::new("ssh");
    ssh.args(["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"]);
    if let Some(user) = &host.user {
        ssh.args(["-l", user]);
    }
    if let Some(port) = host.port {
        ssh.args(["-p", &port.to_string()]);
    }
    ssh.args(["--", &host.host, "docker", "system", "dial-stdio"])
        .stdin(input)
        .stdout(OwnedFd::from(stream))
        .stderr(OwnedFd::from(stderr))
        // Ctrl-C goes to the runner's group, and clean-up still needs the engine.
        .process_group(0);
    Ok(ssh)
}

/// The last line that ssh has said. It is not waited for: a connection that ssh keeps for others may hold the pipe open.
fn reason(complaints: &mut UnixStream) -> Option<String> {
    complaints.set_nonblocking(true).ok()?;
    let mut said = Vec::new();
    let mut part = [0; 512];
    while let Ok(count @ 1..) = complaints.read(&mut part) {
        said.extend_from_slice(&part[..count]);
        if said.len() > LONGEST_REASON {
            break;
        }
    }
    let said = String::from_utf8_lossy(&said);
    let mut lines = said.lines().rev().map(str::trim);
    let last = lines.find(|line| !line.is_empty())?;
    Some(format!("ssh says: {last}"))
}
