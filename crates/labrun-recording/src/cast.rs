//! Masking a terminal's recording, an asciicast: one name may be spread over several pieces of output, because a
//! terminal prints as it pleases.

use serde_json::Value;

use crate::mask::Mask;

/// An asciicast without what a mask takes out of a text. Where tags are given, they take the place of those in its header.
pub fn masked_cast(text: &str, mask: &Mask, tags: Option<&[String]>) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let pieces: Vec<Option<(Value, String)>> = lines.iter().map(|line| output(line)).collect();
    let printed = pieces.iter().flatten().map(|(_, text)| text.as_str());
    let whole: String = printed.collect();
    let found = mask.found(&whole);
    let mut at = 0;
    let mut masked = String::with_capacity(text.len());
    for (index, (line, piece)) in lines.iter().zip(pieces).enumerate() {
        match (piece, tags) {
            (Some((after, text)), _) => {
                let part = at..at + text.len();
                at = part.end;
                let kept = mask.part(&whole, part, &found);
                masked.push_str(&serde_json::json!([after, "o", kept]).to_string());
            }
            (None, Some(tags)) if index == 0 => masked.push_str(&mask.text(&tagged(line, tags))),
            (None, _) => masked.push_str(&mask.text(line)),
        }
        masked.push('\n');
    }
    masked
}

/// The seconds since the event before and the text of a piece of output.
fn output(line: &str) -> Option<(Value, String)> {
    let (after, code, text): (Value, String, String) = serde_json::from_str(line).ok()?;
    (code == "o").then_some((after, text))
}

/// The header with other tags; what is no header stays.
fn tagged(line: &str, tags: &[String]) -> String {
    match serde_json::from_str(line) {
        Ok(Value::Object(mut header)) => {
            header.insert("tags".to_owned(), serde_json::json!(tags));
            Value::Object(header).to_string()
        }
        _ => line.to_owned(),
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
                    [0.3,\"o\",\"t\"]\n[0.1,\"o\",\"op b\\r\\n\"]\n[0.1,\"m\",\"laptop\"]\n";
        let tags = ["image: postgres:17".to_owned()];
        let masked = masked_cast(cast, &mask, Some(&tags));
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

    #[test]
    fn what_is_no_cast_stays() {
        let text = "no cast\n[1]\n";
        assert_eq!(masked_cast(text, &Mask::new(), None), text);
    }
}
