//! What a preprocessor hands back to mdBook: the book as JSON. Pure: a book in, bytes out.
//!
//! Nearly all of it is the chapters' texts. serde_json looks at these byte by byte, which would be a fifth of a
//! preprocessor's time on a book of labs; here they are copied in runs, and the rest is left to serde_json.

use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use serde::Serialize;

/// The JSON of a book, byte for byte as serde_json writes it.
///
/// # Errors
/// When a path in the book is no UTF-8.
pub fn write_output(book: &Book) -> serde_json::Result<Vec<u8>> {
    // Taken apart as a whole, so that what mdBook adds one day does not get lost here.
    let Book { items: all } = book;
    let texts: usize = book.chapters().map(|chapter| chapter.content.len()).sum();
    let mut json = Vec::with_capacity(texts + texts / 8 + 1024);
    json.extend_from_slice(b"{\"items\":");
    items(all, &mut json)?;
    json.push(b'}');
    Ok(json)
}

fn items(items: &[BookItem], json: &mut Vec<u8>) -> serde_json::Result<()> {
    json.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        match item {
            BookItem::Chapter(found) => chapter(found, json)?,
            BookItem::Separator | BookItem::PartTitle(_) => {
                serde_json::to_writer(&mut *json, item)?
            }
        }
    }
    json.push(b']');
    Ok(())
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
    json.extend_from_slice(b",\"sub_items\":");
    items(sub_items, json)?;
    field(",\"path\":", path, json)?;
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
    loop {
        let (plain, behind) = rest.split_at(plain_length(rest));
        json.extend_from_slice(plain);
        let Some((byte, behind)) = behind.split_first() else {
            break;
        };
        escape(*byte, json);
        rest = behind;
    }
    json.push(b'"');
}

/// How many bytes stand before the first that JSON escapes.
fn plain_length(bytes: &[u8]) -> usize {
    // So many are looked at together, without a branch for each, which the compiler makes a few instructions of.
    const TOGETHER: usize = 16;
    let chunks = bytes.chunks_exact(TOGETHER);
    let is_plain = |chunk: &&[u8]| {
        let escaped = chunk.iter().map(|byte| is_escaped(*byte));
        !escaped.fold(false, |any, one| any | one)
    };
    let plain = chunks.take_while(is_plain).count() * TOGETHER;
    let rest = bytes.get(plain..).unwrap_or_default();
    let behind = rest.iter().position(|byte| is_escaped(*byte));
    plain + behind.unwrap_or(rest.len())
}

fn is_escaped(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\')
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
        let written = String::from_utf8(write_output(book).unwrap()).unwrap();
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
