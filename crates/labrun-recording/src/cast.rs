//! Masking a terminal's recording, an asciicast: one name may be spread over several pieces of output, because a
//! terminal prints as it pleases.

use serde_json::Value;

use crate::mask::Mask;

/// An asciicast with everything taken out that a mask takes out of a text, and with `tags` in its header. A line that
/// is no event is left out.
pub fn masked_cast(text: &str, mask: &Mask, tags: &[String]) -> String {
    let mut lines = text.lines();
    let header = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok());
    let mut header: Value = header.unwrap_or_else(|| serde_json::json!({ "version": 3 }));
    header["tags"] = serde_json::json!(tags);
    let mut events: Vec<Event> = lines.filter_map(Event::read).collect();
    let printed: String = events.iter().map(|event| event.printed.as_str()).collect();
    for (at, length, stands_for) in mask.found(&printed).into_iter().rev() {
        replace(&mut events, at, length, stands_for);
    }
    let mut masked = format!("{header}\n");
    for event in events {
        masked.push_str(&event.line(mask));
        masked.push('\n');
    }
    masked
}

/// One event: the seconds since the one before, its code, and what it carries.
struct Event {
    after: Value,
    code: String,
    /// What a terminal prints; empty for any other event.
    printed: String,
    /// What any other event carries.
    other: Value,
}

impl Event {
    fn read(line: &str) -> Option<Self> {
        let (after, code, data): (Value, String, Value) = serde_json::from_str(line).ok()?;
        let is_output = code == "o";
        let printed = data.as_str().filter(|_| is_output).unwrap_or_default();
        Some(Self {
            after,
            code,
            printed: printed.to_owned(),
            other: if is_output { Value::Null } else { data },
        })
    }

    fn line(&self, mask: &Mask) -> String {
        let data = match (self.code.as_str(), &self.other) {
            ("o", _) => Value::String(self.printed.clone()),
            (_, Value::String(text)) => Value::String(mask.text(text)),
            (_, other) => other.clone(),
        };
        serde_json::json!([self.after, self.code, data]).to_string()
    }
}

/// Replaces a stretch of all output by a text: where it begins, the text; in the pieces that it goes on in, nothing.
fn replace(events: &mut [Event], at: usize, length: usize, text: &str) {
    let mut start = 0;
    let mut text = Some(text);
    for event in events {
        let end = start + event.printed.len();
        let from = at.max(start);
        let to = (at + length).min(end);
        if from < to {
            let range = from - start..to - start;
            event
                .printed
                .replace_range(range, text.take().unwrap_or(""));
        }
        start = end;
        if at + length <= end {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_over_several_pieces_is_taken_out() {
        let mut mask = Mask::new();
        mask.hide("laptop", "host");
        let cast = "{\"version\":3,\"tags\":[\"engine: /run/user/1000\"]}\n[0.1,\"o\",\"a lap\"]\n[0.2,\"m\",\"t.md:3\"]\n\
                    [0.3,\"o\",\"t\"]\n[0.1,\"o\",\"op b\\r\\n\"]\n[0.1,\"m\",\"laptop\"]\nno event\n";
        let masked = masked_cast(cast, &mask, &["image: postgres:17".to_owned()]);
        let lines: Vec<&str> = masked.lines().collect();
        assert!(lines[0].contains("postgres:17") && !lines[0].contains("/run/user"));
        assert_eq!(
            &lines[1..],
            [
                "[0.1,\"o\",\"a host\"]",
                "[0.2,\"m\",\"t.md:3\"]",
                "[0.3,\"o\",\"\"]",
                "[0.1,\"o\",\" b\\r\\n\"]",
                "[0.1,\"m\",\"host\"]",
            ]
        );
    }
}
