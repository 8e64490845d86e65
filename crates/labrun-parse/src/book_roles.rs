//! What `book.toml` says of fences with names of their own: the role of each, and the prompts of a shell.

use std::collections::BTreeMap;

use labrun_model::Language;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::fences::Fence;
use crate::nearest::suggest;
use crate::roles::{Form, Role};
use crate::tables::Reader;

/// The roles and prompts that `book.toml` gives to a lab's fences; none where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// By what stands behind the marker: the whole info string, or its language.
    by_info: BTreeMap<String, Role>,
    /// The prompts behind which a `console` fence has what is typed at a shell; the usual ones where there are none.
    prompts: Vec<String>,
}

/// Every word for a role.
pub(crate) const WORDS: [(&str, Role); 7] = [
    ("shell", Role::Type(Language::Shell)),
    ("sql", Role::Type(Language::Sql)),
    ("python", Role::Type(Language::Python)),
    ("console", Role::Console),
    ("output", Role::Output(Form::Lines)),
    ("error", Role::Error(Form::Lines)),
    ("show", Role::Shown),
];

impl Roles {
    /// Reads `roles` and `prompts` of a table.
    pub(crate) fn read(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Self {
        let mut roles = Self {
            by_info: BTreeMap::new(),
            prompts: reader.list_of_words(table, "prompts"),
        };
        let Some(table) = reader.table(table, "roles") else {
            return roles;
        };
        for (info, value) in table {
            let place = reader.span(value);
            let info: &str = info.get_ref();
            match value.get_ref() {
                DeValue::String(word) => match WORDS.iter().find(|(known, _)| known == word) {
                    Some((_, role)) => {
                        roles.by_info.insert(info.to_owned(), *role);
                    }
                    None => {
                        let words = WORDS.map(|(known, _)| known);
                        let help = suggest(word, &words, "the roles are");
                        let message = format!("`{}` is no role", word.escape_debug());
                        reader.fault(codes::UNKNOWN_ROLE, place, message, &help);
                    }
                },
                other => reader.wrong_type(info, place, "a role", other),
            }
        }
        roles
    }

    /// These roles, and those of the book where they say nothing.
    pub(crate) fn over(mut self, book: &Self) -> Self {
        for (info, role) in &book.by_info {
            self.by_info.entry(info.clone()).or_insert(*role);
        }
        if self.prompts.is_empty() {
            self.prompts.clone_from(&book.prompts);
        }
        self
    }

    /// The role of a fence, where the book gives it one.
    pub(crate) fn of(&self, fence: &Fence, info: &str) -> Option<Role> {
        let role = self.by_info.get(info);
        role.or_else(|| self.by_info.get(&fence.language)).copied()
    }

    /// Whether the book gives a role to the whole info string, so that there is nothing else to read in it.
    pub(crate) fn has_whole(&self, info: &str) -> bool {
        info.contains([' ', ',']) && self.by_info.contains_key(info)
    }

    /// The prompts of a shell that the book says.
    pub(crate) fn prompts(&self) -> &[String] {
        &self.prompts
    }
}
