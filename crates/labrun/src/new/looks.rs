//! The looks of the steps in a book that `labrun new` makes or adopts: the files of its theme folder, and the lines of
//! book.toml that name them. Without them the steps read as well, only plainer; so where anything is in the way, nothing
//! is done.

use std::path::{Path, PathBuf};

use labrun_book::LAB_LOOKS;
use toml_edit::{Array, DocumentMut, Item, Table, value};

use super::Plan;

/// Adds the looks to what is to be written, where book.toml is written anyway.
pub(super) fn add(plan: &mut Plan) {
    let files: Vec<_> = LAB_LOOKS.files().collect();
    if files.iter().any(|file| plan.root.join(&file.path).exists()) {
        return;
    }
    let names: Vec<(&str, &str)> = files
        .iter()
        .map(|file| (file.key, file.path.as_str()))
        .collect();
    let written = plan.files.iter_mut().chain(&mut plan.changed);
    let book_toml = written
        .into_iter()
        .find(|(path, _)| path == Path::new("book.toml"));
    let Some((_, text)) = book_toml else { return };
    let Some(named) = with_names(text, &names) else {
        return;
    };
    *text = named;
    let files = files
        .into_iter()
        .map(|file| (PathBuf::from(file.path), file.text));
    plan.files.extend(files);
}

/// The text of book.toml with each file under its key of `[output.html]`; nothing where the book has no pages in HTML, or
/// where the keys are not written as a table and arrays.
fn with_names(text: &str, names: &[(&str, &str)]) -> Option<String> {
    let mut document: DocumentMut = text.parse().ok()?;
    let is_new = !document.contains_key("output");
    let mut made = Table::new();
    made.set_implicit(true);
    let output = document
        .entry("output")
        .or_insert(Item::Table(made))
        .as_table_mut()?;
    // With another renderer alone, a table for this one would begin to make pages.
    if is_new {
        output.insert("html", Item::Table(Table::new()));
    }
    let html = output.get_mut("html")?.as_table_mut()?;
    for (key, name) in names {
        let list = html.entry(key).or_insert(value(Array::new()));
        let list = list.as_array_mut()?;
        if list.iter().any(|known| known.as_str() == Some(*name)) {
            return None;
        }
        list.push(*name);
    }
    Some(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let names = [
            ("additional-css", "theme/a.css"),
            ("additional-js", "theme/a.js"),
        ];
        assert_eq!(with_names(text, &names).as_deref(), expected, "{text}");
    }

    #[test]
    fn book_toml_names_the_files_and_keeps_its_form() {
        let lines = "additional-css = [\"theme/a.css\"]\nadditional-js = [\"theme/a.js\"]\n";
        check(
            "[book]\n",
            Some(&format!("[book]\n\n[output.html]\n{lines}")),
        );
        check(
            "[output.html] # mine\n\n[x]\n",
            Some(&format!("[output.html] # mine\n{lines}\n[x]\n")),
        );
        check(
            "[output.html]\nadditional-css = ['b.css'] # mine\n",
            Some(
                "[output.html]\nadditional-css = ['b.css', \"theme/a.css\"] # mine\nadditional-js = [\"theme/a.js\"]\n",
            ),
        );
    }

    #[test]
    fn where_anything_is_in_the_way_nothing_is_done() {
        check("[output.epub]\n", None);
        check("[output]\nhtml = {}\n", None);
        check("[output.html]\nadditional-css = 'a'\n", None);
        check("[output.html]\nadditional-css = ['theme/a.css']\n", None);
        check("[", None);
    }
}
