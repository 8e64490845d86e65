//! Getting the prompt back from a program that does not give it: the ladder from ^C to a kill.

use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};

use super::stack::Terminal;
use super::wait::{Reached, Wait};

impl Terminal {
    /// How long each rung may take.
    const RUNG: Duration = Duration::from_millis(300);
    /// How long a program may take to end after ^C when the run is to end.
    const GRACE: Duration = Duration::from_secs(10);
    /// A prompt is taken for the last one when nothing follows it for this long.
    const SETTLED: Duration = Duration::from_millis(30);

    /// Climbs the ladder until a session is ready again, and says which rung did it. When none does, the terminal is
    /// lost: its stack is empty from then on.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(super) fn recover(&mut self) -> io::Result<String> {
        for (name, key) in [
            ("^C", 0x03),
            ("^C twice", 0x03),
            ("^\\", 0x1c),
            ("^Z", 0x1a),
        ] {
            self.pty.send(&[key]);
            if self.ready_within(Self::RUNG)? {
                if key == 0x1a {
                    // What was only stopped must not stay behind as a job.
                    self.pty
                        .send(b" { kill -9 %%; disown %%; } >/dev/null 2>&1\r");
                    self.ready_within(Self::RUNG)?;
                }
                return Ok(format!("ended by {name}"));
            }
            if self.stack.is_empty() {
                return Ok("the terminal is closed".to_owned());
            }
        }
        if self.pty.kill_foreground() {
            self.pty.restore_modes();
            if self.ready_within(Self::RUNG * 4)? {
                return Ok("ended by SIGKILL".to_owned());
            }
        }
        self.stack.clear();
        Ok("nothing ended it: the terminal is lost".to_owned())
    }

    /// A signal asks the run to end while a program is running: it gets ^C, as from a reader's key, and some time to put
    /// its things in order. A second signal ends that time. When no session is ready then, nothing can be left properly
    /// and the stack is empty: what still runs is clean-up's to end.
    ///
    /// # Errors
    /// When the system refuses to read the terminal.
    pub(super) fn interrupt(&mut self) -> io::Result<()> {
        self.pty.send(&[0x03]);
        let deadline = Instant::now() + Self::GRACE;
        loop {
            if self.ready_within(Self::RUNG)? || self.stack.is_empty() {
                return Ok(());
            }
            if Instant::now() >= deadline || self.interrupts.count() > 1 {
                self.stack.clear();
                return Ok(());
            }
        }
    }

    /// Waits for a ready session and then for silence, because a ^C can make a shell show its prompt twice.
    fn ready_within(&mut self, patience: Duration) -> io::Result<bool> {
        let mut ready = false;
        let mut deadline = Instant::now() + patience;
        loop {
            let mut wait = Wait::new(None, VecDeque::new());
            match self.wait_for_prompt(&mut wait, deadline)? {
                Reached::Ready(depth, _) => {
                    self.stack.truncate(depth + 1);
                    ready = true;
                    deadline = Instant::now() + Self::SETTLED;
                }
                Reached::Continuation(_)
                | Reached::Input(_)
                | Reached::FullScreen
                | Reached::Prompt(_) => {
                    if Instant::now() >= deadline {
                        return Ok(ready);
                    }
                }
                Reached::TimeUp => return Ok(ready),
                Reached::Closed => {
                    self.closed();
                    return Ok(false);
                }
                // The signal has been counted; the run looks at it as soon as this step has ended.
                Reached::Interrupted if Instant::now() >= deadline => return Ok(ready),
                Reached::Interrupted => {}
            }
        }
    }
}
