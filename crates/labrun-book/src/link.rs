//! Where an address on a page leads. Pure: whether there is anything is for others to see.

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Out of the book and not to be looked at: another site, a mail address, a script.
    Elsewhere,
    /// Above the folder of the book, where nothing is known.
    Outside,
    /// To a file of the book, and there to a place.
    Inside {
        /// The file's path from the book's root; empty or with a slash at its end for a folder.
        path: String,
        /// The place in it, decoded.
        fragment: Option<String>,
    },
}

/// Where `address` leads on the page with the path `page`. `prefix` is the path at which the book lies on its site, with
/// slashes at both ends.
pub(crate) fn resolve(page: &str, prefix: &str, address: &str) -> Target {
    if address.starts_with("//") || has_scheme(address) {
        return Target::Elsewhere;
    }
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (address, None),
    };
    let fragment = fragment.map(place_of).filter(|place| !place.is_empty());
    let path = address.split('?').next().unwrap_or("");
    let path = decode(path);
    if path.is_empty() {
        let path = page.to_owned();
        return Target::Inside { path, fragment };
    }
    let joined = if path.starts_with('/') {
        match path.strip_prefix(prefix) {
            Some(rest) => rest.to_owned(),
            // The site around the book is not ours to know.
            None => return Target::Elsewhere,
        }
    } else {
        let folder = page.rfind('/').map_or("", |slash| &page[..=slash]);
        format!("{folder}{path}")
    };
    match normal(&joined) {
        Some(path) => Target::Inside { path, fragment },
        None => Target::Outside,
    }
}

/// The path that an address names from the root of its site, without the slash at its beginning; nothing for every other.
pub(crate) fn from_root(address: &str) -> Option<String> {
    let path = address.strip_prefix('/')?;
    if path.starts_with('/') {
        return None;
    }
    let path = path.split(['#', '?']).next().unwrap_or("");
    normal(&decode(path))
}

/// The way from the page `page` to the file `path` of the same book.
pub(crate) fn way(page: &str, path: &str) -> String {
    let folders = |path: &str| {
        path.rfind('/')
            .map_or("", |slash| &path[..slash])
            .to_owned()
    };
    let (from, to) = (folders(page), folders(path));
    let parts = |folder: &str| -> Vec<String> {
        let parts = folder.split('/').filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect()
    };
    let (from, to) = (parts(&from), parts(&to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let name = path.rsplit('/').next().unwrap_or(path);
    let up = "../".repeat(from.len() - shared);
    let down: String = to[shared..].iter().map(|part| format!("{part}/")).collect();
    format!("{up}{down}{name}")
}

/// The path at which a book with this address lies, with slashes at both ends.
pub(crate) fn prefix(site_url: Option<&str>) -> String {
    let url = site_url.unwrap_or("/");
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => url,
    };
    format!("/{}/", path.trim_matches('/')).replace("//", "/")
}

/// Takes percent signs and two digits for the bytes that they stand for.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3);
        let value = digits
            .filter(|digits| byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The place that a fragment names; what a browser searches for as text is no place.
fn place_of(fragment: &str) -> String {
    let place = fragment.split(":~:").next().unwrap_or("");
    decode(place)
}

fn has_scheme(address: &str) -> bool {
    let Some((scheme, _)) = address.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Takes `.` and `..` away; nothing where the path leads above its beginning.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    let is_folder = path.is_empty()
        || path.ends_with('/')
        || path.ends_with("/.")
        || path.ends_with("..")
        || path == ".";
    let mut path = parts.join("/");
    if is_folder && !path.is_empty() {
        path.push('/');
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, address: &str, expected: &str, place: Option<&str>) {
        assert_eq!(
            resolve(page, "/book/", address),
            Target::Inside {
                path: expected.to_owned(),
                fragment: place.map(str::to_owned),
            }
        );
    }

    #[test]
    fn addresses_are_resolved_as_a_browser_does() {
        check("a/b.html", "c.html", "a/c.html", None);
        check("a/b.html", "./../c.html?x=y#d%20e", "c.html", Some("d e"));
        check("a/b.html", "#top", "a/b.html", Some("top"));
        check("a/b.html", "", "a/b.html", None);
        check("a/b.html", "?x#", "a/b.html", None);
        check("a/b.html", "..", "", None);
        check("a/b.html", "c/", "a/c/", None);
        check("b.html", "/book/c.html", "c.html", None);
        check("b.html", "x%2Fy%zz.html", "x/y%zz.html", None);
        check("b.html", "c.html#d:~:text=e", "c.html", Some("d"));
    }

    #[test]
    fn what_is_not_the_books_is_told_apart() {
        for address in [
            "https://x.org/",
            "mailto:a@b",
            "//x.org/a",
            "javascript:x",
            "/other/x.html",
        ] {
            assert_eq!(resolve("a.html", "/book/", address), Target::Elsewhere);
        }
        assert_eq!(resolve("a.html", "/", "../x.html"), Target::Outside);
        assert_eq!(resolve("a/b.html", "/", "../../x.html"), Target::Outside);
    }

    #[test]
    fn what_is_written_from_the_root_is_known() {
        assert_eq!(from_root("/a/../b.html?c#d").as_deref(), Some("b.html"));
        assert_eq!(from_root("/").as_deref(), Some(""));
        for address in ["a", "//x.org/a", "https://x.org/", "/../a", "#/a"] {
            assert_eq!(from_root(address), None, "{address}");
        }
    }

    #[test]
    fn a_way_leads_from_page_to_page() {
        for (page, path, expected) in [
            ("a.html", "b.html", "b.html"),
            ("x/a.html", "b.html", "../b.html"),
            ("a.html", "x/y/b.html", "x/y/b.html"),
            ("x/y/a.html", "x/z/b.html", "../z/b.html"),
        ] {
            assert_eq!(way(page, path), expected);
            let found = resolve(page, "/", expected);
            let (path, fragment) = (path.to_owned(), None);
            assert_eq!(found, Target::Inside { path, fragment });
        }
    }

    #[test]
    fn the_prefix_is_the_path_of_the_address() {
        for (url, expected) in [
            (None, "/"),
            (Some("/"), "/"),
            (Some("book"), "/book/"),
            (Some("/a/b/"), "/a/b/"),
            (Some("https://x.org"), "/"),
            (Some("https://x.org/a"), "/a/"),
        ] {
            assert_eq!(prefix(url), expected, "{url:?}");
        }
    }
}
