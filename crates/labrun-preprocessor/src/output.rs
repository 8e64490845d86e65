//! What a preprocessor hands back to mdBook: the book as JSON. Pure but for the writing.
//!
//! Nearly all of it is the chapters' texts. serde_json looks at these byte by byte, which would be a fifth of a
//! preprocessor's time on a book of labs; here it is eight bytes at a time, and the rest is left to serde_json. It is
//! written piece by piece: to get memory for all of it from the system would take longer than to write it.

use std::io::{self, Write};

use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use serde::Serialize;

/// So many bytes are written at once, or a few more.
const PIECE: usize = 1 << 16;

/// Writes the JSON of a book, byte for byte as serde_json writes it.
///
/// # Errors
/// When it cannot be written, or when a path in the book is no UTF-8.
pub fn write_output(book: &Book, out: &mut impl Write) -> io::Result<()> {
    // Taken apart as a whole, so that what mdBook adds one day does not get lost here.
    let Book { items } = book;
    let mut json = Vec::with_capacity(2 * PIECE);
    json.extend_from_slice(b"{\"items\":[");
    for (index, found) in items.iter().enumerate() {
        item(index, found, &mut json)?;
        if json.len() >= PIECE {
            out.write_all(&json)?;
            json.clear();
        }
    }
    json.extend_from_slice(b"]}");
    out.write_all(&json)
}

fn item(index: usize, item: &BookItem, json: &mut Vec<u8>) -> serde_json::Result<()> {
    if index > 0 {
        json.push(b',');
    }
    match item {
        BookItem::Chapter(found) => chapter(found, json),
        BookItem::Separator | BookItem::PartTitle(_) => serde_json::to_writer(json, item),
    }
}

fn chapter(chapter: &Chapter, json: &mut Vec<u8>) -> serde_json::Result<()> {
    let Chapter {
        name,
        content,
        number,
        sub_items,
        path,
        source_path,
        parent_names,
    } = chapter;
    json.extend_from_slice(b"{\"Chapter\":{");
    field("\"name\":", name, json)?;
    json.extend_from_slice(b",\"content\":");
    text(content, json);
    field(",\"number\":", number, json)?;
    json.extend_from_slice(b",\"sub_items\":[");
    for (index, found) in sub_items.iter().enumerate() {
        item(index, found, json)?;
    }
    field("],\"path\":", path, json)?;
    field(",\"source_path\":", source_path, json)?;
    field(",\"parent_names\":", parent_names, json)?;
    json.extend_from_slice(b"}}");
    Ok(())
}

fn field(key: &str, value: &impl Serialize, json: &mut Vec<u8>) -> serde_json::Result<()> {
    json.extend_from_slice(key.as_bytes());
    serde_json::to_writer(json, value)
}

fn text(text: &str, json: &mut Vec<u8>) {
    json.push(b'"');
    let mut rest = text.as_bytes();
    while let Some((eight, behind)) = rest.split_first_chunk::<8>() {
        json.extend_from_slice(eight);
        let plain = plain_length(*eight);
        rest = match eight.get(plain) {
            Some(byte) => {
                json.truncate(json.len() - eight.len() + plain);
                escape(*byte, json);
                rest.get(plain + 1..).unwrap_or_default()
            }
            None => behind,
        };
    }
    for byte in rest {
        if matches!(byte, b'"' | b'\\' | 0..b' ') {
            escape(*byte, json);
        } else {
            json.push(*byte);
        }
    }
    json.push(b'"');
}

/// How many bytes stand before the first that JSON escapes.
///
/// All are looked at together, as one number: after `below`, the highest bit of each byte says whether the byte was below a
/// bound. By borrowing it can be wrong behind a byte that was, and only the first of them counts.
fn plain_length(bytes: [u8; 8]) -> usize {
    const ONE: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(bytes);
    let below = |word: u64, bound: u8| word.wrapping_sub(ONE * u64::from(bound)) & !word;
    let is = |byte: u8| below(word ^ (ONE * u64::from(byte)), 1);
    let escaped = (below(word, b' ') | is(b'"') | is(b'\\')) & (ONE << 7);
    (escaped.trailing_zeros() / u8::BITS) as usize
}

fn escape(byte: u8, json: &mut Vec<u8>) {
    const HEXADECIMAL: [u8; 16] = *b"0123456789abcdef";
    let letter = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            let digit = |half: u8| HEXADECIMAL[usize::from(half & 0xf)];
            json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte)]);
            return;
        }
    };
    json.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use mdbook_preprocessor::book::SectionNumber;

    use super::*;

    #[track_caller]
    fn check(book: &Book) {
        let mut written = Vec::new();
        write_output(book, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, serde_json::to_string(book).unwrap());
    }

    #[test]
    fn every_character_is_written_as_serde_json_writes_it() {
        let all: String = ('\0'..='\u{2030}')
            .chain(['\u{2028}', '日', '🐘'])
            .collect();
        for shift in 0..20 {
            let text = " ".repeat(shift) + &all;
            let chapter = Chapter::new(&all, text, "a.md", Vec::new());
            check(&Book::new_with_items(vec![BookItem::Chapter(chapter)]));
        }
    }

    #[test]
    fn every_item_is_written_as_serde_json_writes_it() {
        check(&Book::new());
        let mut parent = Chapter::new("A", "a\n".to_owned(), "a b/\"c\".md", Vec::new());
        parent.number = Some(SectionNumber::new(vec![1, 2]));
        let mut child = Chapter::new("B", String::new(), "b.md", vec!["A".to_owned()]);
        child.source_path = None;
        let draft = Chapter::new_draft("C", vec!["A".to_owned()]);
        parent.sub_items = vec![child.into(), BookItem::Separator, draft.into()];
        let title = BookItem::PartTitle("T \\ \u{1}".to_owned());
        check(&Book::new_with_items(vec![
            title,
            parent.into(),
            BookItem::Separator,
        ]));
    }
}
