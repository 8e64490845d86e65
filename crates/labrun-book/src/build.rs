//! A book from its sources to a finished, checked site; and `labrun build`, which puts one into its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::SourceFile;
use labrun_preprocessor::BookToml;

use crate::check::Site;
use crate::dead::{self, Origins};
use crate::destination::Destination;
use crate::mdbook::{BookPage, Configuration, Rendered, render};
use crate::scratch::{Scratch, sweep};
use crate::source::Sources;
use crate::{
    BookError, Fault, book_toml, destination, includes, labs, link, messages, sitemap, warning,
};

/// What is to be built.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder with book.toml.
    pub root: PathBuf,
    /// The folder for the book, instead of the one that book.toml says.
    pub dest: Option<PathBuf>,
    /// The address of the site, instead of the one that book.toml says.
    pub site_url: Option<String>,
}

/// A finished book.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Built {
    /// The folder of the book.
    pub folder: PathBuf,
    /// The folder with its pages, where the book has HTML.
    pub html: Option<PathBuf>,
    /// How many pages the book has.
    pub pages: usize,
    /// Whether it has a map of its site.
    pub has_sitemap: bool,
}

/// An attempt at a site, in a folder that nobody sees yet.
#[derive(Debug, Default)]
pub(crate) struct Attempt {
    /// What is wrong; the site is not to be shown unless this is empty.
    pub(crate) faults: Vec<Fault>,
    /// The folder with the pages.
    pub(crate) html: Option<PathBuf>,
    /// The pages, by their paths.
    pub(crate) pages: Vec<String>,
    /// Files that the site depends on, besides those in the folders of the sources and of the theme.
    pub(crate) inputs: Vec<PathBuf>,
    /// The page for what is not found, by its path.
    pub(crate) not_found: String,
    /// Whether the site has a map.
    pub(crate) has_sitemap: bool,
}

/// What differs between a site that is published and one that is served while it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose<'a> {
    /// For a server that is not ours.
    Publish {
        /// Its address, instead of the one that book.toml says.
        site_url: Option<&'a str>,
    },
    /// For our own server, at whose root the site then lies.
    Serve {
        /// Where its pages learn that they are out of date.
        live_reload: &'a str,
    },
}

/// Builds a book, and puts it into its folder when nothing is wrong with it.
///
/// # Errors
/// When something is wrong with the book, its folder may not be replaced, or the machine fails. The last good book is then
/// kept as it was.
pub fn build(settings: &Settings) -> Result<Built, BookError> {
    let root = settings.root.as_path();
    let configuration = Configuration::read(root).map_err(|fault| BookError::Wrong(vec![fault]))?;
    let wanted = settings
        .dest
        .as_deref()
        .unwrap_or(configuration.build_dir());
    let theme = configuration.theme();
    let keep = [configuration.src(), theme.as_path(), Path::new("book.toml")];
    let destination = Destination::choose(root, &keep, wanted)?;
    let (parent, prefix) = (destination.parent(), destination.scratch_prefix());
    let doing = || format!("making a folder in {}", parent.display());
    fs::create_dir_all(parent).map_err(BookError::system(doing()))?;
    sweep(parent, &prefix, &mut |left| {
        destination.restore(&left.join("old"))
    });
    let scratch = Scratch::new(parent, &prefix).map_err(BookError::system(doing()))?;
    let new = scratch.folder().join("new");
    let site_url = settings.site_url.as_deref();
    let own = [destination.folder.as_path(), scratch.folder()];
    let attempt = attempt(root, &new, Purpose::Publish { site_url }, &own);
    if !attempt.faults.is_empty() {
        return Err(BookError::Wrong(attempt.faults));
    }
    let old = scratch.folder().join("old");
    if let Err(error) = destination.put(&new, &old) {
        // The only copy of the last good book is not removed, whatever went wrong; the next build puts it back.
        if old.exists() && !destination.folder.exists() {
            scratch.leave();
        }
        return Err(error);
    }
    let html = attempt
        .html
        .as_ref()
        .and_then(|html| html.strip_prefix(&new).ok());
    Ok(Built {
        html: html.map(|html| destination.folder.join(html)),
        pages: attempt.pages.len(),
        has_sitemap: attempt.has_sitemap,
        folder: destination.folder,
    })
}

