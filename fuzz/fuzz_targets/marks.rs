//! Any bytes as what a terminal sends, with marks of prompts anywhere in them. However they are cut into reads, the same
//! output and the same marks come out, each mark that was sent is found, and nothing of it is output; a flood is kept
//! within its bounds, and what a reader sees of it holds no control characters.

#![no_main]

use labrun_run::stream::{Capture, Mark, MarkKind, MarkReader, Output, Token, short_word};
use libfuzzer_sys::fuzz_target;

const NONCE: &str = "n1";
const SHORT: u32 = 7;

fuzz_target!(|data: &[u8]| {
    let Some((&cuts, rest)) = data.split_first() else {
        return;
    };
    let stream = stream(rest);
    let whole = read([stream.as_slice()].into_iter());
    assert_eq!(whole, by_escapes(&stream));
    assert_eq!(whole, read(stream.chunks(1)));
    assert_eq!(whole, read(stream.chunks(usize::from(cuts) + 2)));
    for cut in 0..stream.len().min(64) {
        let (one, other) = stream.split_at(cut);
        assert_eq!(whole, read([one, other].into_iter()), "cut at {cut}");
    }
    // One in many, because it takes long.
    let length = if cuts % 64 == 16 {
        2 * Capture::KEPT + 999
    } else {
        whole.0.len()
    };
    let times = length / whole.0.len().max(1);
    flood(&whole.0, times.clamp(1, 1 << 18));
});

/// The bytes with a mark in place of each of some bytes that no UTF-8 has, and an end that begins no mark.
fn stream(data: &[u8]) -> Vec<u8> {
    let short = short_word(NONCE, SHORT);
    let mut stream = Vec::with_capacity(data.len() * 2);
    for byte in data {
        let mark = match byte {
            0xf8 => format!("{NONCE};0;D;0"),
            0xf9 => format!("{NONCE};12;C"),
            0xfa => format!("{NONCE};3;P;a;b"),
            0xfb => format!("{short}D"),
            0xfc => format!("{short}P"),
            0xfd => "n2;0;D;0".to_owned(),
            0xfe => {
                stream.extend_from_slice(b"\x1b]7717;");
                continue;
            }
            0xff => {
                stream.extend_from_slice(&[b'x'; 80]);
                continue;
            }
            byte => {
                stream.push(*byte);
                continue;
            }
        };
        stream.extend_from_slice(format!("\x1b]7717;{mark}\x07").as_bytes());
    }
    stream.push(0x07);
    stream
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Mark>) {
    let mut reader = MarkReader::new(NONCE);
    reader.know_short(SHORT);
    let (mut output, mut marks) = (Vec::new(), Vec::new());
    for piece in pieces {
        reader.read(piece, |token| match token {
            Token::Output(bytes) => output.extend_from_slice(bytes),
            Token::Mark(mark) => marks.push(mark),
        });
    }
    (output, marks)
}

/// The same, read another way: a mark reaches from an escape to a bell, and there is no other escape in it.
fn by_escapes(stream: &[u8]) -> (Vec<u8>, Vec<Mark>) {
    let (mut output, mut marks) = (Vec::new(), Vec::new());
    for (index, part) in stream.split(|byte| *byte == 0x1b).enumerate() {
        let inside = part.strip_prefix(b"]7717;").filter(|_| index > 0);
        let end = inside.and_then(|inside| inside.iter().position(|byte| *byte == 0x07));
        let mark = inside
            .zip(end)
            .filter(|(_, end)| *end < 249)
            .and_then(|(inside, end)| mark(&inside[..end]));
        match (mark, inside.zip(end)) {
            (Some(mark), Some((inside, end))) => {
                marks.push(mark);
                output.extend_from_slice(&inside[end + 1..]);
            }
            _ => {
                output.extend_from_slice(if index > 0 { b"\x1b" } else { b"" });
                output.extend_from_slice(part);
            }
        }
    }
    (output, marks)
}

fn mark(body: &[u8]) -> Option<Mark> {
    let text = std::str::from_utf8(body).ok()?;
    let kind = |letter: &str| match letter {
        "D" => Some(MarkKind::Ready),
        "C" => Some(MarkKind::Executing),
        "P" => Some(MarkKind::Continuation),
        _ => None,
    };
    if let Some(letter) = text.strip_prefix(&short_word(NONCE, SHORT)) {
        return Some(Mark {
            session: SHORT,
            kind: kind(letter)?,
            payload: String::new(),
        });
    }
    let mut parts = text.splitn(4, ';');
    if parts.next() != Some(NONCE) {
        return None;
    }
    Some(Mark {
        session: parts.next()?.parse().ok()?,
        kind: kind(parts.next()?)?,
        payload: parts.next().unwrap_or("").to_owned(),
    })
}

/// An output that comes many times over.
fn flood(piece: &[u8], times: usize) {
    let mut capture = Capture::default();
    for _ in 0..times {
        capture.push(piece);
    }
    let kept = capture.head().len() + capture.tail().concat().len();
    let total = (piece.len() * times) as u64;
    assert!(capture.head().len() <= Capture::KEPT && kept <= 2 * Capture::KEPT);
    assert_eq!(capture.left_out() + kept as u64, total);
    let left_out = capture.left_out();
    let output = Output::of(capture);
    assert_eq!(output.left_out, left_out);
    let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!output.text.contains(unseen), "{:?}", output.text);
    // Not one character for each byte can come of it, but for what replaces bytes that are no text, and the gap's mark.
    assert!(output.text.len() <= 3 * kept + 64);
}
