//! A `labrun serve` that runs, and plain sockets to talk to it: what a browser would never send has to be sent as well.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// Far beyond what anything takes; a test that waits so long has failed.
const DEADLINE: Duration = Duration::from_secs(120);

/// A server, which is ended with the test.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    /// Everything that it has said.
    pub(crate) said: Vec<String>,
    pub(crate) port: u16,
}

/// What a server answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Running {
    /// Starts the command, and waits until the book can be read.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let words = BufReader::new(child.stderr.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in words.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        let mut running = Self {
            child,
            lines,
            said: Vec::new(),
            port: 0,
        };
        let line = running.wait_for("the book is at http://127.0.0.1:");
        let (_, rest) = line.split_once("127.0.0.1:").unwrap();
        running.port = rest.split('/').next().unwrap().parse().unwrap();
        running
    }

    /// Waits for a line with these words.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(DEADLINE) else {
                panic!("it never said {words:?}, but: {:#?}", self.said);
            };
            self.said.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Ends it with a signal.
    pub(crate) fn end(mut self, signal: Signal) -> ExitStatus {
        kill_process(self.pid(), signal).unwrap();
        self.child.wait().unwrap()
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Sends bytes, and reads until the server closes the connection.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut socket = self.connect();
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        Answer::read(&String::from_utf8_lossy(&answer))
    }

    /// Asks for a path as a browser does.
    pub(crate) fn get(&self, path: &str) -> Answer {
        let port = self.port;
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Opens a websocket; gives the connection, or the refusal.
    pub(crate) fn websocket(&self, path: &str, headers: &str) -> Result<BufReader<TcpStream>, u16> {
        let mut socket = self.connect();
        let request = format!(
            "GET {path} HTTP/1.1\r\n{headers}Connection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).unwrap();
        let mut socket = BufReader::new(socket);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(socket.read_line(&mut head).unwrap(), 0, "{head}");
        }
        match Answer::read(&head).status {
            101 => Ok(socket),
            status => Err(status),
        }
    }

    /// The headers of a websocket that a page of the book opens.
    pub(crate) fn own_headers(&self) -> String {
        let port = self.port;
        format!("Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n")
    }

    fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        socket
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that has failed leaves it running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).unwrap_or("0");
        Self {
            status: status.parse().unwrap_or(0),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}

/// The words of the next message of a websocket, as far as a short text goes.
pub(crate) fn message(socket: &mut BufReader<TcpStream>) -> String {
    let mut start = [0_u8; 2];
    socket.read_exact(&mut start).unwrap();
    assert_eq!(start[0], 0x81, "a text in one piece");
    let mut text = vec![0_u8; usize::from(start[1])];
    socket.read_exact(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}
