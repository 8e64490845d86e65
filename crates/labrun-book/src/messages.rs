//! What mdBook says while it works, collected on this thread for as long as a piece of work takes.

use std::cell::Cell;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::with_default;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

/// Does a piece of work, and gives with its result each warning and error that was said during it, once.
pub(crate) fn collect<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let said = Arc::new(Mutex::new(Vec::new()));
    let layer = Collector(Arc::clone(&said));
    let subscriber = tracing_subscriber::registry().with(layer);
    let result = with_default(subscriber, work);
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    (result, std::mem::take(&mut *said))
}

struct Collector(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Collector {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !said.contains(&text.words) {
            said.push(text.words);
        }
    }
}

/// The words of an event: its message, and the values that it carries.
#[derive(Default)]
struct Text {
    words: String,
    has_more: Cell<bool>,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let separator = if self.has_more.replace(true) {
            ", "
        } else {
            ""
        };
        // Writing into a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.words, "{separator}{value:?}"),
            name => write!(self.words, "{separator}{name}: {value:?}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_and_errors_are_collected_once_and_nothing_else() {
        let (result, said) = collect(|| {
            tracing::info!("quiet");
            tracing::warn!("one {}", 1);
            tracing::warn!("one 1");
            tracing::error!(more = 2, "two");
            tracing::enabled!(Level::TRACE)
        });
        assert!(!result, "nothing is to be worked out for nobody");
        assert_eq!(said, ["one 1", "two, more: 2"]);
        let (_, said) = collect(|| ());
        assert_eq!(said, [""; 0]);
    }

    #[test]
    fn threads_do_not_hear_each_other() {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                std::thread::spawn(move || {
                    let (_, said) = collect(|| tracing::warn!("from {number}"));
                    assert_eq!(said, [format!("from {number}")]);
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    }
}
