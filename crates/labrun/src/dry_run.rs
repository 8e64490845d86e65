//! What a run would do (`labrun LAB --dry-run`), drawn without running anything.

use labrun_model::{Action, Block, Lab, Part, Step};

use crate::report::count;

/// A line or more for each block, and for each part that is left out.
pub(crate) fn preview(lab: &Lab, part: &Part) -> String {
    let mut text = format!(
        "{} · {} ({})\n\n line  step\n",
        lab.name,
        lab.title,
        lab.source.path()
    );
    let mut section = usize::MAX;
    let (mut steps, mut expectations, mut checks) = (0, 0, 0);
    for (index, block) in lab.blocks.iter().enumerate() {
        if block.section() != section {
            section = block.section();
            let title = lab
                .sections
                .get(section)
                .map_or("", |section| section.title.as_str());
            text.push_str(&format!("\n{title}\n"));
        }
        let line = lab.place(block.span()).line;
        if let Some(why) = part.left_out(index, block) {
            let number = match block {
                Block::Step(step) => step.number.to_string(),
                Block::Check(_) => String::new(),
            };
            let summary = block.summary();
            text.push_str(&format!(
                "{line:>5} {number:>5}  left out ({why}): {summary}\n"
            ));
            continue;
        }
        match block {
            Block::Step(step) => {
                steps += 1;
                expectations += usize::from(step.expectation.is_some());
                text.push_str(&self::step(step, line));
            }
            Block::Check(check) => {
                checks += 1;
                text.push_str(&format!("{line:>5}        check: {}\n", check.title));
            }
        }
    }
    let left_out = match lab.blocks.len() - steps - checks {
        0 => String::new(),
        blocks => format!(", {blocks} left out"),
    };
    text.push_str(&format!(
        "\n{}, {}, {}{left_out}; nothing was run\n",
        count(steps, "step"),
        count(expectations, "expectation"),
        count(checks, "check")
    ));
    text
}

fn step(step: &Step, line: usize) -> String {
    let number = step.number;
    match &step.action {
        Action::Write(file) => format!("{line:>5} {number:>5}  write {}\n", file.path.display()),
        Action::Type { lines, .. } => lines
            .iter()
            .enumerate()
            .map(|(index, typed)| {
                let place = if index == 0 {
                    format!("{line:>5} {number:>5}  ")
                } else {
                    " ".repeat(13)
                };
                format!("{place}{}\n", typed.text)
            })
            .collect(),
    }
}
