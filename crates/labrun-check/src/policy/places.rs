//! Where in the chapter something of a compose file stands: the line of the key in the fence that writes the file.

use labrun_model::{Lab, Span, Step};

use crate::yaml::{Node, documents};

/// A file of the lab as the last step before some moment wrote it.
#[derive(Debug, Clone)]
pub(super) struct Written<'a> {
    pub(super) path: &'a std::path::Path,
    pub(super) step: &'a Step,
    pub(super) content: &'a str,
    /// `None` where it is no YAML.
    pub(super) documents: Option<Vec<Node>>,
}

impl<'a> Written<'a> {
    pub(super) fn new(path: &'a std::path::Path, step: &'a Step, content: &'a str) -> Self {
        Self {
            path,
            step,
            content,
            documents: documents(content),
        }
    }

    /// The roots of its documents.
    pub(super) fn roots(&self) -> &[Node] {
        self.documents.as_deref().unwrap_or_default()
    }

    /// The place of a line of the file, from 1.
    pub(super) fn line(&self, lab: &Lab, line: usize) -> Span {
        let opening = lab.source.line(self.step.span.start);
        let whole = lab.source.line_span(opening + line);
        let text = lab.source.slice(whole);
        let indentation = text.len() - text.trim_start().len();
        Span::new(whole.start + indentation, whole.end)
    }

    /// Its fence's first line.
    pub(super) fn opening(&self, lab: &Lab) -> Span {
        lab.source.line_span(lab.source.line(self.step.span.start))
    }
}

/// The place of keys that lead into a resolved model, in the files that it was made of, the last of which counts most.
/// Where the whole way is in none of them, because compose brought it from elsewhere, it is the nearest key above.
pub(super) fn find(
    lab: &Lab,
    files: &[&Written<'_>],
    keys: &[String],
    item: Option<usize>,
) -> Option<Span> {
    let mut best: Option<(usize, Span)> = None;
    for file in files {
        for root in file.roots() {
            let Some((depth, line)) = follow(root, keys, item) else {
                continue;
            };
            if best.is_none_or(|(known, _)| depth >= known) {
                best = Some((depth, file.line(lab, line)));
            }
        }
    }
    let opening = files.last().map(|file| file.opening(lab));
    best.map(|(_, span)| span).or(opening)
}

/// How many keys lead on, and the line of the last of them.
fn follow(root: &Node, keys: &[String], item: Option<usize>) -> Option<(usize, usize)> {
    let (mut node, mut found) = (root, None);
    for (index, key) in keys.iter().enumerate() {
        let Some((place, value)) = node.pair(key) else {
            return found;
        };
        found = Some((index + 1, place.line));
        node = value;
    }
    let item = item.and_then(|index| node.items().get(index));
    match item {
        Some(item) => Some((keys.len() + 1, item.line)),
        None => found,
    }
}
