//! The seal of a recording: one hash over everything of a chapter that runs or is compared, and over the images that it
//! ran on. What only a reader reads, the words around, is no part of it: a better sentence makes no run untrue.

use labrun_model::{Block, Lab, Span};
use sha2::{Digest, Sha256};

use crate::recording::RecordedImage;

/// The seal of a lab that ran on these images: `sha256:…`.
pub fn seal(lab: &Lab, images: &[RecordedImage]) -> String {
    let mut hash = Sha256::new();
    for block in &lab.blocks {
        part(&mut hash, "block", &text(lab, block.span()));
        if let Block::Step(step) = block
            && let Some(expectation) = &step.expectation
        {
            part(&mut hash, "output", &text(lab, expectation.span));
        }
    }
    for image in images {
        part(&mut hash, "image", &image.name);
        part(&mut hash, "digest", &image.digest);
    }
    let digits: String = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("sha256:{digits}")
}

/// A fence with its info string. How its lines end is the editor's business.
fn text(lab: &Lab, span: Span) -> String {
    lab.source.slice(span).replace("\r\n", "\n")
}

/// Lengths stand before texts, so that no two lists of parts read the same.
fn part(hash: &mut Sha256, kind: &str, text: &str) {
    hash.update(format!("{kind} {}\n", text.len()));
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;
    use labrun_parse::parse_chapter;

    use super::*;

    const CHAPTER: &str =
        "# T\n\nWords.\n\n```sh\necho a\n```\n\n```text\na\n```\n\n```yaml file=a.yml\nx: 1\n```\n";

    fn of(chapter: &str) -> String {
        let (lab, faults) = parse_chapter(
            "t",
            SourceFile::new("t.md", chapter),
            &labrun_parse::Roles::default(),
        );
        assert_eq!(faults, []);
        seal(&lab, &[])
    }

    #[test]
    fn words_and_line_endings_do_not_count() {
        assert_eq!(of(CHAPTER), of(&CHAPTER.replace("Words", "Other words")));
        assert_eq!(of(CHAPTER), of(&CHAPTER.replace('\n', "\r\n")));
    }

    #[test]
    fn what_runs_and_what_is_compared_counts() {
        let changes = [
            ("echo a", "echo  a"),
            ("\na\n", "\nb\n"),
            ("x: 1", "x: 2"),
            ("a.yml", "b.yml"),
            ("```sh\n", "```sh timeout=5s\n"),
        ];
        for (from, to) in changes {
            let changed = CHAPTER.replacen(from, to, 1);
            assert_ne!(changed, CHAPTER);
            assert_ne!(of(CHAPTER), of(&changed), "{from}");
        }
    }

    #[test]
    fn the_images_count() {
        let (lab, _) = parse_chapter(
            "t",
            SourceFile::new("t.md", CHAPTER),
            &labrun_parse::Roles::default(),
        );
        let image = |digest: &str| RecordedImage {
            name: "postgres:17".to_owned(),
            digest: digest.to_owned(),
            version: None,
            stand_in: None,
        };
        let seals = [
            seal(&lab, &[]),
            seal(&lab, &[image("sha256:1")]),
            seal(&lab, &[image("sha256:2")]),
        ];
        assert!(seals[0] != seals[1] && seals[1] != seals[2]);
    }
}
