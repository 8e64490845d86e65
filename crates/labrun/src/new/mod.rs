//! `labrun new`: what has to be written so that a folder, a book or a page becomes a book with labs. Reads, and writes
//! nothing; that is the command's.

mod looks;
mod proposal;
mod starter;
mod summary;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use labrun_model::SourceFile;
use labrun_parse::{LabEntry, parse_book, parse_chapter};

pub(crate) use proposal::Proposal;
pub(crate) use summary::Unlisted;

/// Everything that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The book's folder.
    pub(crate) root: PathBuf,
    /// Files that are new, by their paths in the folder.
    pub(crate) files: Vec<(PathBuf, String)>,
    /// Files that are there and change: book.toml, and chapters where languages are to be written.
    pub(crate) changed: Vec<(PathBuf, String)>,
    /// The labs.
    pub(crate) labs: Vec<PlannedLab>,
    /// Chapters with commands of which SUMMARY.md makes no page.
    pub(crate) unlisted: Vec<Unlisted>,
}

/// A chapter that becomes a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedLab {
    /// The name by which it will be run.
    pub(crate) name: String,
    /// The chapter relative to the book's `src`.
    pub(crate) chapter: String,
    /// The chapter as messages name it.
    pub(crate) shown: String,
    /// What its fences need.
    pub(crate) proposal: Proposal,
}

/// Why nothing can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What is wrong.
    pub(crate) what: String,
    /// What would help.
    pub(crate) help: String,
}

fn refuse<T>(what: impl Into<String>, help: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal {
        what: what.into(),
        help: help.into(),
    })
}

/// What is to be written for a path; `languages` says whether the proposed languages go into the chapters.
///
/// # Errors
/// Where there is nothing to make a book of, or a file is in the way.
pub(crate) fn plan(path: &Path, languages: bool) -> Result<Plan, Refusal> {
    let is_file = path.is_file();
    if !path.exists() && path.extension().is_some_and(|end| end == "md") {
        return refuse(
            format!("there is no file {}", path.display()),
            "name a Markdown file that is there, or a folder to start in",
        );
    }
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = if is_file {
        absolute.parent().unwrap_or(&absolute).to_owned()
    } else {
        absolute.clone()
    };
    let book = folder
        .ancestors()
        .find(|folder| folder.join("book.toml").is_file());
    let mut plan = match book {
        Some(root) if root == folder || is_file => {
            adopt(root, is_file.then_some(absolute.as_path()), languages)?
        }
        Some(root) => {
            return refuse(
                format!("{} lies in the book {}", path.display(), root.display()),
                "name that folder, or a chapter of the book",
            );
        }
        None if is_file => page(&folder, std::slice::from_ref(&absolute))?,
        None => match markdown_files(&folder, &folder).as_slice() {
            [] => start(path)?,
            pages => page(&folder, pages)?,
        },
    };
    if languages {
        plan.write_languages()?;
    }
    looks::add(&mut plan);
    let in_the_way = plan
        .files
        .iter()
        .find(|(file, _)| plan.root.join(file).exists());
    match in_the_way {
        Some((file, _)) => refuse(
            format!("{} is there already", plan.root.join(file).display()),
            "nothing is overwritten: move it away, or start in another folder",
        ),
        None => Ok(plan),
    }
}

