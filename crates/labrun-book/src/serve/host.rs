//! Who may ask: only a program on this machine that calls the server by one of its own names.
//!
//! A page of another site can make a browser ask 127.0.0.1, under a name that points there. Such a request carries that
//! name in its `Host`, and a websocket carries the other site in its `Origin`. Both are compared as a whole.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Uri};

/// The names of a server on one port.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    names: Vec<String>,
}

impl Gate {
    /// The gate of the server on this port.
    pub(super) fn new(port: u16) -> Self {
        let hosts = ["127.0.0.1", "localhost", "[::1]"];
        let mut names: Vec<String> = hosts.map(|host| format!("{host}:{port}")).into();
        if port == 80 {
            // A browser leaves the port out where it is the usual one.
            names.extend(hosts.map(str::to_owned));
        }
        Self { names }
    }

    /// Whether a request with this target and these headers is meant for this server: it has one `Host`, which is one of
    /// our names, and names no other server in its target.
    pub(super) fn admits(&self, target: &Uri, headers: &HeaderMap) -> bool {
        let named_in_target = target.scheme().is_some() || target.authority().is_some();
        !named_in_target && self.host(headers).is_some()
    }

    /// Whether a websocket was opened by one of our own pages.
    pub(super) fn admits_websocket(&self, headers: &HeaderMap) -> bool {
        let origin = only(headers, ORIGIN.as_str());
        let host = self.host(headers);
        origin
            .zip(host)
            .is_some_and(|(origin, host)| origin.strip_prefix("http://") == Some(host))
    }

    fn host<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let host = only(headers, HOST.as_str())?;
        self.names.iter().any(|name| name == host).then_some(host)
    }
}

/// The value of a header that stands there exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use axum::http::header::HeaderName;

    use super::*;

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name.clone(), HeaderValue::from_static(value));
        }
        headers
    }

    #[track_caller]
    fn check(port: u16, hosts: &[&'static str], target: &'static str, expected: bool) {
        let pairs: Vec<_> = hosts.iter().map(|host| (HOST, *host)).collect();
        let target = Uri::from_static(target);
        assert_eq!(Gate::new(port).admits(&target, &headers(&pairs)), expected);
    }

    #[test]
    fn only_our_own_names_are_admitted() {
        for host in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            check(3000, &[host], "/a", true);
            check(3001, &[host], "/a", false);
        }
        for host in [
            "evil.com",
            "evil.com:3000",
            "localhost.evil.com:3000",
            "127.0.0.1.nip.io:3000",
            "localhost",
            "localhost.:3000",
            "LOCALHOST:3000",
            "localhost:3000.evil.com",
            "user@localhost:3000",
            "0.0.0.0:3000",
            "127.1:3000",
            "localhost:03000",
            " localhost:3000",
            "",
        ] {
            check(3000, &[host], "/", false);
        }
        check(3000, &[], "/", false);
        check(3000, &["localhost:3000", "localhost:3000"], "/", false);
        check(3000, &["localhost:3000"], "http://evil.com/", false);
        check(80, &["localhost"], "/", true);
    }

    #[test]
    fn a_websocket_comes_from_our_own_page() {
        let gate = Gate::new(3000);
        let admits = |origins: &[&'static str]| {
            let mut pairs = vec![(HOST, "localhost:3000")];
            pairs.extend(origins.iter().map(|origin| (ORIGIN, *origin)));
            gate.admits_websocket(&headers(&pairs))
        };
        assert!(admits(&["http://localhost:3000"]));
        for origin in [
            "null",
            "http://evil.com",
            "http://localhost:3001",
            "https://localhost:3000",
            "http://localhost:3000.evil.com",
            "http://localhost:3000/",
            "http://127.0.0.1:3000",
        ] {
            assert!(!admits(&[origin]), "{origin}");
        }
        assert!(!admits(&[]));
        assert!(!admits(&["http://localhost:3000", "http://localhost:3000"]));
    }
}
