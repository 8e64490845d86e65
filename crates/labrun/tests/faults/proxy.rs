//! A socket between labrun and an engine, which can be slow, or take everything and answer nothing.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

/// So slow that nobody waits for it.
const FOR_EVER: u64 = u64::MAX;

/// The socket, for as long as the test runs.
pub(crate) struct Proxy {
    folder: TempDir,
    delay: Arc<AtomicU64>,
}

impl Proxy {
    /// Everything that is asked reaches the engine after a delay.
    pub(crate) fn before(engine: &Path, delay: Duration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join("docker.sock")).unwrap();
        let milliseconds = u64::try_from(delay.as_millis()).unwrap();
        let delay = Arc::new(AtomicU64::new(milliseconds));
        let (engine, shared) = (engine.to_owned(), Arc::clone(&delay));
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (engine, delay) = (engine.clone(), Arc::clone(&shared));
                std::thread::spawn(move || join(&client.unwrap(), &engine, &delay));
            }
        });
        Self { folder, delay }
    }

    pub(crate) fn url(&self) -> String {
        format!("unix://{}/docker.sock", self.folder.path().display())
    }

    /// From now on nothing that is asked gets through.
    pub(crate) fn hold(&self) {
        self.delay.store(FOR_EVER, Ordering::SeqCst);
    }

    /// From now on everything gets through at once, what was held too.
    pub(crate) fn release(&self) {
        self.delay.store(0, Ordering::SeqCst);
    }
}

/// Carries what both sides say; what the client says waits.
fn join(client: &UnixStream, engine: &Path, delay: &AtomicU64) {
    let Ok(engine) = UnixStream::connect(engine) else {
        return;
    };
    std::thread::scope(|scope| {
        scope.spawn(|| carry(&engine, client, || {}));
        carry(client, &engine, || wait(delay));
    });
}

fn wait(delay: &AtomicU64) {
    const GLANCE: Duration = Duration::from_millis(10);
    let mut waited = 0;
    while waited < delay.load(Ordering::SeqCst) {
        std::thread::sleep(GLANCE);
        waited += 10;
    }
}

fn carry(mut from: &UnixStream, mut to: &UnixStream, before: impl Fn()) {
    let mut buffer = [0; 1 << 14];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        before();
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
