//! What a fence of a lab is: which of its words and attributes are known, and which role they give it.
//!
//! Every fence gets a role or a diagnostic, so that none is passed over in silence.

use labrun_model::{Diagnostic, Language, SourceFile, Span};

use crate::attributes::{self, Attributes, Pair, Word};
use crate::book_roles::Roles;
use crate::codes;
use crate::fences::Fence;
use crate::nearest::{list, nearest, suggest};
use crate::other_names::{help_for, help_without};
use crate::whole::whole;

/// What a fence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// A step: typed into the terminal.
    Type(Language),
    /// Steps and their outputs in one.
    Console,
    /// A step: writes a file.
    File,
    /// The expected output of the step before it.
    Output(Form),
    /// The same, of a step that must fail.
    Error(Form),
    /// A check.
    Check,
    /// Only shown.
    Shown,
}

/// How an output is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As lines, in the page's order.
    Lines,
    /// As lines, in any order.
    Unordered,
    /// As JSON.
    Json,
}

/// A fence as the lab takes it.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) role: Role,
    /// The attributes that mean something to the role.
    pub(crate) attributes: Vec<Attribute>,
    /// The book says the role, and not the fence.
    pub(crate) by_book: bool,
}

/// An attribute with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    File,
    Name,
    Terminal,
    Timeout,
    Answer,
    Exit,
    Eventually,
    Allow,
}

/// An attribute of a known key, as written.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) key: Key,
    pub(crate) key_span: Span,
    pub(crate) value: Word,
}

/// The words that stand without a value.
pub(crate) const WORDS: [&str; 3] = ["check", "show", "unordered"];

/// Languages of which one is likely meant where another word is near.
pub(crate) const LANGUAGES: [&str; 9] = [
    "sh", "bash", "sql", "python", "console", "text", "json", "toml", "mermaid",
];

pub(crate) const ROLES_HELP: &str = "a step is `sh`, `bash`, `sql`, `python` or `console`, or has `file=PATH`; an output is `text` or `json`; a check is `toml check`; anything that is only shown has the word `show`; a book with other names says in book.toml what they are, under [preprocessor.labrun.roles]";

impl Key {
    /// Every attribute with its name.
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("file", Self::File),
        ("name", Self::Name),
        ("terminal", Self::Terminal),
        ("timeout", Self::Timeout),
        ("answer", Self::Answer),
        ("exit", Self::Exit),
        ("eventually", Self::Eventually),
        ("allow", Self::Allow),
    ];

    /// The attribute's name.
    pub(crate) fn word(self) -> &'static str {
        let entry = Self::ALL.iter().find(|(_, key)| *key == self);
        entry.map_or("", |(word, _)| word)
    }

    fn from_word(word: &str) -> Option<Self> {
        let entry = Self::ALL.iter().find(|(known, _)| *known == word);
        entry.map(|(_, key)| *key)
    }
}

impl Role {
    /// The attributes that mean something to the role.
    fn keys(self) -> &'static [Key] {
        match self {
            Self::Type(_) | Self::Console => &[
                Key::Name,
                Key::Terminal,
                Key::Timeout,
                Key::Answer,
                Key::Exit,
                Key::Eventually,
                Key::Allow,
            ],
            Self::File => &[Key::File, Key::Name, Key::Allow],
            Self::Output(_) | Self::Error(_) | Self::Check | Self::Shown => &[],
        }
    }

    /// The fence in words, for messages.
    fn words(self) -> &'static str {
        match self {
            Self::Type(_) | Self::Console => "a fence that is typed",
            Self::File => "a fence that writes a file",
            Self::Output(_) | Self::Error(_) => "a fence that shows an output",
            Self::Check => "a check",
            Self::Shown => "a fence that is only shown",
        }
    }
}

