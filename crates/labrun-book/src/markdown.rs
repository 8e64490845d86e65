//! Where a link stands in a chapter's text. Pure.

use labrun_model::Span;
use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A link or an image of a Markdown text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// Where it leads, as Markdown means it.
    pub(crate) address: String,
    /// The address in the text where it stands there, else the whole link.
    pub(crate) span: Span,
}

/// Every link and image of a text.
pub(crate) fn links(text: &str) -> Vec<Link> {
    let parser = new_cmark_parser(text, &MarkdownOptions::default());
    let mut links = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        if let Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) = event {
            // The last place, because the words of a link may be its address as well.
            let within = text
                .get(range.clone())
                .and_then(|link| link.rfind(&*dest_url));
            let span = match within {
                Some(at) if !dest_url.is_empty() => {
                    let start = range.start + at;
                    Span::new(start, start + dest_url.len())
                }
                _ => Span::new(range.start, range.end),
            };
            links.push(Link {
                address: dest_url.into_string(),
                span,
            });
        }
    }
    links
}

/// Where a text names an address that stands in the finished page as `address`: in links, images and HTML.
pub(crate) fn places(text: &str, address: &str) -> Vec<Span> {
    let is_wanted = |written: &str| written == address || as_html(written) == address;
    let links = links(text).into_iter();
    let mut places: Vec<Span> = links
        .filter(|link| is_wanted(&link.address))
        .map(|link| link.span)
        .collect();
    for html in html(text) {
        for (at, quote) in text[html.start..html.end].match_indices(['"', '\'']) {
            let start = html.start + at + 1;
            let length = text[start..html.end].find(quote).unwrap_or(0);
            let is_value = text[..start - 1].ends_with('=');
            if is_value && is_wanted(&text[start..start + length]) {
                places.push(Span::new(start, start + length));
            }
        }
    }
    places.sort_unstable();
    places
}

/// The parts of a text that are HTML.
fn html(text: &str) -> Vec<Span> {
    let parser = new_cmark_parser(text, &MarkdownOptions::default());
    let events = parser.into_offset_iter();
    events
        .filter(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
        .map(|(_, range)| Span::new(range.start, range.end))
        .collect()
}

/// What mdBook makes of an address: a chapter's file becomes its page.
fn as_html(address: &str) -> String {
    match address.rfind(".md") {
        Some(at) => {
            let rest = &address[at + 3..];
            let rest = if rest.starts_with('#') { rest } else { "" };
            format!("{}.html{rest}", &address[..at])
        }
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, address: &str, expected: &[&str]) {
        let found: Vec<(usize, &str)> = places(text, address)
            .into_iter()
            .map(|span| (span.start, &text[span.start..span.end]))
            .collect();
        let starts: Vec<usize> = found.iter().map(|(start, _)| *start).collect();
        let words: Vec<&str> = found.iter().map(|(_, word)| *word).collect();
        assert_eq!(words, expected);
        assert!(starts.is_sorted());
    }

    #[test]
    fn a_link_is_found_by_what_becomes_of_it() {
        check("See [b](b.md#x).", "b.html#x", &["b.md#x"]);
        check("[b.md](b.md) and ![i](i.png)", "b.html", &["b.md"]);
        check("[b.md](b.md) and ![i](i.png)", "i.png", &["i.png"]);
        check("[b][r]\n\n[r]: b.md", "b.html", &["[b][r]"]);
        check("[a](b.md) [a](b.md)", "b.html", &["b.md", "b.md"]);
        check("[a](<b c.md>)", "b c.html", &["b c.md"]);
        check("`[a](b.md)`", "b.html", &[]);
    }

    #[test]
    fn html_in_a_chapter_is_found_too() {
        check("<img src=\"x.png\">\n<a href='b.md'>", "x.png", &["x.png"]);
        check("<img src=\"x.png\">\n<a href='b.md'>", "b.html", &["b.md"]);
        check("[a](b.md) <a href=\"b.md\">", "b.html", &["b.md", "b.md"]);
        check("<a href=\"open", "open", &[]);
        check("```html\n<img src=\"x.png\">\n```\n", "x.png", &[]);
    }
}