/// The folder of the book as it was last built, as an author names it; nothing where there is none.
pub fn last_good(settings: &Settings) -> Option<String> {
    let root = settings.root.as_path();
    let configuration = Configuration::read(root).ok();
    // While book.toml cannot be read, the book is most likely where it is without a word in it.
    let usual = configuration
        .as_ref()
        .map_or(Path::new("book"), Configuration::build_dir);
    let wanted = settings.dest.as_deref().unwrap_or(usual);
    let folder = root.join(wanted);
    let shown = wanted
        .strip_prefix(root)
        .unwrap_or(wanted)
        .display()
        .to_string();
    destination::is_book(&folder).then(|| format!("{}/", shown.trim_end_matches('/')))
}

/// Builds a site into `into` and checks it. The folders that are our `own`, and the one of the finished book, are no sources,
/// wherever they lie.
pub(crate) fn attempt(root: &Path, into: &Path, purpose: Purpose<'_>, own: &[&Path]) -> Attempt {
    let (mut attempt, said) = messages::collect(|| attempt_silently(root, into, purpose, own));
    let Stage { sources, attempt } = &mut attempt;
    let reported = &sources.included.reported;
    let said = said
        .iter()
        .filter(|said| !includes::is_known(said, reported));
    let warnings: Vec<Fault> = said.map(|said| warning::fault(said, sources)).collect();
    attempt.faults.extend(warnings);
    std::mem::take(attempt)
}

/// An attempt, and the sources that it was made from.
#[derive(Default)]
struct Stage {
    sources: Sources,
    attempt: Attempt,
}

fn attempt_silently(root: &Path, into: &Path, purpose: Purpose<'_>, own: &[&Path]) -> Stage {
    let mut stage = Stage::default();
    let book_toml = BookToml::read(root);
    let mut configuration = match Configuration::read(root) {
        Ok(configuration) => configuration,
        Err(fault) => {
            stage.attempt.faults.push(fault);
            return stage;
        }
    };
    let site_url = match purpose {
        Purpose::Publish { site_url } => site_url.map(str::to_owned).or(configuration.site_url()),
        Purpose::Serve { live_reload } => {
            configuration.set_html("live-reload-endpoint", live_reload);
            Some("/".to_owned())
        }
    };
    let site_url = site_url.map(|url| sitemap::with_slash(&url));
    if let Some(url) = &site_url {
        configuration.set_html("site-url", url.as_str());
    }
    let may_create = book_toml.says_true(&["build", "create-missing"]);
    let attempt = &mut stage.attempt;
    stage.sources = Sources::read(root, configuration.src(), may_create);
    let sources = &stage.sources;
    attempt.faults.extend(
        sources
            .faults
            .iter()
            .chain(&sources.included.faults)
            .cloned(),
    );
    attempt
        .inputs
        .extend(sources.included.files.iter().cloned());
    without_missing_assets(root, &mut configuration, &book_toml, attempt);
    if !sources.faults.is_empty() {
        let labs = labs::wrong(root, sources, configuration.src(), &book_toml);
        attempt.faults.extend(labs);
        return stage;
    }
    let rendered = render(root, &configuration, &book_toml, into);
    // Every include that is missing is told already, with the place of its own.
    let is_new = |fault: &&Fault| !fault.is_of_include() || sources.included.reported.is_empty();
    attempt
        .faults
        .extend(rendered.faults.iter().filter(is_new).cloned());
    if let Some(html) = &rendered.html {
        let finished = root.join(configuration.build_dir());
        let sources_folder = root.join(configuration.src());
        for folder in own.iter().copied().chain([finished.as_path()]) {
            remove_copy(html, &sources_folder, folder);
        }
        let others = others(root, &configuration, book_toml);
        let checked = check(&rendered, &configuration, root, sources, &others, attempt);
        if let Err(error) = checked.and_then(|()| map(&rendered, site_url.as_deref(), attempt)) {
            let message = format!("the finished site cannot be read or written: {error}");
            attempt
                .faults
                .push(Fault::of("the book", "site", message, ""));
        }
    }
    attempt.pages = page_names(&rendered.pages);
    attempt.html = rendered.html;
    stage
}

/// A book whose sources lie around a folder of ours has copied it, as if it were sources.
fn remove_copy(html: &Path, sources: &Path, folder: &Path) {
    let inside = |sources: PathBuf| {
        let folder = folder.canonicalize().ok()?;
        Some(folder.strip_prefix(sources).ok()?.to_owned())
    };
    if let Some(inside) = sources.canonicalize().ok().and_then(inside)
        && inside.components().next().is_some()
    {
        let _ = fs::remove_dir_all(html.join(inside));
    }
}