/// The role of a fence, and its attributes where they have a meaning there; `None` where a diagnostic says why not.
pub(crate) fn role(
    source: &SourceFile,
    fence: &Fence,
    roles: &Roles,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Taken> {
    let info = source.slice(fence.info);
    let by_book = roles.of(fence, info);
    let attributes = if leaves_attributes(source, fence, roles, by_book) {
        Attributes::default()
    } else {
        attributes::lex(source, fence.info, fence.language_span, diagnostics)
    };
    let whole = whole(source, fence);
    diagnostics.extend(whole.clone());
    if fence.indented {
        return None;
    }
    check_words(&attributes.words, diagnostics);
    let known = known_attributes(attributes.pairs, diagnostics);
    if whole.is_some() {
        return None;
    }
    let has_file = known.iter().any(|attribute| attribute.key == Key::File);
    match choose(fence, &attributes.words, has_file, by_book) {
        Ok((role, by_book)) => Some(Taken {
            role,
            attributes: fitting(role, known, diagnostics),
            by_book,
        }),
        Err(fault) => {
            diagnostics.push(fault);
            None
        }
    }
}

/// Whether nothing of the info string is for labrun: the book takes it as a whole, or only shows the fence, which may
/// then say what it likes to others.
fn leaves_attributes(
    source: &SourceFile,
    fence: &Fence,
    roles: &Roles,
    by_book: Option<Role>,
) -> bool {
    let info = source.slice(fence.info);
    if roles.has_whole(info) {
        return true;
    }
    if by_book != Some(Role::Shown) {
        return false;
    }
    let written = attributes::lex(source, fence.info, fence.language_span, &mut Vec::new());
    let is_ours = written
        .words
        .iter()
        .any(|word| WORDS.contains(&word.text.as_str()))
        || written
            .pairs
            .iter()
            .any(|pair| pair.key.text == Key::File.word());
    !is_ours
}

fn check_words(words: &[Word], diagnostics: &mut Vec<Diagnostic>) {
    for (index, word) in words.iter().enumerate() {
        let text = word.text.as_str();
        if words[..index].iter().any(|earlier| earlier.text == text) {
            diagnostics.push(Diagnostic::error(
                codes::REPEATED_ATTRIBUTE,
                word.span,
                format!("the word `{text}` stands here twice"),
            ));
        } else if !WORDS.contains(&text) {
            diagnostics.push(unknown_word(word));
        }
    }
}

fn unknown_word(word: &Word) -> Diagnostic {
    let text = word.text.as_str();
    let keys = Key::ALL.map(|(key, _)| key);
    let help = match (nearest(text, &WORDS), nearest(text, &keys)) {
        (None, Some(key)) => format!("`{key}` needs a value: `{key}=…`"),
        _ => suggest(text, &WORDS, "the words that need no value are"),
    };
    let message = format!("unknown word `{text}`");
    Diagnostic::error(codes::UNKNOWN_WORD, word.span, message).with_help(help)
}

/// The attributes with a known key. Only `answer` may come more than once.
fn known_attributes(pairs: Vec<Pair>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Attribute> {
    let mut known: Vec<Attribute> = Vec::new();
    for pair in pairs {
        let text = pair.key.text.as_str();
        let Some(key) = Key::from_word(text) else {
            let keys = Key::ALL.map(|(key, _)| key);
            let fault = Diagnostic::error(
                codes::UNKNOWN_ATTRIBUTE,
                pair.key.span,
                format!("unknown attribute `{text}`"),
            );
            let help = if WORDS.contains(&text) {
                format!("`{text}` is a word without a value")
            } else {
                suggest(text, &keys, "the attributes are")
            };
            diagnostics.push(fault.with_help(help));
            continue;
        };
        if !matches!(key, Key::Answer | Key::Allow)
            && known.iter().any(|attribute| attribute.key == key)
        {
            let message = format!("the attribute `{text}` stands here twice");
            let fault = Diagnostic::error(codes::REPEATED_ATTRIBUTE, pair.key.span, message);
            diagnostics
                .push(fault.with_help("only `answer` can be repeated, once for each prompt"));
            continue;
        }
        known.push(Attribute {
            key,
            key_span: pair.key.span,
            value: pair.value,
        });
    }
    known
}

/// Words say more than attributes, both say more than the book, and that more than the language.
fn choose(
    fence: &Fence,
    words: &[Word],
    has_file: bool,
    by_book: Option<Role>,
) -> Result<(Role, bool), Diagnostic> {
    let by_fence = |role| (role, false);
    let word = |known: &str| words.iter().find(|word| word.text == known);
    let misplaced = |word: &Word, message: String, help: &str| {
        Diagnostic::error(codes::MISPLACED_ATTRIBUTE, word.span, message).with_help(help)
    };
    let (role, by_book) = match (word("check"), word("show")) {
        (Some(check), Some(_)) => Err(misplaced(
            check,
            "a fence is a check or only shown, not both".to_owned(),
            "keep one of `check` and `show`",
        )),
        (Some(check), None) if fence.language != "toml" => Err(misplaced(
            check,
            format!("a check is written in `toml`, not in `{}`", fence.language),
            "write it as `toml check`, or remove the word `check`",
        )),
        (Some(_), None) => Ok(by_fence(Role::Check)),
        (None, Some(_)) => Ok(by_fence(Role::Shown)),
        (None, None) if has_file => Ok(by_fence(Role::File)),
        (None, None) => match by_book {
            Some(role) => Ok((role, true)),
            None => by_language(fence).map(by_fence),
        },
    }?;
    let Some(unordered) = word("unordered") else {
        return Ok((role, by_book));
    };
    match role {
        Role::Output(Form::Lines) => Ok((Role::Output(Form::Unordered), by_book)),
        Role::Error(Form::Lines) => Ok((Role::Error(Form::Unordered), by_book)),
        Role::Output(_) | Role::Error(_) => Err(misplaced(
            unordered,
            "`unordered` is for lines, and JSON is compared as a value".to_owned(),
            "remove it: the keys of an object come in any order anyway",
        )),
        _ => Err(misplaced(
            unordered,
            format!("`unordered` means nothing on {}", role.words()),
            "put it on the `text` fence whose lines come in any order",
        )),
    }
}

fn by_language(fence: &Fence) -> Result<Role, Diagnostic> {
    match fence.language.as_str() {
        "sh" | "bash" => Ok(Role::Type(Language::Shell)),
        "sql" => Ok(Role::Type(Language::Sql)),
        "python" => Ok(Role::Type(Language::Python)),
        "console" => Ok(Role::Console),
        "text" => Ok(Role::Output(Form::Lines)),
        "json" => Ok(Role::Output(Form::Json)),
        "mermaid" => Ok(Role::Shown),
        "toml" => Err(no_role(
            fence,
            "a `toml` fence is a check, a file or only shown, and this one does not say which",
            "add the word `check`, the attribute `file=PATH` or the word `show`".to_owned(),
        )),
        "" => Err(no_role(
            fence,
            "a fence without a language says nothing about what it is",
            help_without(fence.lines.first().map_or("", |line| line.text.as_str())),
        )),
        word if WORDS.contains(&word) => Err(no_role(
            fence,
            &format!("`{word}` stands where the language is expected"),
            format!("write the language before it, as in `text {word}` or `toml {word}`"),
        )),
        other => Err(no_role(
            fence,
            &format!("nothing says what a lab does with a fence in `{other}`"),
            help_for(other),
        )),
    }
}

fn no_role(fence: &Fence, message: &str, help: String) -> Diagnostic {
    let span = if fence.language.is_empty() {
        fence.opening
    } else {
        fence.language_span
    };
    Diagnostic::error(codes::NO_ROLE, span, message).with_help(help)
}

/// Keeps the attributes that the role takes and reports the others.
fn fitting(role: Role, known: Vec<Attribute>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Attribute> {
    let (fitting, misplaced) = known
        .into_iter()
        .partition(|attribute: &Attribute| role.keys().contains(&attribute.key));
    for attribute in misplaced {
        diagnostics.push(misplaced_attribute(role, &attribute));
    }
    fitting
}

fn misplaced_attribute(role: Role, attribute: &Attribute) -> Diagnostic {
    let word = attribute.key.word();
    let help = match (role, attribute.key) {
        (Role::Check, Key::Eventually) => {
            "write it as a key inside the check: `eventually = \"15s\"`".to_owned()
        }
        (Role::Output(_) | Role::Error(_), _) => {
            format!("put `{word}` on the step that prints the output")
        }
        _ if role.keys().is_empty() => format!("{} takes no attributes", role.words()),
        _ => {
            let keys: Vec<&str> = role.keys().iter().map(|key| key.word()).collect();
            format!("{} takes {}", role.words(), list(&keys))
        }
    };
    let message = format!("`{word}` means nothing on {}", role.words());
    Diagnostic::error(codes::MISPLACED_ATTRIBUTE, attribute.key_span, message).with_help(help)
}
