//! The links of a finished site: which of them lead nowhere. What is to be said about them is `dead`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

use crate::html::{self, Page};
use crate::link::{self, Target};

/// The page that holds the whole book, for printing; what is wrong on it is wrong on another page first.
pub(crate) const PRINT: &str = "print.html";

/// A finished site, as far as links go.
#[derive(Debug, Default)]
pub(crate) struct Site {
    /// Every file, by its path from the root.
    pub(crate) files: BTreeSet<String>,
    /// Every page.
    pub(crate) pages: BTreeMap<String, Page>,
    /// The path at which the site lies, with slashes at both ends.
    pub(crate) prefix: String,
    /// Places that a script of the page sends on: `page.html#place`.
    pub(crate) sent_on: BTreeSet<String>,
}

/// A link that leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The page it is on.
    pub(crate) page: String,
    /// The address as it stands there.
    pub(crate) address: String,
    /// What is wrong with it.
    pub(crate) why: Why,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// It leads above the book's folder.
    Outside,
    /// It is written from the root of the site, where the book need not lie; this file of the book is meant.
    FromRoot(String),
    /// There is no such file.
    NoFile(String),
    /// The page has no such place.
    NoPlace {
        /// The page.
        page: String,
        /// The place that it does not have.
        fragment: String,
    },
}

impl Site {
    /// Reads the site in a folder.
    pub(crate) fn read(folder: &Path, prefix: String) -> io::Result<Self> {
        let mut site = Self {
            prefix,
            ..Self::default()
        };
        site.read_folder(folder, "")?;
        Ok(site)
    }

    fn read_folder(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{path}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                self.read_folder(&entry.path(), &format!("{name}/"))?;
                continue;
            }
            if name.ends_with(".html") {
                let text = fs::read(entry.path())?;
                let page = html::read(&String::from_utf8_lossy(&text));
                self.pages.insert(name.clone(), page);
            }
            self.files.insert(name);
        }
        Ok(())
    }

    /// Every link that leads nowhere, page by page; the page for printing last, and only what no other page has.
    pub(crate) fn broken(&self) -> Vec<Broken> {
        let mut broken = Vec::new();
        for (name, page) in self.pages.iter().filter(|(name, _)| *name != PRINT) {
            self.broken_on(name, page, &mut broken);
        }
        if let Some(page) = self.pages.get(PRINT) {
            let mut on_print = Vec::new();
            self.broken_on(PRINT, page, &mut on_print);
            on_print.retain(|one| !broken.iter().any(|other| is_same_on_print(other, one)));
            broken.extend(on_print);
        }
        broken
    }

    fn broken_on(&self, name: &str, page: &Page, broken: &mut Vec<Broken>) {
        let own = page.links.iter().map(|address| {
            // A page that names its base is shown at any address, and its links are meant from the root.
            let is_from_root = page.has_base && !address.starts_with('#');
            (address, if is_from_root { "" } else { name })
        });
        let from_root = page.from_root.iter().map(|address| (address, ""));
        for (address, from) in own.chain(from_root) {
            if let Some(why) = self.why(from, address) {
                broken.push(Broken {
                    page: name.to_owned(),
                    address: address.clone(),
                    why,
                });
            }
        }
    }

    /// Why the address on this page leads nowhere, if it does.
    fn why(&self, page: &str, address: &str) -> Option<Why> {
        if let Some(path) = self.meant_from_root(address) {
            return Some(Why::FromRoot(path));
        }
        let (path, fragment) = match link::resolve(page, &self.prefix, address) {
            Target::Elsewhere => return None,
            Target::Outside => return Some(Why::Outside),
            Target::Inside { path, fragment } => (path, fragment),
        };
        let Some(file) = self.file(&path) else {
            return Some(Why::NoFile(path));
        };
        let fragment = fragment?;
        let found = self.pages.get(&file)?;
        let is_there = fragment.eq_ignore_ascii_case("top")
            || found.ids.contains(&fragment)
            || self.is_sent_on(&file, &fragment);
        (!is_there).then_some(Why::NoPlace {
            page: file,
            fragment,
        })
    }

    /// The file of the book that is meant from the root of the site. It is there only where the book is published at the root.
    fn meant_from_root(&self, address: &str) -> Option<String> {
        let path = link::from_root(address)?;
        let is_below = self.prefix != "/" && address.starts_with(&self.prefix);
        self.file(&path).filter(|_| !is_below)
    }

    /// Whether a script of the page sends the place on. The page for printing takes the places of all pages.
    fn is_sent_on(&self, file: &str, fragment: &str) -> bool {
        let place = format!("#{fragment}");
        let mut sent_on = self.sent_on.iter();
        sent_on.any(|from| {
            from.strip_suffix(&place)
                .is_some_and(|page| page == file || file == PRINT)
        })
    }

    /// The file that is shown for a path.
    fn file(&self, path: &str) -> Option<String> {
        let in_folder = format!("{}index.html", with_slash(path));
        if !path.is_empty() && self.files.contains(path) {
            Some(path.to_owned())
        } else if self.files.contains(&in_folder) {
            Some(in_folder)
        } else {
            None
        }
    }
}