/// Reports the files that book.toml names and that are not there, and takes their names out, so that mdBook goes on.
fn without_missing_assets(
    root: &Path,
    configuration: &mut Configuration,
    book_toml: &BookToml,
    attempt: &mut Attempt,
) {
    let mut fault = |key: &str, name: &str, folder: &Path, from: &str| {
        let message = format!("`{name}`, which `{key}` names, is not there");
        let help = format!("the path counts from {from}: {}", folder.display());
        let keys = ["output", "html", key];
        let fault = book_toml::fault(book_toml, &keys, name, "missing-asset", message, &help);
        attempt.faults.push(fault);
    };
    let from_root = "the folder of book.toml";
    for key in ["additional-css", "additional-js"] {
        let (there, missing): (Vec<String>, Vec<String>) = configuration
            .additional(key)
            .into_iter()
            .partition(|name| root.join(name).is_file());
        missing
            .iter()
            .for_each(|name| fault(key, name, root, from_root));
        if !missing.is_empty() {
            configuration.set_html(key, there.clone());
        }
        attempt
            .inputs
            .extend(there.iter().chain(&missing).map(|name| root.join(name)));
    }
    let theme = configuration.theme();
    if theme.as_os_str() != "theme" && !root.join(&theme).is_dir() {
        fault("theme", &theme.display().to_string(), root, from_root);
        configuration.unset_html("theme");
    }
    let sources = root.join(configuration.src());
    if let Some(name) = configuration.not_found().filter(|name| !name.is_empty())
        && !sources.join(&name).is_file()
    {
        fault("input-404", &name, &sources, "the folder of the chapters");
        configuration.unset_html("input-404");
    }
}

/// Files in which links of the site are written, besides the chapters.
fn others(root: &Path, configuration: &Configuration, book_toml: BookToml) -> Vec<SourceFile> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(root.join(&path)).ok()?;
        Some(SourceFile::new(path.display().to_string(), text))
    };
    let not_found = configuration
        .not_found()
        .unwrap_or_else(|| "404.md".to_owned());
    let theme = configuration.theme();
    let templates = [
        "head.hbs",
        "header.hbs",
        "index.hbs",
        "toc.html.hbs",
        "redirect.hbs",
    ];
    let mut files: Vec<SourceFile> = read(configuration.src().join(not_found))
        .into_iter()
        .collect();
    files.extend(templates.iter().filter_map(|name| read(theme.join(name))));
    files.push(book_toml.into_file());
    files
}

fn check(
    rendered: &Rendered,
    configuration: &Configuration,
    root: &Path,
    sources: &Sources,
    others: &[SourceFile],
    attempt: &mut Attempt,
) -> std::io::Result<()> {
    let Some(html) = &rendered.html else {
        return Ok(());
    };
    let not_found = configuration.not_found().filter(|name| !name.is_empty());
    let not_found = not_found.unwrap_or_else(|| "404.md".to_owned());
    attempt.not_found = not_found.replace(".md", ".html");
    let prefix = link::prefix(configuration.site_url().as_deref());
    let mut site = Site::read(html, prefix)?;
    let sent_on = configuration.redirects().into_keys();
    site.sent_on = sent_on
        .map(|from| from.trim_start_matches('/').to_owned())
        .collect();
    let mut chapters: BTreeMap<String, PathBuf> = BTreeMap::new();
    for page in &rendered.pages {
        if let Some(source) = &page.source {
            chapters.insert(page.page.clone(), source.clone());
        }
    }
    // mdBook shows the first chapter once more as the front page.
    if let Some(source) = rendered.pages.first().and_then(|page| page.source.clone()) {
        chapters.entry("index.html".to_owned()).or_insert(source);
    }
    let folder = root.join(configuration.src());
    let origins = Origins {
        sources,
        chapters,
        others,
        folder: &folder,
    };
    attempt
        .faults
        .extend(dead::faults(&site, &site.broken(), &origins));
    Ok(())
}

/// Writes the map of the site, where its address is known.
fn map(rendered: &Rendered, site_url: Option<&str>, attempt: &mut Attempt) -> std::io::Result<()> {
    let (Some(html), Some(url)) = (&rendered.html, site_url) else {
        return Ok(());
    };
    if !sitemap::is_absolute(url) {
        return Ok(());
    }
    let pages = page_names(&rendered.pages);
    let front = (!pages.iter().any(|page| page == "index.html")).then_some("index.html");
    let pages = front.into_iter().chain(pages.iter().map(String::as_str));
    attempt.has_sitemap = true;
    fs::write(html.join("sitemap.xml"), sitemap::sitemap(url, pages))
}

fn page_names(pages: &[BookPage]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for page in pages {
        if !names.contains(&page.page) {
            names.push(page.page.clone());
        }
    }
    names
}