/// A book with a small lab, where there is nothing yet.
fn start(folder: &Path) -> Result<Plan, Refusal> {
    let lab = PlannedLab {
        name: starter::LAB.to_owned(),
        chapter: format!("{}.md", starter::LAB),
        shown: format!("src/{}.md", starter::LAB),
        proposal: Proposal::default(),
    };
    let title = folder
        .canonicalize()
        .unwrap_or_else(|_| folder.to_owned())
        .file_name()
        .map_or_else(
            || "My book".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
    let mut files = vec![book_toml(&title, "src", std::slice::from_ref(&lab))?];
    files.extend(starter::files());
    Ok(Plan {
        root: folder.to_owned(),
        files,
        changed: Vec::new(),
        labs: vec![lab],
        unlisted: Vec::new(),
    })
}

/// A book around Markdown files that stay where they are.
fn page(folder: &Path, pages: &[PathBuf]) -> Result<Plan, Refusal> {
    let mut summary = "# Summary\n\n".to_owned();
    let mut labs: Vec<PlannedLab> = Vec::new();
    let mut title = None;
    for page in pages {
        let chapter = relative(page, folder);
        if chapter == "SUMMARY.md" {
            continue;
        }
        let (heading, proposal) = read_page(page, &chapter)?;
        summary.push_str(&(summary::line(&heading, &chapter) + "\n"));
        title.get_or_insert(heading);
        if proposal.has_steps {
            let name = table::lab_name(&chapter, labs.iter().map(|lab| lab.name.as_str()));
            labs.push(PlannedLab {
                name,
                shown: chapter.clone(),
                chapter,
                proposal,
            });
        }
    }
    let title = title.unwrap_or_else(|| "My book".to_owned());
    let mut files = vec![book_toml(&title, ".", &labs)?];
    if !folder.join("SUMMARY.md").exists() {
        files.push((PathBuf::from("SUMMARY.md"), summary));
    }
    Ok(Plan {
        root: folder.to_owned(),
        files,
        changed: Vec::new(),
        labs,
        unlisted: Vec::new(),
    })
}

fn book_toml(title: &str, src: &str, labs: &[PlannedLab]) -> Result<(PathBuf, String), Refusal> {
    let title = toml_edit::Value::from(title);
    let mut text = format!(
        "[book]\ntitle = {}\nsrc = \"{src}\"\n",
        title.to_string().trim()
    );
    if src == "." {
        // Otherwise mdBook would take its own pages for a part of the next book.
        text.push_str("\n[build]\nbuild-dir = \"book\"\n");
    }
    match table::with_labs(&text, labs) {
        Ok(text) => Ok((PathBuf::from("book.toml"), text)),
        Err(refused) => refuse(refused.0, "write the table by hand"),
    }
}

/// A book that is there: a table for each chapter with commands that is no lab yet, or for the one that is named.
fn adopt(root: &Path, only: Option<&Path>, languages: bool) -> Result<Plan, Refusal> {
    let text = read(&root.join("book.toml"))?;
    let source = SourceFile::new("book.toml", text.as_str());
    let (book, diagnostics) = parse_book(&source);
    if let Some(fault) = diagnostics.first() {
        return refuse(
            format!("book.toml is wrong: {}", fault.message),
            "mend it first: `labrun check` says more",
        );
    }
    let src = root.join(&book.src);
    let pages = match only {
        Some(page) if page.starts_with(&src) => vec![page.to_owned()],
        Some(page) => {
            return refuse(
                format!(
                    "{} is no chapter of the book {}",
                    page.display(),
                    root.display()
                ),
                format!("the book's chapters lie in {}", src.display()),
            );
        }
        None => markdown_files(&src, &src),
    };
    let lab_of = |chapter: &str| {
        let known = |lab: &&LabEntry| lab.chapter == Path::new(chapter);
        book.labs.iter().find(known)
    };
    let mut labs: Vec<PlannedLab> = Vec::new();
    let listed = fs::read_to_string(src.join("SUMMARY.md")).ok();
    let mut unlisted = Vec::new();
    // Labs already, whose fences still want a language.
    let mut unfinished: Vec<PlannedLab> = Vec::new();
    for page in pages {
        let chapter = relative(&page, &src);
        if chapter == "SUMMARY.md" {
            continue;
        }
        let shown = relative(&page, root);
        let (title, proposal) = read_page(&page, &shown)?;
        let is_listed = |summary: &String| summary::lists(summary, &chapter);
        let is_new = lab_of(&chapter).is_none() && proposal.has_steps;
        if is_new && !listed.as_ref().is_none_or(is_listed) {
            unlisted.push(Unlisted {
                shown: shown.clone(),
                line: summary::line(&title, &chapter),
                is_lab: only.is_some(),
            });
            // A draft of which no page is made would be a lab of which the book cannot be built.
            if only.is_none() {
                continue;
            }
        }
        if let Some(lab) = lab_of(&chapter) {
            if languages && !proposal.bare.is_empty() {
                unfinished.push(PlannedLab {
                    name: lab.name.clone(),
                    chapter,
                    shown,
                    proposal,
                });
            }
        } else if proposal.has_steps {
            let taken = book.labs.iter().map(|lab| lab.name.as_str());
            let name = table::lab_name(
                &chapter,
                taken.chain(labs.iter().map(|lab| lab.name.as_str())),
            );
            labs.push(PlannedLab {
                name,
                chapter,
                shown,
                proposal,
            });
        }
    }
    let changed = if labs.is_empty() {
        Vec::new()
    } else {
        match table::with_labs(&text, &labs) {
            Ok(text) => vec![(PathBuf::from("book.toml"), text)],
            Err(refused) => {
                return refuse(
                    refused.0,
                    "write it as `[preprocessor.labrun]`, or add the labs by hand",
                );
            }
        }
    };
    labs.append(&mut unfinished);
    Ok(Plan {
        root: root.to_owned(),
        files: Vec::new(),
        changed,
        labs,
        unlisted,
    })
}

impl Plan {
    /// Puts the proposed languages behind their fences' markers; every other byte stays.
    fn write_languages(&mut self) -> Result<(), Refusal> {
        for lab in &mut self.labs {
            let bare = std::mem::take(&mut lab.proposal.bare);
            if bare.is_empty() {
                continue;
            }
            let mut text = read(&self.root.join(&lab.shown))?;
            for one in bare.iter().rev() {
                if text.is_char_boundary(one.at) {
                    text.insert_str(one.at, one.language);
                }
            }
            self.changed.push((PathBuf::from(&lab.shown), text));
        }
        Ok(())
    }
}

/// A page's title and what its fences need.
fn read_page(page: &Path, shown: &str) -> Result<(String, Proposal), Refusal> {
    let text = read(page)?;
    let stem = page
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned());
    let source = SourceFile::new(shown, text);
    let proposal = proposal::propose(&source);
    let (lab, _) = parse_chapter(
        &stem.unwrap_or_default(),
        source,
        &labrun_parse::Roles::default(),
    );
    Ok((lab.title, proposal))
}

fn read(path: &Path) -> Result<String, Refusal> {
    fs::read_to_string(path).or_else(|error| {
        refuse(
            format!("{} cannot be read: {error}", path.display()),
            "it must be text that this user may read",
        )
    })
}

/// The Markdown files below a folder, by path; hidden folders and a built book are left out.
fn markdown_files(folder: &Path, root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_left_out = name.starts_with('.')
            || folder == root && matches!(name.as_str(), "book" | "target" | "node_modules");
        if path.is_symlink() || is_left_out {
            continue;
        }
        if path.is_dir() {
            found.extend(markdown_files(&path, root));
        } else if path.extension().is_some_and(|end| end == "md") {
            found.push(path);
        }
    }
    found
}

fn relative(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}
