//! The known word that a mistyped one was most likely meant to be, and the help that says so.

/// The candidate that is near enough to be what the author meant.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let lower = word.to_lowercase();
    // A third of the letters may be wrong: less finds no transposed pair in `exti`, more proposes anything.
    let limit = (lower.chars().count() / 3).max(1);
    candidates
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Proposes the nearest candidate, or lists them all after `otherwise`, such as `the keys are`.
pub fn suggest(word: &str, candidates: &[&str], otherwise: &str) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("{otherwise} {}", list(candidates)),
    }
}

/// The words as a sentence has them: `` `a`, `b` and `c` ``.
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, &["answer", "exit", "timeout"]), expected);
    }

    #[test]
    fn a_slip_finds_its_word_and_noise_finds_none() {
        check("anwser", Some("answer"));
        check("Exit", Some("exit"));
        check("timout", Some("timeout"));
        check("colour", None);
        check("", None);
    }

    #[test]
    fn the_words_are_listed_as_a_sentence_has_them() {
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(
            suggest("zzz", &["a", "b"], "the keys are"),
            "the keys are `a` and `b`"
        );
    }
}
