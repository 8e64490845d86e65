//! Who listens on this machine, read from /proc (Linux only).

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::engine::ComposePort;

/// A socket that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listener {
    pub(super) address: IpAddr,
    pub(super) port: u16,
    pub(super) protocol: &'static str,
    inode: u64,
}

/// Everything that listens on this machine, as far as this network namespace goes.
pub(super) fn listeners() -> Vec<Listener> {
    let tables = [
        ("tcp", "tcp"),
        ("tcp6", "tcp"),
        ("udp", "udp"),
        ("udp6", "udp"),
    ];
    let read = tables.into_iter().filter_map(|(table, protocol)| {
        let text = fs::read_to_string(format!("/proc/net/{table}")).ok()?;
        Some(parse(&text, protocol))
    });
    read.flatten().collect()
}

impl Listener {
    /// Whether a service that wants this port would get in its way.
    pub(super) fn blocks(&self, wanted: &ComposePort) -> bool {
        self.port == wanted.port
            && self.protocol == wanted.protocol
            && overlaps(self.address, &wanted.address)
    }

    /// The process that listens, in words; another user's cannot be seen.
    pub(super) fn owner(&self) -> String {
        self.pid().map_or_else(
            || "another process".to_owned(),
            |pid| {
                let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
                format!("process {pid} ({})", name.trim())
            },
        )
    }

    /// The number of the process that listens.
    pub(super) fn pid(&self) -> Option<u32> {
        let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
        let mut pids = pids.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        pids.find(|pid| has_socket(*pid, self.inode))
    }
}

/// Whether something on one address keeps another off the port. An empty or unspecified address means all of them.
pub(super) fn overlaps(taken: IpAddr, wanted: &str) -> bool {
    match wanted.parse::<IpAddr>() {
        Ok(wanted) => taken == wanted || taken.is_unspecified() || wanted.is_unspecified(),
        Err(_) => true,
    }
}

fn has_socket(pid: u32, inode: u64) -> bool {
    let wanted = format!("socket:[{inode}]");
    let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    let mut targets = descriptors.filter_map(|entry| fs::read_link(entry.path()).ok());
    targets.any(|target| target.as_os_str() == wanted.as_str())
}

/// Reads a table: its second field is the address, the third the state, the tenth the inode.
fn parse(table: &str, protocol: &'static str) -> Vec<Listener> {
    // A listening TCP socket, or a UDP socket that is connected to nobody.
    let listening = if protocol == "tcp" { "0A" } else { "07" };
    let lines = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let (address, port) = fields.get(1)?.split_once(':')?;
        (*fields.get(3)? == listening).then_some(())?;
        Some(Listener {
            address: address_of(address)?,
            port: u16::from_str_radix(port, 16).ok()?,
            protocol,
            inode: fields.get(9)?.parse().ok()?,
        })
    });
    lines.collect()
}

/// The kernel prints addresses as words of 32 bits in the machine's own order of bytes.
fn address_of(hex: &str) -> Option<IpAddr> {
    let words =
        (0..hex.len() / 8).map(|word| u32::from_str_radix(&hex[word * 8..word * 8 + 8], 16));
    let bytes: Vec<u8> = words
        .map_while(Result::ok)
        .flat_map(u32::to_ne_bytes)
        .collect();
    match bytes.len() {
        4 => Some(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?).into()),
        16 => Some(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_canonical()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn wanted(address: &str, port: u16) -> ComposePort {
        ComposePort {
            address: address.to_owned(),
            port,
            protocol: "tcp".to_owned(),
        }
    }

    #[test]
    fn a_listener_and_its_process_are_found() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let all = listeners();
        let own = all
            .iter()
            .find(|listener| listener.blocks(&wanted("", port)))
            .unwrap();
        assert_eq!(own.address, IpAddr::from([127, 0, 0, 1]));
        assert!(
            own.owner()
                .starts_with(&format!("process {}", std::process::id())),
            "{}",
            own.owner()
        );
        assert!(own.blocks(&wanted("127.0.0.1", port)));
        assert!(own.blocks(&wanted("0.0.0.0", port)));
        assert!(!own.blocks(&wanted("127.0.0.2", port)));
    }

    #[test]
    fn a_table_of_the_kernel_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 x\n   \
            1: 0100007F:1539 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 x\n";
        let all = parse(table, "tcp");
        assert_eq!(all.len(), 1);
        assert_eq!(
            (all[0].address, all[0].port, all[0].inode),
            (IpAddr::from([127, 0, 0, 1]), 5432, 4711)
        );
        assert_eq!(
            address_of("00000000000000000000000000000000"),
            Some(IpAddr::from([0_u16; 8]))
        );
    }
}
