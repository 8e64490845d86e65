//! What `labrun new` writes into book.toml; comments, order and form of what is there stay.

use std::path::Path;

use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::PlannedLab;

/// Why a table cannot be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused(pub(super) String);

/// The text of book.toml with a table for each lab, and our preprocessor where it is not there yet.
pub(super) fn with_labs(text: &str, labs: &[PlannedLab]) -> Result<String, Refused> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        Refused(format!("book.toml is not TOML: {}", error.message()))
    })?;
    let preprocessors = table(document.as_table_mut(), "preprocessor")?;
    let is_new = !preprocessors.contains_key("labrun");
    let labrun = table(preprocessors, "labrun")?;
    if is_new {
        labrun.set_implicit(false);
        labrun.insert("command", value("mdbook-labrun"));
        labrun.insert("after", value(Array::from_iter(["links"])));
    }
    let tables = table(labrun, "labs")?;
    for lab in labs {
        let added = table(tables, &lab.name)?;
        added.set_implicit(false);
        if lab.chapter != format!("{}.md", lab.name) {
            added.insert("chapter", value(lab.chapter.as_str()));
        }
        if !lab.proposal.roles.is_empty() {
            let roles = table(added, "roles")?;
            roles.set_implicit(false);
            for (language, role) in &lab.proposal.roles {
                roles.insert(language, value(*role));
            }
        }
    }
    Ok(document.to_string())
}

/// A table in a table, which is made where it is not there.
fn table<'a>(parent: &'a mut Table, key: &str) -> Result<&'a mut Table, Refused> {
    let mut made = Table::new();
    made.set_implicit(true);
    parent
        .entry(key)
        .or_insert(Item::Table(made))
        .as_table_mut()
        .ok_or_else(|| {
            Refused(format!(
                "`{key}` in book.toml is no table with a heading of its own"
            ))
        })
}

/// A lab's name of its chapter's: letters, digits, `-` and `_`, and no other lab's.
pub(super) fn lab_name<'a>(chapter: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let stem = Path::new(chapter)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    let mut name: String = stem
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let is_command = crate::args::is_command(&name);
    if is_command || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "lab-");
    }
    let taken: Vec<&str> = taken.collect();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.clone()).chain(numbered);
    names
        .find(|name| !taken.contains(&name.as_str()))
        .unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::new::proposal::Proposal;

    fn lab(name: &str, chapter: &str) -> PlannedLab {
        let mut proposal = Proposal::default();
        proposal.roles.insert("yaml".to_owned(), "show");
        PlannedLab {
            name: name.to_owned(),
            chapter: chapter.to_owned(),
            shown: format!("src/{chapter}"),
            proposal,
        }
    }

    #[test]
    fn what_is_there_stays_as_it_is() {
        let text = "# mine\n[book]\ntitle = 'T'  # a title\n\n[output.html]\n";
        let written = with_labs(text, &[lab("one", "deep/one.md")]).unwrap();
        assert!(written.starts_with(text), "{written}");
        assert_eq!(
            &written[text.len()..],
            "\n[preprocessor.labrun]\ncommand = \"mdbook-labrun\"\nafter = [\"links\"]\n\n[preprocessor.labrun.labs.one]\nchapter = \"deep/one.md\"\n\n[preprocessor.labrun.labs.one.roles]\nyaml = \"show\"\n"
        );
        let again = with_labs(&written, &[lab("two", "two.md")]).unwrap();
        assert!(again.starts_with(&written), "{again}");
        assert!(!again[written.len()..].contains("chapter"), "{again}");
    }

    #[test]
    fn what_cannot_be_added_to_is_refused() {
        for text in [
            "[",
            "preprocessor = 1\n",
            "preprocessor = { labrun = {} }\n",
        ] {
            assert!(with_labs(text, &[lab("one", "one.md")]).is_err(), "{text}");
        }
    }
}
