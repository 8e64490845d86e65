//! Any text as a recording's file and as an asciicast. What can be read is written as it was read; and no secret is left in
//! what a mask has passed, however a terminal has cut it up.

#![no_main]

use labrun_recording::{Mask, Recording, masked_cast};
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "hunter22";

fuzz_target!(|text: &str| {
    if let Ok(recording) = Recording::read(text) {
        let written = recording.text();
        assert_eq!(Recording::read(&written), Ok(recording.clone()));
        assert_eq!(
            Recording::read(&written).map(|read| read.text()),
            Ok(written)
        );
        for step in &recording.steps {
            assert!(recording.output(step.number).is_some());
        }
    }
    let mut mask = Mask::new();
    mask.hide_everywhere(SECRET, "***");
    mask.hide("rani", "user");
    let masked = mask.text(text);
    assert!(!masked.contains(SECRET));
    assert!(text.contains(SECRET) || text.contains("rani") || masked == text);
    cast(text, &mask);
});

/// The text as pieces of what a terminal printed.
fn cast(text: &str, mask: &Mask) {
    let pieces = text.split('\n').map(|piece| {
        // A bare line break stands for none, so that a name can be parted anywhere.
        serde_json::json!([0.1, "o", piece]).to_string() + "\n"
    });
    let cast: String = std::iter::once("{\"version\":3}\n".to_owned())
        .chain(pieces)
        .collect();
    let masked = masked_cast(&cast, mask, None);
    assert_eq!(masked.lines().count(), cast.lines().count());
    let printed: String = masked
        .lines()
        .skip(1)
        .map(|line| {
            let event: (f64, String, String) = serde_json::from_str(line).expect("an event");
            event.2
        })
        .collect();
    assert_eq!(printed, mask.text(&text.replace('\n', "")));
    // Whatever a file is, its lines stay lines.
    assert_eq!(
        masked_cast(text, mask, Some(&[])).lines().count(),
        text.lines().count()
    );
}
