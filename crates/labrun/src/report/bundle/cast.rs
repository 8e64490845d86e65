//! Masking a recording: a text may be spread over several pieces of output, so that they are looked at together. Pure.

use serde_json::Value;

use super::mask::Mask;

/// An asciicast with everything masked. What is no piece of output is masked as a line of its own.
pub(super) fn masked(cast: &str, mask: &Mask) -> String {
    let lines: Vec<&str> = cast.lines().collect();
    let pieces: Vec<Option<(Value, String)>> = lines.iter().map(|line| output(line)).collect();
    let whole: String = pieces
        .iter()
        .flatten()
        .map(|(_, text)| text.as_str())
        .collect();
    let found = mask.found(&whole);
    let mut at = 0;
    let mut result = String::with_capacity(cast.len());
    for (line, piece) in lines.iter().zip(pieces) {
        match piece {
            Some((time, text)) => {
                let end = at + text.len();
                let kept = part(&whole, at, end, &found);
                at = end;
                result.push_str(&serde_json::json!([time, "o", kept]).to_string());
            }
            None => result.push_str(&mask.apply(line)),
        }
        result.push('\n');
    }
    result
}

/// The time and the text of a piece of output.
fn output(line: &str) -> Option<(Value, String)> {
    let Value::Array(event) = serde_json::from_str(line).ok()? else {
        return None;
    };
    match event.as_slice() {
        [time, Value::String(code), Value::String(text)] if code == "o" => {
            Some((time.clone(), text.clone()))
        }
        _ => None,
    }
}

/// A part of the whole text. What is replaced stands in the part in which it begins, and is gone from those behind.
fn part(
    whole: &str,
    start: usize,
    end: usize,
    found: &[(std::ops::Range<usize>, &'static str)],
) -> String {
    let mut kept = String::new();
    let mut at = start;
    // Ranges are in order and do not overlap, so that their ends are in order, too.
    let first = found.partition_point(|(range, _)| range.end <= start);
    for (range, stand_in) in found[first..]
        .iter()
        .take_while(|(range, _)| range.start < end)
    {
        if range.start >= start {
            kept.push_str(&whole[at..range.start]);
            kept.push_str(stand_in);
        }
        at = range.end.min(end);
    }
    kept.push_str(&whole[at..end]);
    kept
}

#[cfg(test)]
mod tests {
    use super::super::mask::Surroundings;
    use super::*;
    use crate::report::specimens;

    #[test]
    fn a_secret_in_pieces_is_found() {
        let mask = Mask::new(&specimens::lab(), &Surroundings::default());
        let cast = "{\"version\":3,\"title\":\"s3cret\"}\n[0.1,\"o\",\"is s3\"]\n[0.2,\"m\",\"s3cret\"]\n[0.3,\"o\",\"cr\"]\n\
                    [0.4,\"o\",\"et, s3cret.\\r\\n\"]\n";
        assert_eq!(
            masked(cast, &mask),
            "{\"version\":3,\"title\":\"***\"}\n[0.1,\"o\",\"is ***\"]\n[0.2,\"m\",\"***\"]\n[0.3,\"o\",\"\"]\n\
             [0.4,\"o\",\", ***.\\r\\n\"]\n"
        );
    }

    #[test]
    fn what_is_no_event_stays() {
        let mask = Mask::default();
        let cast = "# a comment\n[0.1,\"i\",\"x\"]\nnot json\n";
        assert_eq!(masked(cast, &mask), cast);
    }
}
