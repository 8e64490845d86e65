//! Names of containers and ports of the host that two labs use: a lab that was kept, or one that runs beside, is then in
//! the other's way.
//!
//! They are read from `docker run`, from compose files that steps write, and from whom checks ask. What variables and
//! scripts do is not followed; a run looks again at the machine itself, before its first step.

mod compose;

use labrun_model::{Action, Block, Check, Diagnostic, Lab, LabFile, Language, Probe, Span, Step};
use labrun_run::{Launch, launch, logical_lines, simple_commands};

use crate::codes;

/// A clash, at the place of the second of the two labs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Index of the lab in whose chapter the diagnostic stands.
    pub lab: usize,
    /// What is wrong.
    pub diagnostic: Diagnostic,
}

/// The names and ports that several of these labs use, in the order of the labs and their places.
pub fn clashes(labs: &[Lab]) -> Vec<Clash> {
    let claims: Vec<Vec<Claim>> = labs.iter().map(claims).collect();
    let mut found = Vec::new();
    for (second, mine) in claims.iter().enumerate() {
        for claim in mine {
            let mut earlier = claims.iter().enumerate().take(second);
            let other = earlier.find_map(|(first, theirs)| {
                let same = theirs.iter().find(|other| other.clashes_with(claim))?;
                Some((labs.get(first)?, same))
            });
            if let Some((lab, other)) = other {
                found.push(Clash {
                    lab: second,
                    diagnostic: fault(claim, lab, other),
                });
            }
        }
    }
    found
}

fn fault(claim: &Claim, lab: &Lab, other: &Claim) -> Diagnostic {
    let what = match &claim.thing {
        Thing::Container(name) => format!("the container `{name}`"),
        Thing::Port(port) => format!("port {port}"),
    };
    let message = format!("{what} is used by the lab `{}` as well", lab.name);
    let help = format!(
        "{} has it: while one of the two runs or was kept, the other cannot; take another {}",
        lab.place(other.span),
        match &claim.thing {
            Thing::Container(_) => "name",
            Thing::Port(_) => "port",
        },
    );
    Diagnostic::warning(codes::CLASH, claim.span, message).with_help(help)
}

/// What a lab takes of the machine, or looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Claim {
    thing: Thing,
    span: Span,
    /// Whether the lab itself makes the container or listens on the port; a check only asks there.
    owns: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Thing {
    Container(String),
    Port(u16),
}

impl Claim {
    fn clashes_with(&self, other: &Self) -> bool {
        self.thing == other.thing && (self.owns || other.owns)
    }
}

/// The claims of a lab, each thing once, at its first place.
fn claims(lab: &Lab) -> Vec<Claim> {
    let mut all = Vec::new();
    for block in &lab.blocks {
        match block {
            Block::Step(step) => of_step(lab, step, &mut all),
            Block::Check(check) => all.extend(of_check(check)),
        }
    }
    let mut kept: Vec<Claim> = Vec::new();
    for claim in all {
        match kept.iter_mut().find(|known| known.thing == claim.thing) {
            Some(known) => known.owns |= claim.owns,
            None => kept.push(claim),
        }
    }
    kept
}

fn of_step(lab: &Lab, step: &Step, all: &mut Vec<Claim>) {
    match &step.action {
        Action::Write(file) => of_file(lab, step, file, all),
        Action::Type {
            language: Language::Shell,
            lines,
        } => {
            for (index, line) in logical_lines(lines) {
                let span = lines.get(index).map_or(step.span, |line| line.span);
                let commands = simple_commands(&line);
                let launches = commands.iter().filter_map(|words| launch(words));
                for Launch { name, ports, .. } in launches {
                    let name = name.map(Thing::Container);
                    let ports = ports.iter().filter_map(|port| host_port(port));
                    all.extend(
                        name.into_iter()
                            .chain(ports.map(Thing::Port))
                            .map(|thing| Claim {
                                thing,
                                span,
                                owns: true,
                            }),
                    );
                }
            }
        }
        Action::Type { .. } => {}
    }
}

/// What a compose file fixes: names of containers and ports of the host.
fn of_file(lab: &Lab, step: &Step, file: &LabFile, all: &mut Vec<Claim>) {
    let is_yaml = matches!(
        file.path.extension().and_then(|end| end.to_str()),
        Some("yml" | "yaml")
    );
    if !is_yaml {
        return;
    }
    let opening = lab.source.line(step.span.start);
    all.extend(
        compose::uses(&file.content)
            .into_iter()
            .map(|(line, used)| {
                let whole = lab.source.line_span(opening + line);
                let text = lab.source.slice(whole);
                let indentation = text.len() - text.trim_start().len();
                Claim {
                    thing: match used {
                        compose::Used::Container(name) => Thing::Container(name),
                        compose::Used::Port(port) => Thing::Port(port),
                    },
                    span: Span::new(whole.start + indentation, whole.end),
                    owns: true,
                }
            }),
    );
}

/// `127.0.0.1:8080` or `8080`.
fn host_port(published: &str) -> Option<u16> {
    published.rsplit(':').next()?.parse().ok()
}

/// The port that a check asks on this machine.
fn of_check(check: &Check) -> Option<Claim> {
    let (host, port) = match &check.probe {
        Probe::Postgres { connection, .. } => {
            let value = |key: &str| {
                let mut settings = connection.split_whitespace();
                settings.find_map(|setting| setting.strip_prefix(key)?.strip_prefix('='))
            };
            let port = value("port").map_or(Some(5432), |port| port.parse().ok())?;
            (value("host").unwrap_or("localhost"), port)
        }
        Probe::Tcp { address, .. } => (address.host.as_str(), address.port),
        Probe::Http(question) => (question.address.host.as_str(), question.address.port),
        Probe::Captures | Probe::Container { .. } | Probe::File { .. } => return None,
    };
    matches!(host, "127.0.0.1" | "localhost" | "::1").then_some(Claim {
        thing: Thing::Port(port),
        span: check.span,
        owns: false,
    })
}
