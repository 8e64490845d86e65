//! The engine's clock. It need not be that of this machine, an engine in a virtual machine has one of its own, and either
//! can be set while a lab runs; so times in events are never held against this machine's clock.

use std::time::{Duration, Instant, SystemTime};

use bollard::Docker;

use crate::engine::timestamp;

/// What the engine's clock showed once, and when that was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    engine: SystemTime,
    machine: SystemTime,
    read: Instant,
}

impl Clock {
    /// Reads it; of an engine that does not tell the time, this machine's is taken for its own.
    pub(super) async fn read(docker: &Docker) -> Self {
        let told = docker.info().await.ok().and_then(|info| info.system_time);
        let machine = SystemTime::now();
        Self {
            engine: told
                .as_deref()
                .and_then(timestamp::moment)
                .unwrap_or(machine),
            machine,
            read: Instant::now(),
        }
    }

    /// What it showed.
    pub(super) fn shown(self) -> SystemTime {
        self.engine
    }

    /// What it would show now if nobody has set it since.
    pub(super) fn now(self) -> SystemTime {
        self.engine + self.read.elapsed()
    }

    /// How long ago it was read.
    pub(super) fn age(self) -> Duration {
        self.read.elapsed()
    }

    /// A time of this machine's clock as the engine's had it.
    pub(super) fn of_machine(self, time: SystemTime) -> SystemTime {
        shifted(time, self.machine, self.engine)
    }

    /// A time of this clock, read later than another, as the other would have had it: they differ by what it was set.
    pub(super) fn as_before(self, earlier: Self, time: SystemTime) -> SystemTime {
        shifted(time, self.now(), earlier.now())
    }
}

/// A time moved by the way from one to the other.
fn shifted(time: SystemTime, from: SystemTime, to: SystemTime) -> SystemTime {
    let moved = match to.duration_since(from) {
        Ok(ahead) => time.checked_add(ahead),
        Err(behind) => time.checked_sub(behind.duration()),
    };
    moved.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn times_go_from_one_clock_to_the_other() {
        let read = Instant::now();
        let clock = |engine, machine| Clock {
            engine: at(engine),
            machine: at(machine),
            read,
        };
        assert_eq!(clock(1000, 4600).of_machine(at(4610)), at(1010));
        assert_eq!(clock(4600, 1000).of_machine(at(1010)), at(4610));
        let (before, after) = (clock(1000, 0), clock(8200, 0));
        let same = after.as_before(before, at(8100));
        let difference = same
            .duration_since(at(900))
            .unwrap_or_else(|error| error.duration());
        assert!(difference < Duration::from_secs(1), "{difference:?}");
    }
}
