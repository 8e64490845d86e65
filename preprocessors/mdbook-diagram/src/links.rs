//! Links that a diagram holds: where the first one is written. Pure; what is wrong with them is `syntax`'s to say.

use labrun_model::Span;

/// The words with which Mermaid's languages begin a link or an action on a click.
fn words(kind: &str) -> &'static [&'static str] {
    const KINDS: [(&str, &[&str]); 5] = [
        ("flowchart", &["click"]),
        ("class", &["click", "link", "callback"]),
        ("state", &["click"]),
        ("gantt", &["click"]),
        ("sequence", &["link", "links"]),
    ];
    let kind = KINDS.iter().find(|(begin, _)| kind.starts_with(begin));
    kind.map_or(&[], |(_, words)| words)
}

/// The first statement of a right diagram that is a link.
pub(crate) fn first(kind: &str, text: &str) -> Option<Span> {
    let words = words(kind);
    let mut is_quoted = false;
    let mut is_described = false;
    let mut offset = 0;
    for part in text.split_inclusive(['\n', ';']) {
        let content = part.trim_start();
        let start = offset + part.len() - content.len();
        offset += part.len();
        let is_plain = !is_quoted && !is_described;
        is_quoted ^= part.matches('"').count() % 2 == 1;
        if is_plain && content.starts_with("accDescr") && content.contains('{') {
            is_described = true;
        }
        if is_described {
            is_described = !part.contains('}');
            continue;
        }
        if is_plain && begins_with(words, content) {
            let statement = content.trim_end_matches([';', '\n', '\r', ' ', '\t']);
            return Some(Span::new(start, start + statement.len()));
        }
    }
    None
}

/// Whether a statement begins with one of the words, and then with a name: `link ->> b` is an arrow between two of them.
fn begins_with(words: &[&str], statement: &str) -> bool {
    words.iter().any(|word| {
        let rest = statement.strip_prefix(word);
        let rest = rest.filter(|rest| rest.starts_with([' ', '\t']));
        rest.is_some_and(|rest| {
            let next = rest.trim_start().chars().next();
            next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '"'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: &str, text: &str, expected: Option<&str>) {
        let found = first(kind, text).map(|span| &text[span.start..span.end]);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_link_is_found_where_it_is_written() {
        check(
            "flowchart-v2",
            "flowchart LR\n A --> B;  click A \"x.md\" \"y\" ; C\n",
            Some("click A \"x.md\" \"y\""),
        );
        check(
            "sequence",
            "sequenceDiagram\n link A: x @ https://x.org\r\n",
            Some("link A: x @ https://x.org"),
        );
        check(
            "classDiagram",
            "classDiagram\nclass A\nlink A \"x\"",
            Some("link A \"x\""),
        );
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for (kind, text) in [
            ("flowchart-v2", "flowchart LR\n A[\"a\n click b\"] --> B\n"),
            (
                "flowchart-v2",
                "flowchart LR\n accDescr {\n click here\n }\n A --> clicks\n",
            ),
            ("sequence", "sequenceDiagram\n link ->> B: x\n"),
            ("mindmap", "mindmap\n click me\n"),
            ("pie", "pie\n \"click\" : 1\n"),
        ] {
            check(kind, text, None);
        }
    }
}
