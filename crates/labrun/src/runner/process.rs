//! A runner as its listener holds it: started, heard, signalled, and looked after when it is gone.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::Sender;
use std::thread::{Builder, JoinHandle};

use labrun_model::Event;
use labrun_run::RunError;
use rustix::process::{Pid, Signal, kill_process};

use super::{COMMAND, Errand, Word};

/// How much of what a runner wrote on standard error is kept, which is nothing unless it crashed.
const KEPT: usize = 4096;

/// A process that runs a lab.
pub(crate) struct Runner {
    child: Child,
    /// Open as long as somebody listens.
    errand: Option<ChildStdin>,
    complaints: JoinHandle<String>,
    /// Whether it said why it ended.
    ended: Option<Option<RunError>>,
}

/// What comes from the runners, each with the index of its lab, and from whoever wants them to end.
pub(crate) enum Heard {
    /// Something happened in a run.
    Event(usize, Box<Event>),
    /// A run is over; with the reason where it ended before its summary.
    Ended(usize, Option<RunError>),
    /// A runner will say no more.
    Gone(usize),
    /// A signal has come to the listener.
    Signal(i32),
}

impl Runner {
    /// Starts a runner for the lab of this index, and has what it tells sent on.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn start(errand: &Errand, lab: usize, heard: Sender<Heard>) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(COMMAND)
            // Ctrl-C comes to the listener, which passes it on: a runner must not count it twice.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipe = || io::Error::from(io::ErrorKind::BrokenPipe);
        let mut errands = child.stdin.take().ok_or_else(pipe)?;
        let words = child.stdout.take().ok_or_else(pipe)?;
        let complaints = child.stderr.take().ok_or_else(pipe)?;
        let thread = |name: &str| Builder::new().name(format!("{name} {}", errand.lab));
        thread("words").spawn(move || listen(words, lab, &heard))?;
        let complaints = thread("complaints").spawn(move || last_words(complaints))?;
        let line = serde_json::to_string(errand)?;
        // Where the runner is gone already, its end says so.
        drop(errands.write_all(format!("{line}\n").as_bytes()));
        Ok(Self {
            child,
            errand: Some(errands),
            complaints,
            ended: None,
        })
    }

    /// Takes note of how the run ended, as the runner says.
    pub(crate) fn has_ended(&mut self, trouble: Option<RunError>) {
        self.ended = Some(trouble);
    }

    /// Passes a signal on.
    pub(crate) fn signal(&self, signal: i32) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let signal = Signal::from_named_raw(signal);
        if let (Some(pid), Some(signal)) = (pid, signal) {
            // It is not waited for yet, so that its number is its own even where it has ended.
            let _ = kill_process(pid, signal);
        }
    }

    /// Waits until the process has gone, and gives the reason for which its run ended before its summary, or for which
    /// nothing is known of its end.
    pub(crate) fn finish(mut self) -> Option<RunError> {
        drop(self.errand.take());
        let status = self.child.wait();
        let complaints = self.complaints.join().unwrap_or_default();
        self.ended.unwrap_or_else(|| {
            let how = status.map_or_else(|error| error.to_string(), in_words);
            let complaints = complaints.trim();
            let between = if complaints.is_empty() { "" } else { ": " };
            let reason = format!(
                "its process {how}{between}{complaints}; what it has left is being removed"
            );
            Some(RunError::system("the run")(io::Error::other(reason)))
        })
    }
}

fn listen(words: impl Read, lab: usize, heard: &Sender<Heard>) {
    for line in BufReader::new(words).lines() {
        let word = line.ok().and_then(|line| serde_json::from_str(&line).ok());
        // What is no word comes from a runner that was cut off in the middle of one.
        let Some(word) = word else { break };
        let said = match word {
            Word::Event(event) => Heard::Event(lab, Box::new(event)),
            Word::Ended(trouble) => Heard::Ended(lab, trouble.map(Into::into)),
        };
        if heard.send(said).is_err() {
            return;
        }
    }
    // Nobody listens any more only where labrun itself ends.
    let _ = heard.send(Heard::Gone(lab));
}

fn last_words(mut from: impl Read) -> String {
    let mut kept: Vec<u8> = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        kept.extend(&buffer[..count]);
        let more = kept.len().saturating_sub(KEPT);
        kept.drain(..more);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

fn in_words(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("was ended by signal {signal}"),
        (None, Some(code)) => format!("ended with exit code {code} without a word"),
        (None, None) => "ended".to_owned(),
    }
}
