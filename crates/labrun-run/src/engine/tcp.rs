//! Trying a TCP port from outside the terminals.

use std::io::ErrorKind;
use std::time::Duration;

use labrun_model::{Address, PortState};
use tokio::net::TcpStream;

use super::patience::{NoAnswer, Patience, within};
use crate::interrupt::Interrupts;

/// Whether somebody accepts a connection, and what the system said where nobody does. A port that does not answer at all,
/// because a firewall or a cut network swallows what is sent, is closed as well: a reader cannot use it either.
///
/// # Errors
/// A line of words: why that cannot be known, such as a name that no address belongs to.
pub(crate) fn knock(
    address: &Address,
    timeout: Duration,
    interrupts: &Interrupts,
) -> Result<(PortState, Option<String>), String> {
    let runtime = super::runtime()?;
    let patience = Patience::UntilSignal(interrupts);
    let connect = TcpStream::connect((address.host.as_str(), address.port));
    match runtime.block_on(within(connect, timeout, patience)) {
        Ok(Ok(_)) => Ok((PortState::Open, None)),
        Ok(Err(error)) => match error.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::TimedOut
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable => Ok((PortState::Closed, Some(error.to_string()))),
            _ => Err(format!("{address}: {error}")),
        },
        Err(no_answer @ NoAnswer::TimedOut(_)) => {
            Ok((PortState::Closed, Some(no_answer.to_string())))
        }
        Err(no_answer @ NoAnswer::Interrupted(_)) => Err(no_answer.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_port_is_open_while_somebody_listens() {
        let interrupts = Interrupts::install().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = Address {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
        };
        let ask = || knock(&address, Duration::from_secs(10), &interrupts);
        assert_eq!(ask(), Ok((PortState::Open, None)));
        drop(listener);
        let (state, reason) = ask().unwrap();
        assert_eq!(state, PortState::Closed);
        assert!(reason.is_some_and(|reason| reason.contains("refused")));
    }

    #[test]
    fn a_name_without_an_address_is_no_closed_port() {
        let interrupts = Interrupts::install().unwrap();
        let address = Address {
            host: "nobody.invalid".to_owned(),
            port: 1,
        };
        let asked = knock(&address, Duration::from_secs(10), &interrupts);
        assert!(asked.is_err_and(|reason| reason.starts_with("nobody.invalid:1: ")));
    }
}
