//! Asking a PostgreSQL server from outside the terminals. The only file that names tokio-postgres.
//!
//! Each question is a connection of its own: it takes a few milliseconds, and a server that has been restarted or
//! promoted between two questions is asked as it is now.

use std::time::Duration;

use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::patience::{NoAnswer, Patience, within};
use crate::interrupt::Interrupts;

/// Rows of values as text; `None` is NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// How long the server may take to hear that an answer is no longer wanted.
const CANCEL: Duration = Duration::from_millis(200);

/// Asks one SQL statement and gives its rows.
///
/// # Errors
/// A line of words: what the server says with its SQLSTATE, or why it cannot be reached. Never the password.
pub fn query(
    connection: &str,
    sql: &str,
    timeout: Duration,
    interrupts: &Interrupts,
) -> Result<Rows, String> {
    let config = configuration(connection)?;
    let runtime = super::runtime()?;
    let patience = Patience::UntilSignal(interrupts);
    runtime.block_on(ask(&config, sql, timeout, patience))
}

async fn ask(
    config: &Config,
    sql: &str,
    timeout: Duration,
    patience: Patience<'_>,
) -> Result<Rows, String> {
    let deadline = tokio::time::Instant::now() + timeout;
    let connected = within(config.connect(NoTls), timeout, patience).await;
    let (client, connection) = match connected {
        Ok(Ok(pair)) => pair,
        Ok(Err(error)) => return Err(words(&error)),
        Err(no_answer) => return Err(unheard("to the connection", no_answer)),
    };
    let driver = tokio::spawn(connection);
    let rest = deadline.saturating_duration_since(tokio::time::Instant::now());
    let answered = within(client.simple_query(sql), rest, patience).await;
    let answer = match answered {
        Ok(Ok(messages)) => Ok(rows(messages)),
        Ok(Err(error)) => Err(words(&error)),
        Err(no_answer) => {
            cancel(&client).await;
            Err(unheard("to the query", no_answer))
        }
    };
    driver.abort();
    answer
}

/// Tells the server to stop, so that a query that takes too long does not go on holding its locks.
async fn cancel(client: &Client) {
    let cancel = client.cancel_token();
    // The answer was given up already; whether the server heard this changes nothing.
    drop(tokio::time::timeout(CANCEL, cancel.cancel_query(NoTls)).await);
}

fn configuration(connection: &str) -> Result<Config, String> {
    let mut config: Config = connection
        .parse()
        .map_err(|error| format!("the connection string is wrong: {}", words(&error)))?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err("the connection string names no host: add host=127.0.0.1".to_owned());
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(
            "the connection string asks for sslmode=require, which labrun does not speak"
                .to_owned(),
        );
    }
    if config.get_application_name().is_none() {
        config.application_name("labrun");
    }
    Ok(config)
}

fn rows(messages: Vec<SimpleQueryMessage>) -> Rows {
    let rows = messages.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => {
            let values = (0..row.len()).map(|column| row.get(column).map(str::to_owned));
            Some(values.collect())
        }
        _ => None,
    });
    rows.collect()
}

fn unheard(to: &str, no_answer: NoAnswer) -> String {
    match no_answer {
        NoAnswer::TimedOut(_) => format!("the server gave no answer {to} in time"),
        NoAnswer::Interrupted(_) => no_answer.to_string(),
    }
}

/// What the server says with its SQLSTATE, or the client's error with its cause.
fn words(error: &tokio_postgres::Error) -> String {
    if let Some(server) = error.as_db_error() {
        let detail = server.detail().map(|detail| format!(" ({detail})"));
        return format!(
            "{}: {}{} [SQLSTATE {}]",
            server.severity(),
            server.message(),
            detail.unwrap_or_default(),
            server.code().code()
        );
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(connection: &str, expected: &str) {
        let error = configuration(connection).unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_connection_string_that_cannot_work_is_said_before_connecting() {
        check("user=a password=s3cret", "names no host");
        check(
            "host=a port=many password=s3cret",
            "connection string is wrong",
        );
        check("host=a passwrd=s3cret", "passwrd");
        check("host=a sslmode=require password=s3cret", "sslmode=require");
        check("host=a password='s3cret", "connection string is wrong");
    }

    #[test]
    fn a_connection_string_may_be_words_or_a_url() {
        for connection in [
            "host=127.0.0.1 port=5454 user=a",
            "postgresql://a:s3cret@127.0.0.1:5454/b",
        ] {
            let config = configuration(connection).unwrap();
            assert_eq!(config.get_ports(), [5454]);
            assert_eq!(config.get_application_name(), Some("labrun"));
        }
    }
}
