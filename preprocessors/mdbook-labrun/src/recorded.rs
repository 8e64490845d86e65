//! What a page says of a lab's recording: that the lab is verified, with what, and what was printed. Pure text, as in
//! `html`; whether a recording fits is `labrun-recording`'s to say.

use labrun_model::{Expectation, ExpectedLine, ExpectedOutput, Span};
use labrun_recording::{Recording, Standing};

use crate::html::{code, escaped, fenced};
use crate::words::{Words, filled};

/// What the box at the beginning of a lab says of its recording: a name and a sentence in HTML.
pub(crate) fn standing(standing: &Standing, words: &Words) -> (&'static str, String) {
    match standing {
        Standing::Verified(recording) => (words.verified, verified(recording, words)),
        Standing::Outdated(recording) => {
            let date = words.date(&recording.date);
            (
                words.not_verified,
                filled(words.outdated, &[("date", &date)]),
            )
        }
    }
}

fn verified(recording: &Recording, words: &Words) -> String {
    let programs = recording.programs.iter();
    let mut with: Vec<String> = programs
        .map(|program| escaped(&format!("{} {}", program.name, program.version)))
        .collect();
    with.extend(recording.images.iter().map(|image| {
        let digest: String = image.digest.chars().take("sha256:".len() + 12).collect();
        let version = image.version.iter().map(|version| format!(" {version}"));
        let version: String = version.map(|version| escaped(&version)).collect();
        let stand_in = image.stand_in.as_deref().map(|what| {
            let note = filled(words.stand_in, &[("what", &escaped(what))]);
            format!(" ({note})")
        });
        let stand_in = stand_in.unwrap_or_default();
        format!(
            "{}{version} <small>{}</small>{stand_in}",
            code(&image.name),
            escaped(&digest)
        )
    }));
    let date = words.date(&recording.date);
    format!("{date}: {}", with.join(", "))
}

/// What a step printed in the verified run, folded; empty where the page shows it letter for letter already.
pub(crate) fn output(
    recording: &Recording,
    step: usize,
    expectation: &Expectation,
    words: &Words,
) -> String {
    let Some(lines) = recording.output(step).filter(|_| leaves_open(expectation)) else {
        return String::new();
    };
    let date = words.date(&recording.date);
    let summary = filled(words.recorded, &[("date", &date)]);
    let text = fenced("text", &lines.join("\n"));
    format!(
        "<details class=\"labrun-recorded\">\n<summary>{summary}</summary>\n\n{text}\n</details>\n"
    )
}

/// Whether the page stands for more than one output.
fn leaves_open(expectation: &Expectation) -> bool {
    let is_skip = |(_, line): &(Span, ExpectedLine)| matches!(line, ExpectedLine::Skip);
    let patterns = expectation.patterns();
    matches!(expectation.output, ExpectedOutput::Json(_))
        || expectation.lines().iter().any(is_skip)
        || patterns
            .iter()
            .any(|(_, pattern)| pattern.plain().is_none())
}

#[cfg(test)]
mod tests {
    use labrun_model::{Event, Header, Lab, SourceFile, StepOutcome, Summary, UsedImage, Verdict};
    use labrun_parse::parse_chapter;
    use labrun_recording::{Collector, Mask};

    use super::*;

    const CHAPTER: &str = "# T\n\n```sh\ndate\n```\n\n```text\nIt is <ts>\n```\n\n```sh\necho a\n```\n\n```text\na\n```\n";

    fn lab(chapter: &str) -> Lab {
        parse_chapter(
            "t",
            SourceFile::new("t.md", chapter),
            &labrun_parse::Roles::default(),
        )
        .0
    }

    /// The text of a recording's file, made of the events of a green run.
    fn recorded(lab: &Lab) -> String {
        let mut collector = Collector::new(lab, "2026-11-05", "0.1.0");
        let image = UsedImage {
            name: "postgres:17".to_owned(),
            digest: "sha256:0123456789abcdef".to_owned(),
            version: Some("17.11".to_owned()),
            stand_in: Some("<made here>".to_owned()),
        };
        let header = Header {
            images: vec![image],
            ..Header::default()
        };
        let step = |output: &str| StepOutcome {
            verdict: Verdict::Passed,
            elapsed: std::time::Duration::ZERO,
            attempts: 1,
            output: output.to_owned(),
            failure: None,
        };
        for event in [
            Event::Started(header),
            Event::StepFinished(0, step("It is 2026-11-05\n")),
            Event::StepFinished(1, step("a\n")),
            Event::Finished(Summary::default()),
        ] {
            collector.event(lab, &event);
        }
        collector.finish(lab, &Mask::new()).unwrap().text()
    }

    #[test]
    fn a_page_shows_what_it_leaves_open() {
        let lab = lab(CHAPTER);
        let words = Words::of(Some("id"));
        let Ok(Standing::Verified(recording)) = Standing::of(&recorded(&lab), &lab) else {
            panic!("the recording fits");
        };
        let shown: Vec<String> = lab
            .steps()
            .map(|step| {
                output(
                    &recording,
                    step.number,
                    step.expectation.as_ref().unwrap(),
                    words,
                )
            })
            .collect();
        assert!(shown[0].contains("<summary>Yang muncul pada 5 November 2026</summary>"));
        assert!(
            shown[0].contains("```text\nIt is 2026-11-05\n```"),
            "{}",
            shown[0]
        );
        assert_eq!(shown[1], "", "the page shows it already");
        let (name, says) = standing(&Standing::Verified(recording), words);
        assert_eq!(name, "Diverifikasi");
        assert_eq!(
            says,
            "5 November 2026: labrun 0.1.0, <code>postgres:17</code> 17.11 <small>sha256:0123456789ab</small> \
             (image pengganti: &lt;made here&gt;)"
        );
    }

    #[test]
    fn a_changed_chapter_is_not_verified() {
        let text = recorded(&lab(CHAPTER));
        let changed = Standing::of(&text, &lab(&CHAPTER.replace("echo a", "echo  a"))).unwrap();
        let (name, says) = standing(&changed, Words::of(None));
        assert_eq!(name, "Not verified");
        assert_eq!(
            says,
            "The chapter has changed since it was last verified on 5 November 2026."
        );
    }
}