fn with_slash(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        path.to_owned()
    } else {
        format!("{path}/")
    }
}

/// Whether a link of the page for printing is one that is known from its own page. mdBook turns a link to a chapter into
/// one to a place of the page for printing.
fn is_same_on_print(known: &Broken, on_print: &Broken) -> bool {
    match (&known.why, &on_print.why) {
        (
            Why::NoPlace {
                fragment: known, ..
            },
            Why::NoPlace { fragment, .. },
        ) => known == fragment,
        (Why::NoFile(known), Why::NoFile(path)) => known == path,
        // A link of this kind is left as it is on that page.
        (Why::FromRoot(known), Why::FromRoot(path)) => known == path,
        (Why::Outside, _) => {
            let file = on_print.address.rsplit('/').next();
            known.address.rsplit('/').next() == file
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(pages: &[(&str, &str)]) -> Site {
        let mut site = Site {
            prefix: "/".to_owned(),
            ..Site::default()
        };
        for (name, text) in pages {
            site.files.insert((*name).to_owned());
            if name.ends_with(".html") {
                site.pages.insert((*name).to_owned(), html::read(text));
            }
        }
        site
    }

    #[track_caller]
    fn check(pages: &[(&str, &str)], expected: &[(&str, &str)]) {
        let broken = site(pages).broken();
        let found: Vec<(&str, &str)> = broken
            .iter()
            .map(|broken| (broken.page.as_str(), broken.address.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_leads_somewhere_is_not_broken() {
        let b = "<h1 id=x>X</h1>";
        check(
            &[
                (
                    "a.html",
                    "<a href='s/b.html#x'><a href=#top><a href='s'><a href=./><img src=i.png><a href=https://x.org/y>",
                ),
                ("s/b.html", b),
                ("s/index.html", "<a href=../a.html><a href=b.html?q#x>"),
                ("index.html", ""),
                ("i.png", ""),
            ],
            &[],
        );
    }

    #[test]
    fn what_leads_nowhere_is_found_once() {
        check(
            &[
                (
                    "a.html",
                    "<a href=b.html#y><a href=c.html><a href=#z><a href=../up.html><a href='s/'>",
                ),
                ("b.html", ""),
                (
                    "print.html",
                    "<a href=#y><a href=c.html><a href=#z><a href=../up.html><a href=own.html><a href='s/'>",
                ),
            ],
            &[
                ("a.html", "b.html#y"),
                ("a.html", "c.html"),
                ("a.html", "#z"),
                ("a.html", "../up.html"),
                ("a.html", "s/"),
                ("print.html", "own.html"),
            ],
        );
    }

    #[test]
    fn what_is_written_from_the_root_is_dead_below_a_path() {
        let pages = [
            ("a.html", "<a href=/b.html#x><a href=/><a href=/other/>"),
            ("b.html", "<h1 id=x>X</h1>"),
            ("index.html", ""),
        ];
        check(
            &pages,
            &[
                ("a.html", "/b.html#x"),
                ("a.html", "/"),
                ("a.html", "/other/"),
            ],
        );
        let mut below = site(&pages);
        below.prefix = "/book/".to_owned();
        let broken = below.broken();
        let why: Vec<&Why> = broken.iter().map(|one| &one.why).collect();
        let meant = |path: &str| Why::FromRoot(path.to_owned());
        assert_eq!(why, [&meant("b.html"), &meant("index.html")]);
        let mut own = site(&[("a.html", "<a href=/book/b.html>"), ("b.html", "")]);
        own.prefix = "/book/".to_owned();
        assert_eq!(own.broken(), []);
    }

    #[test]
    fn a_page_with_a_base_is_meant_from_the_root() {
        check(
            &[
                (
                    "s/404.html",
                    "<base href=/><p id=x><a href=#x><a href=a.html><a href=gone.html>",
                ),
                ("a.html", ""),
            ],
            &[("s/404.html", "gone.html")],
        );
    }

    #[test]
    fn a_place_that_is_sent_on_is_there() {
        let mut site = site(&[("a.html", "<a href=#old>")]);
        site.sent_on.insert("a.html#old".to_owned());
        assert_eq!(site.broken(), []);
    }
}
