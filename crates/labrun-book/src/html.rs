//! What a finished page links to, and what can be linked to in it. Pure; nothing is resolved here.

use std::cell::RefCell;
use std::collections::BTreeSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// A page, as far as links go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Every place of the page that a fragment can name.
    pub(crate) ids: BTreeSet<String>,
    /// The addresses that the page names, as they stand there, each once, in their order.
    pub(crate) links: Vec<String>,
    /// Addresses that are written from the root of the book, whatever page they are on.
    pub(crate) from_root: Vec<String>,
    /// Whether the page names an address from which its links are meant.
    pub(crate) has_base: bool,
}

/// Reads a page.
pub(crate) fn read(html: &str) -> Page {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Reader::default(), TokenizerOpts::default());
    // A script pauses the tokenizer only where the sink says so, and this one never does.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.page.into_inner()
}

#[derive(Default)]
struct Reader {
    page: RefCell<Page>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        self.page.borrow_mut().tag(&tag);
        match tag.name.as_bytes() {
            b"script" => TokenSinkResult::RawData(RawKind::ScriptData),
            b"style" | b"xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
            b"textarea" | b"title" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Page {
    fn tag(&mut self, tag: &Tag) {
        let name = tag.name.as_ref();
        for attribute in &tag.attrs {
            let value = attribute.value.as_ref();
            match (name, attribute.name.local.as_ref()) {
                (_, "id") | ("a", "name") => {
                    self.ids.insert(value.to_owned());
                }
                ("base", "href") => self.has_base = true,
                ("figure", "data-script") => push(&mut self.from_root, value),
                ("a" | "area" | "link" | "use" | "image", "href" | "xlink:href")
                | (
                    "img" | "script" | "iframe" | "source" | "audio" | "video" | "embed" | "track"
                    | "input",
                    "src",
                )
                | ("video", "poster")
                | ("object", "data") => push(&mut self.links, value),
                ("img" | "source", "srcset") => {
                    let candidates = value.split(',');
                    let addresses = candidates.filter_map(|one| one.split_whitespace().next());
                    addresses.for_each(|address| push(&mut self.links, address));
                }
                _ => {}
            }
        }
    }
}

fn push(links: &mut Vec<String>, value: &str) {
    let value = value.trim();
    if !links.iter().any(|link| link == value) {
        links.push(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_ids_are_found_and_scripts_are_not_read() {
        let page = read(
            "<base href=/><h1 id=\"a\">A</h1><a name=b href='x.html#y?&amp;z'>x</a><a href='x.html#y?&amp;z'>y</a>\
             <img src=p.png srcset='q.png 1x, r.png 2x'><script>\"<a href=no.html>\"</script>\
             <textarea><a href=no.html></textarea><!-- <a href=no.html> --><noscript><iframe src=toc.html></iframe></noscript>\
             <figure class=diagram data-script=m/m.js></figure>",
        );
        assert_eq!(page.ids, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert_eq!(
            page.links,
            ["x.html#y?&z", "p.png", "q.png", "r.png", "toc.html"]
        );
        assert_eq!(page.from_root, ["m/m.js"]);
        assert!(page.has_base);
    }

    #[test]
    fn anything_can_be_read() {
        for html in [
            "",
            "<",
            "<a href",
            "<script>",
            "\0<a href=\"\0\">",
            "</a href=x>",
        ] {
            read(html);
        }
    }
}
