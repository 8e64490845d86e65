//! Ports at which a lab serves by itself: a program that a step leaves in the background, and that the lab asks later.
//! Knowledge about text: what variables and scripts do is not followed.
//!
//! Such a server ends at once where somebody else has its port, and says so in a log that nobody reads. Whoever has the
//! port then answers the lab's checks, and the run is green without the chapter's own server.

use std::collections::BTreeSet;

use labrun_model::{Action, Block, Lab, Language, Step};

use super::commands::logical_lines;
use super::conflicts::{self, Present, Wanted};
use super::ports::Listener;
use crate::cleanup::Journal;
use crate::engine::ComposePort;
use crate::error::RunError;

/// Whether the lab serves at a port of this machine.
pub(super) fn serves(lab: &Lab) -> bool {
    !served(lab).is_empty()
}

/// Whether anybody has the ports at which the lab serves.
///
/// # Errors
/// [`RunError::Conflict`] with whoever has them.
pub(super) fn check(lab: &Lab, listeners: &[Listener], runs: &[Journal]) -> Result<(), RunError> {
    let wanted = Wanted {
        ports: served(lab),
        ..Wanted::default()
    };
    let present = Present {
        listeners: listeners.to_vec(),
        runs: runs.to_vec(),
        ..Present::default()
    };
    conflicts::check(&wanted, &present)
}

/// The ports of this machine that programs in the background are told, as far as something behind them asks there.
fn served(lab: &Lab) -> BTreeSet<ComposePort> {
    let blocks = lab.blocks.iter().enumerate();
    let told = blocks.flat_map(|(index, block)| match block {
        Block::Step(step) => in_background(step)
            .into_iter()
            .map(|port| (index, port))
            .collect(),
        Block::Check(_) => Vec::new(),
    });
    told.filter(|(index, port)| {
        let mut behind = lab.blocks.iter().skip(index + 1);
        behind.any(|block| asks(lab, block, *port))
    })
    .map(|(_, port)| ComposePort {
        // A server on another address of the machine is told by its own name; on which, only it knows.
        address: "127.0.0.1".to_owned(),
        port,
        protocol: "tcp".to_owned(),
    })
    .collect()
}

/// The numbers that could be ports in the lines of a step that end in `&`.
fn in_background(step: &Step) -> Vec<u16> {
    let Action::Type {
        language: Language::Shell,
        lines,
    } = &step.action
    else {
        return Vec::new();
    };
    let lines = logical_lines(lines).into_iter().map(|(_, line)| line);
    lines
        .filter(|line| {
            let line = line.trim_end();
            line.ends_with('&') && !line.ends_with("&&")
        })
        .flat_map(|line| numbers(&line))
        .collect()
}

fn numbers(line: &str) -> Vec<u16> {
    let words =
        line.split(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '\'' | '"' | '&'));
    words
        .filter_map(|word| word.parse().ok())
        .filter(|port| *port > 0)
        .collect()
}

/// Whether a block asks at a port: in the address of a check, or in what a step types.
fn asks(lab: &Lab, block: &Block, port: u16) -> bool {
    match block {
        Block::Check(check) => names(lab.source.slice(check.span), port),
        Block::Step(step) => match &step.action {
            Action::Type { lines, .. } => lines.iter().any(|line| names(&line.text, port)),
            Action::Write(_) => false,
        },
    }
}

/// Whether a text names a port as an address does: `:8080`, `port=8080`.
fn names(text: &str, port: u16) -> bool {
    let forms = [format!(":{port}"), format!("port={port}")];
    forms.iter().any(|form| {
        let mut found = text.match_indices(form.as_str());
        found.any(|(at, _)| {
            let behind = text.get(at + form.len()..).unwrap_or_default();
            !behind.starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{lab, sh, tcp_check};
    use super::*;

    #[track_caller]
    fn check(blocks: Vec<Block>, expected: &[u16]) {
        let found: Vec<u16> = served(&lab(blocks)).iter().map(|port| port.port).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_server_in_the_background_that_is_asked_later_has_its_port() {
        let server = || sh("python3 -m http.server 8765 --bind 127.0.0.1 >log 2>&1 &");
        check(
            vec![server(), sh("curl -s http://127.0.0.1:8765/")],
            &[8765],
        );
        check(
            vec![sh("serve --port=8765 \\\n  -q &"), sh("curl a:8765")],
            &[8765],
        );
        check(vec![server(), sh("curl -s http://127.0.0.1:87650/")], &[]);
        check(vec![sh("curl -s http://127.0.0.1:8765/"), server()], &[]);
    }

    #[test]
    fn other_numbers_are_no_ports() {
        let asked = || sh("curl -s http://127.0.0.1:8765/");
        check(vec![sh("sleep 5000 &"), sh("echo 5000")], &[]);
        check(vec![sh("echo 8765 && true &&"), asked()], &[]);
        check(vec![sh("python3 -m http.server 8765"), asked()], &[]);
        check(vec![tcp_check(8765)], &[]);
    }
}
