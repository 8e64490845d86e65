//! The words by which diagnostics are known. `reference.md` explains each, and a test holds the two together.

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {
        $(pub(crate) const $name: &str = $code;)*

        /// Every code that this crate gives a diagnostic.
        #[cfg(test)]
        pub(crate) const ALL: &[&str] = &[$($code),*];
    };
}

codes! {
    BAD_EXPRESSION = "bad-expression";
    BAD_INFO_STRING = "bad-info-string";
    BAD_JSON = "bad-json";
    BAD_LAB_NAME = "bad-lab-name";
    BAD_RELATION = "bad-relation";
    BAD_TOML = "bad-toml";
    BAD_VALUE = "bad-value";
    CHECK_CHANGES = "check-changes";
    CHECK_TARGET = "check-target";
    CONSOLE_ATTRIBUTE = "console-attribute";
    CONSOLE_CONTINUATION = "console-continuation";
    CONSOLE_PROMPT = "console-prompt";
    CONTROL_CHARACTER = "control-character";
    EMPTY_STEP = "empty-step";
    EVENTUALLY_CHANGES = "eventually-changes";
    EVENTUALLY_OPENS = "eventually-opens";
    FENCE_IN_HTML = "fence-in-html";
    INCLUDE_IN_LAB = "include-in-lab";
    INDENTED_CODE = "indented-code";
    MISPLACED_ATTRIBUTE = "misplaced-attribute";
    MISSING_INCLUDE = "missing-include";
    MISSING_KEY = "missing-key";
    NO_ROLE = "no-role";
    OUTPUT_AFTER_CONSOLE = "output-after-console";
    OUTPUT_AFTER_FILE = "output-after-file";
    OUTPUT_WITHOUT_STEP = "output-without-step";
    RELATION_TYPES = "relation-types";
    REPEATED_ATTRIBUTE = "repeated-attribute";
    REPEATED_CHAPTER = "repeated-chapter";
    REPEATED_NAME = "repeated-name";
    SECOND_OUTPUT = "second-output";
    SWALLOWED_FENCE = "swallowed-fence";
    UNCLOSED_FENCE = "unclosed-fence";
    UNKNOWN_ATTRIBUTE = "unknown-attribute";
    UNKNOWN_CAPTURE = "unknown-capture";
    UNKNOWN_KEY = "unknown-key";
    UNKNOWN_ROLE = "unknown-role";
    UNKNOWN_WORD = "unknown-word";
}
