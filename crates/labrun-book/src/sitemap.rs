//! The text of `sitemap.xml`, and what counts as the address of a site. Pure.

/// The address as mdBook and the map of the site need it: with a slash at its end.
pub(crate) fn with_slash(url: &str) -> String {
    if url.ends_with('/') {
        url.to_owned()
    } else {
        format!("{url}/")
    }
}

/// Whether an address names a server, so that the pages have addresses of their own.
pub fn is_absolute(url: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .filter_map(|scheme| url.strip_prefix(scheme))
        .any(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

/// The map of a site with these pages, which are paths from its root.
pub(crate) fn sitemap<'a>(site_url: &str, pages: impl IntoIterator<Item = &'a str>) -> String {
    let root = escape(&with_slash(site_url));
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in pages {
        let page = if page == "index.html" { "" } else { page };
        text.push_str(&format!("  <url><loc>{root}{}</loc></url>\n", encode(page)));
    }
    text.push_str("</urlset>\n");
    text
}

/// A path as it stands in an address. What is left as it is needs no escaping in XML either.
fn encode(path: &str) -> String {
    let mut encoded = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_whole_address() {
        let text = sitemap("https://x.org/a?b&c", ["index.html", "sub/é b.html"]);
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n  \
             <url><loc>https://x.org/a?b&amp;c/</loc></url>\n  \
             <url><loc>https://x.org/a?b&amp;c/sub/%C3%A9%20b.html</loc></url>\n</urlset>\n"
        );
    }

    #[test]
    fn only_an_address_with_a_server_is_absolute() {
        assert!(is_absolute("https://x.org") && is_absolute("http://x/y/"));
        for url in ["/", "/book/", "x.org", "https://", "https:///x", "ftp://x"] {
            assert!(!is_absolute(url), "{url}");
        }
    }
}
