//! Dead links as faults: at the place in the author's file where each is written, with what would mend it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use labrun_model::{SourceFile, Span};

use crate::Fault;
use crate::check::{Broken, Site, Why};
use crate::includes::file_name;
use crate::source::Sources;
use crate::{link, markdown};

/// What is known of where the pages come from.
pub(crate) struct Origins<'a> {
    /// The chapters.
    pub(crate) sources: &'a Sources,
    /// The chapter of each page.
    pub(crate) chapters: BTreeMap<String, PathBuf>,
    /// Other files in which links of the site are written: the page for what is not found, the theme, book.toml.
    pub(crate) others: &'a [SourceFile],
    /// The folder of the sources.
    pub(crate) folder: &'a Path,
}

/// The dead links of a site as faults, those of chapters first.
pub(crate) fn faults(site: &Site, broken: &[Broken], origins: &Origins<'_>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    // What the theme has on one page it has on all of them, under other addresses where a page lies deeper.
    let mut elsewhere: BTreeMap<&Why, Vec<&Broken>> = BTreeMap::new();
    for one in broken {
        let places = origins.in_chapter(one);
        if places.is_empty() {
            elsewhere.entry(&one.why).or_default().push(one);
        }
        push(&mut faults, one, &places, &help(one, site, origins));
    }
    for same in elsewhere.values() {
        let Some(first) = same.first() else { continue };
        let places = origins.in_others(same);
        if places.is_empty() {
            faults.push(on_pages(first, same.len()));
        }
        push(&mut faults, first, &places, &help(first, site, origins));
    }
    faults
}

fn push(faults: &mut Vec<Fault>, broken: &Broken, places: &[(&SourceFile, Span)], help: &str) {
    for (file, span) in places {
        let fault = Fault::at(file, *span, broken.why.code(), message(broken), help);
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
}

fn on_pages(first: &Broken, count: usize) -> Fault {
    let more = match count - 1 {
        0 => String::new(),
        1 => " and on another page".to_owned(),
        more => format!(" and on {more} other pages"),
    };
    let subject = format!("the page {}{more}", first.page);
    let help = "no chapter has this link: it comes from the theme, a preprocessor or a file that was copied";
    Fault::of(&subject, first.why.code(), message(first), help)
}

impl Origins<'_> {
    /// Where the link is written in the chapter of its page.
    fn in_chapter(&self, broken: &Broken) -> Vec<(&SourceFile, Span)> {
        let path = self.chapters.get(&broken.page);
        let chapter = path.and_then(|path| self.sources.find(path));
        chapter.map_or_else(Vec::new, |chapter| chapter.places(&broken.address))
    }

    /// Where one of these links is written in the other files.
    fn in_others(&self, same: &[&Broken]) -> Vec<(&SourceFile, Span)> {
        let mut places = Vec::new();
        for file in self.others {
            for broken in same {
                let found = if file.path().ends_with(".md") {
                    markdown::places(file.text(), &broken.address)
                } else {
                    mentions(file.text(), &broken.address)
                };
                places.extend(found.into_iter().map(|span| (file, span)));
            }
        }
        places
    }
}

impl Why {
    fn code(&self) -> &'static str {
        match self {
            Self::Outside | Self::NoFile(_) => "dead-link",
            Self::FromRoot(_) => "absolute-link",
            Self::NoPlace { .. } => "dead-fragment",
        }
    }
}

fn message(broken: &Broken) -> String {
    match &broken.why {
        Why::Outside => format!("`{}` leads out of the book", broken.address),
        Why::FromRoot(_) => format!(
            "`{}` is dead wherever the book does not lie at the root of its site",
            broken.address
        ),
        Why::NoFile(_) => format!(
            "`{}` leads nowhere: there is no such file in the book",
            broken.address
        ),
        Why::NoPlace { page, fragment } => {
            format!(
                "`{}` leads nowhere: {page} has no `#{fragment}`",
                broken.address
            )
        }
    }
}

fn help(broken: &Broken, site: &Site, origins: &Origins<'_>) -> String {
    match &broken.why {
        Why::Outside => {
            "what lies beside the book is reached by its whole address, https://…".to_owned()
        }
        Why::FromRoot(path) => {
            let way = link::way(&broken.page, path);
            let written = as_written(path, &way, origins);
            format!("write it from the folder of this chapter: `{written}`")
        }
        Why::NoFile(path) => no_file(path, site, origins),
        Why::NoPlace { page, fragment } => {
            let ids = site.pages.get(page).into_iter().flat_map(|page| &page.ids);
            match nearest(fragment, ids) {
                Some(near) => format!("did you mean `#{near}`?"),
                None => "a heading's place is its words in small letters, joined by `-`".to_owned(),
            }
        }
    }
}

fn no_file(path: &str, site: &Site, origins: &Origins<'_>) -> String {
    let name = file_name(path);
    if name.eq_ignore_ascii_case("readme.html") {
        let index = format!("{}index.html", &path[..path.len() - name.len()]);
        if site.files.contains(&index) {
            return "mdBook makes index.html of README.md: link to `index.md`".to_owned();
        }
    }
    if let Some(stem) = path.strip_suffix(".html") {
        let chapter = origins.folder.join(format!("{stem}.md"));
        if chapter.is_file() {
            return format!(
                "{stem}.md is there, but SUMMARY.md does not name it, so that it becomes no page"
            );
        }
    }
    // What mdBook adds by itself is no chapter that someone could mean.
    let is_added = |file: &String| matches!(file.as_str(), "toc.html" | "print.html" | "404.html");
    match nearest(path, site.files.iter().filter(|file| !is_added(file))) {
        Some(near) => {
            format!("did you mean `{}`?", as_written(near, near, origins))
        }
        None => "put the file there, or take the link out".to_owned(),
    }
}

/// How an author names a file: a chapter's page by the chapter. `way` leads to it.
fn as_written(path: &str, way: &str, origins: &Origins<'_>) -> String {
    let stem = path.strip_suffix(".html").filter(|stem| {
        let chapter = origins.folder.join(format!("{stem}.md"));
        chapter.is_file()
    });
    match stem.and_then(|_| way.strip_suffix(".html")) {
        Some(way) => format!("{way}.md"),
        None => way.to_owned(),
    }
}

/// The word that a mistyped one was most likely meant to be.
fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a String>) -> Option<&'a str> {
    known
        .map(|word| (strsim::damerau_levenshtein(wanted, word), word.as_str()))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 4).clamp(1, 3))
        .min()
        .map(|(_, word)| word)
}

/// Where a template or a configuration has these words between quotation marks.
fn mentions(text: &str, words: &str) -> Vec<Span> {
    let found = text.match_indices(words).map(|(start, _)| start);
    found
        .filter(|&start| {
            let before = text[..start].ends_with(['"', '\'', '}', '/']);
            let after = text[start + words.len()..].starts_with(['"', '\'']);
            before && after && !words.is_empty()
        })
        .map(|start| Span::new(start, start + words.len()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_between_quotation_marks() {
        let text = "<link href=\"{{ path_to_root }}icon.png\"> icon.png 'icon.png'";
        let found: Vec<usize> = mentions(text, "icon.png")
            .iter()
            .map(|span| span.start)
            .collect();
        assert_eq!(found, [30, 51]);
    }

    #[test]
    fn only_what_is_near_is_proposed() {
        let known = ["chapter2.html".to_owned(), "x.html".to_owned()];
        assert_eq!(
            nearest("chapter3.html", known.iter()),
            Some("chapter2.html")
        );
        assert_eq!(nearest("gone.html", known.iter()), None);
    }
}
