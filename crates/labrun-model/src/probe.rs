//! What a check asks from outside the terminals, and what the answer must be, as resolved.

use std::path::PathBuf;

use crate::expectation::{Expectation, ExpectedLine, RowOrder};
use crate::pattern::Pattern;

/// What a check asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// Asks nobody: the check is its relations between captured values.
    Captures,
    /// Asks a PostgreSQL server for rows.
    Postgres {
        /// A libpq connection string, `host=127.0.0.1 port=5454 user=postgres password=…`.
        connection: String,
        /// One SQL statement.
        query: String,
        /// The expected rows, every value as text, NULL as the empty text.
        rows: Vec<Vec<Pattern>>,
        /// Whether the order of the rows counts.
        row_order: RowOrder,
    },
    /// Asks the engine about a container.
    Container {
        /// Its name.
        name: String,
        /// The state it must be in, where the check says one.
        state: Option<ContainerState>,
        /// The health it must report, where the check says one.
        health: Option<Health>,
    },
    /// Tries to open a TCP connection, and closes it again.
    Tcp {
        /// Where.
        address: Address,
        /// Whether a connection must be accepted.
        state: PortState,
    },
    /// Asks an HTTP server.
    Http(HttpQuestion),
    /// Looks at a file.
    File {
        /// Relative to the lab folder, without `..`.
        path: PathBuf,
        /// What must be so.
        promise: FilePromise,
    },
}

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address, an IPv6 address without brackets.
    pub host: String,
    /// The port, above zero.
    pub port: u16,
}

/// Whether somebody listens at a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortState {
    /// A connection is accepted.
    Open,
    /// None is.
    Closed,
}

/// A request that only observes, over plain HTTP/1.1, and what must be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpQuestion {
    /// How it is asked.
    pub method: HttpMethod,
    /// Whom.
    pub address: Address,
    /// The path and the query, percent-encoded and beginning with `/`.
    pub target: String,
    /// What else is sent, by name.
    pub headers: Vec<(String, String)>,
    /// The status that must come, 100 to 599. A redirect is an answer, and is not followed.
    pub status: u16,
    /// What the body must be, where the check says it.
    pub body: Option<Expectation>,
}

/// The methods of HTTP that change nothing and that every server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpMethod {
    /// The whole answer.
    Get,
    /// The answer without its body.
    Head,
}

/// What must be so of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilePromise {
    /// There is something of this name, a file or a folder.
    Present,
    /// There is nothing of this name.
    Absent,
    /// Each of these texts stands somewhere in the file, within a line.
    Contains(Vec<String>),
    /// The file has these lines.
    Text(Expectation),
}

/// A container's state in the words of the Docker Engine API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Its program runs.
    Running,
    /// Frozen by `docker pause`.
    Paused,
    /// Between two starts.
    Restarting,
    /// Its program has ended.
    Exited,
    /// There is no such container.
    Absent,
}

/// What a container's health check says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Not known yet.
    Starting,
    /// The health check passes.
    Healthy,
    /// The health check fails.
    Unhealthy,
}

impl Probe {
    /// Whether the check promises that something is not there, which is so before anything is done.
    pub fn promises_absence(&self) -> bool {
        match self {
            Self::Container { state, .. } => *state == Some(ContainerState::Absent),
            Self::Tcp { state, .. } => *state == PortState::Closed,
            Self::File { promise, .. } => *promise == FilePromise::Absent,
            Self::Captures | Self::Postgres { .. } | Self::Http(_) => false,
        }
    }

    /// Whether two checks ask and promise the same, wherever they stand in the chapter.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Http(one), Self::Http(other)) => {
                let bare = |question: &HttpQuestion| HttpQuestion {
                    body: None,
                    ..question.clone()
                };
                let bodies = [&one.body, &other.body].map(|body| body.as_ref().map(lines));
                bare(one) == bare(other) && bodies[0] == bodies[1]
            }
            (
                Self::File {
                    path,
                    promise: FilePromise::Text(one),
                },
                Self::File {
                    path: other_path,
                    promise: FilePromise::Text(other),
                },
            ) => path == other_path && lines(one) == lines(other),
            (one, other) => one == other,
        }
    }
}

/// The lines of a text without their places.
fn lines(expectation: &Expectation) -> Vec<&ExpectedLine> {
    expectation.lines().iter().map(|(_, line)| line).collect()
}

impl ContainerState {
    /// Every state with its word.
    pub const ALL: [(&'static str, Self); 6] = [
        ("created", Self::Created),
        ("running", Self::Running),
        ("paused", Self::Paused),
        ("restarting", Self::Restarting),
        ("exited", Self::Exited),
        ("absent", Self::Absent),
    ];

    /// The state with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, state)| *state)
    }

    /// The engine's word for it; `absent` is ours.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, state)| *state == self)
            .map_or("", |(name, _)| name)
    }
}

impl Health {
    /// Every health with its word.
    pub const ALL: [(&'static str, Self); 3] = [
        ("starting", Self::Starting),
        ("healthy", Self::Healthy),
        ("unhealthy", Self::Unhealthy),
    ];

    /// The health with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, health)| *health)
    }

    /// The engine's word for it.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, health)| *health == self)
            .map_or("", |(name, _)| name)
    }
}

impl PortState {
    /// Every state with its word.
    pub const ALL: [(&'static str, Self); 2] = [("open", Self::Open), ("closed", Self::Closed)];

    /// The state with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, state)| *state)
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl HttpMethod {
    /// Every method with its word.
    pub const ALL: [(&'static str, Self); 2] = [("GET", Self::Get), ("HEAD", Self::Head)];

    /// The method with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, method)| *method)
    }

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
        }
    }
}

impl HttpQuestion {
    /// The whole address that is asked.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.authority(), self.target)
    }

    /// Host and port as they stand in an address and in the header `Host`: without the port that HTTP has by itself.
    pub fn authority(&self) -> String {
        let whole = self.address.to_string();
        match whole.strip_suffix(":80") {
            Some(host) => host.to_owned(),
            None => whole,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(formatter, "[{}]:{}", self.host, self.port)
        } else {
            write!(formatter, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expectation::{ExpectedOutput, LineOrder};
    use crate::source::Span;

    #[test]
    fn checks_are_the_same_wherever_they_stand() {
        let file = |line: &str, at: usize| Probe::File {
            path: PathBuf::from("a"),
            promise: FilePromise::Text(Expectation {
                span: Span::new(at, at + 1),
                output: ExpectedOutput::Lines {
                    order: LineOrder::Given,
                    lines: vec![(Span::new(at, at), ExpectedLine::Text(Pattern::parse(line)))],
                },
            }),
        };
        assert!(file("x", 1).is_same(&file("x", 9)));
        assert!(!file("x", 1).is_same(&file("y", 1)));
        assert!(!file("x", 1).promises_absence());
    }

    #[test]
    fn an_address_is_written_as_in_a_url() {
        let check = |host: &str, port, address: &str, url: &str| {
            let question = HttpQuestion {
                method: HttpMethod::Get,
                address: Address {
                    host: host.to_owned(),
                    port,
                },
                target: "/a?b".to_owned(),
                headers: Vec::new(),
                status: 200,
                body: None,
            };
            assert_eq!(question.address.to_string(), address);
            assert_eq!(question.url(), url);
        };
        check("db", 8080, "db:8080", "http://db:8080/a?b");
        check("::1", 80, "[::1]:80", "http://[::1]/a?b");
        check(
            "127.0.0.1",
            8080,
            "127.0.0.1:8080",
            "http://127.0.0.1:8080/a?b",
        );
    }
}
