//! Faults of the values in `book.toml`, at their places. What mdBook makes of the values is `mdbook`'s.

use labrun_preprocessor::BookToml;

use crate::Fault;

/// A fault of a value below `keys`: where the value stands in the file, else of the file as a whole, since a value can also
/// come from the environment.
pub(crate) fn fault(
    book_toml: &BookToml,
    keys: &[&str],
    value: &str,
    code: &'static str,
    message: String,
    help: &str,
) -> Fault {
    match book_toml.value(keys, value) {
        Some(span) => Fault::at(book_toml.file(), span, code, message, help),
        None => Fault::of("book.toml, or the environment", code, message, help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_in_the_file_is_of_the_environment() {
        let toml = BookToml::new("[output.html]\ntheme = 't'\n");
        let fault = |value| {
            let keys = ["output", "html", "theme"];
            fault(&toml, &keys, value, "x", "m".to_owned(), "h")
                .drawn()
                .to_owned()
        };
        assert!(fault("t").contains("book.toml:2:9"), "{}", fault("t"));
        assert!(fault("c").contains("environment"), "{}", fault("c"));
    }
}
