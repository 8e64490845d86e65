//! Checks over the network: a TCP port, and an HTTP answer.

use labrun_model::{Address, HttpMethod, HttpQuestion, PortState, Probe, Span};
use toml::de::{DeTable, DeValue};
use url::{Host, ParseError, Url};

use super::{choice, lines, missing};
use crate::codes;
use crate::nearest::suggest;
use crate::tables::Reader;

const ADDRESS: &str =
    "write a host and a port, `127.0.0.1:5454`; an IPv6 address stands in brackets, `[::1]:5454`";
const URL: &str = "write a whole address, `http://127.0.0.1:8080/healthz`";
/// What the client says by itself.
const OWN_HEADERS: [&str; 5] = [
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
];

/// Reads a check with `tcp`, whose key stands at `key`.
pub(super) fn tcp_probe(reader: &mut Reader<'_>, table: &DeTable<'_>, key: Span) -> Option<Probe> {
    let address = reader.words(table, "tcp").and_then(|(text, place)| {
        address(&text)
            .map_err(|reason| {
                let message = format!("`tcp` cannot be `{}`: {reason}", text.escape_debug());
                reader.fault(codes::BAD_VALUE, place, message, ADDRESS);
            })
            .ok()
    });
    if !table.contains_key("state") {
        missing(reader, "state", key);
    }
    let state = choice(
        reader,
        table,
        "state",
        &PortState::ALL.map(|(word, _)| word),
    );
    Some(Probe::Tcp {
        address: address?,
        state: PortState::from_name(&state?)?,
    })
}

/// Reads a check with `http`, whose key stands at `key`; `text` is the whole of the TOML.
pub(super) fn http_probe(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: Span,
    text: &str,
) -> Option<Probe> {
    let before = reader.diagnostics.len();
    let asked = reader.words(table, "http").and_then(|(text, place)| {
        split_url(&text)
            .map_err(|(reason, help)| {
                let message = format!("`http` cannot be `{}`: {reason}", text.escape_debug());
                reader.fault(codes::BAD_VALUE, place, message, help);
            })
            .ok()
    });
    let method = method(reader, table);
    let headers = headers(reader, table);
    if !table.contains_key("status") {
        missing(reader, "status", key);
    }
    let status = status(reader, table);
    let body = lines::expected(reader, table, "body", text);
    if method == HttpMethod::Head
        && let Some(place) = reader.key_span(table, "body")
    {
        let message = "an answer to HEAD has no body".to_owned();
        let help = "remove `body`, or ask with GET";
        reader.fault(codes::CHECK_TARGET, place, message, help);
    }
    if reader.diagnostics.len() > before {
        return None;
    }
    let (address, target) = asked?;
    Some(Probe::Http(HttpQuestion {
        method,
        address,
        target,
        headers,
        status: status?,
        body,
    }))
}

/// `HOST:PORT`.
fn address(text: &str) -> Result<Address, String> {
    let (host, port) = text.rsplit_once(':').ok_or("it names no port")?;
    if host.contains("//") {
        return Err("it is an address of the web".to_owned());
    }
    let port = port
        .parse()
        .ok()
        .filter(|number: &u16| *number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or("a port is a number from 1 to 65535")?;
    let host = Host::parse(host).map_err(|error| error.to_string())?;
    Ok(Address {
        host: plain(&host),
        port,
    })
}

/// Whom to ask, and what: the parts of `http://HOST:PORT/PATH?QUERY`, or what is wrong with it and what would mend that.
fn split_url(text: &str) -> Result<(Address, String), (String, &'static str)> {
    let no_scheme = || ("it does not begin with `http://`".to_owned(), URL);
    let url = Url::parse(text).map_err(|error| match error {
        ParseError::RelativeUrlWithoutBase => no_scheme(),
        error => (error.to_string(), URL),
    })?;
    match url.scheme() {
        "http" => {}
        "https" => {
            let reason = "labrun asks over plain HTTP only".to_owned();
            let help =
                "name the port at which the server speaks plain HTTP, or ask with `curl` in a step";
            return Err((reason, help));
        }
        _ => return Err(no_scheme()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        let reason = "it holds a user or a password".to_owned();
        let help = "send it as a header: `headers = { Authorization = \"Basic …\" }`";
        return Err((reason, help));
    }
    if url.fragment().is_some() {
        let reason = "what follows `#` never reaches a server".to_owned();
        return Err((reason, "remove it"));
    }
    let no_host = || ("it names no host".to_owned(), URL);
    let host = url.host().map(|host| host.to_owned()).ok_or_else(no_host)?;
    let port = url.port_or_known_default().filter(|port| *port > 0);
    let address = Address {
        host: plain(&host),
        port: port.ok_or_else(|| ("a port is a number from 1 to 65535".to_owned(), URL))?,
    };
    let query = url.query().map(|query| format!("?{query}"));
    Ok((address, url.path().to_owned() + &query.unwrap_or_default()))
}

/// A host without the brackets around an IPv6 address.
fn plain(host: &Host<String>) -> String {
    match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

/// How it is asked. What may change something is a step's to do, where the reader sees it.
fn method(reader: &mut Reader<'_>, table: &DeTable<'_>) -> HttpMethod {
    let Some((word, place)) = reader.string(table, "method") else {
        return HttpMethod::Get;
    };
    if let Some(method) = HttpMethod::from_name(&word) {
        return method;
    }
    if ["POST", "PUT", "PATCH", "DELETE"].contains(&word.to_ascii_uppercase().as_str()) {
        let message = format!("a check only asks, and `{word}` may change something");
        let help =
            "ask with GET or HEAD; what changes something is a step, with `curl` for instance";
        reader.fault(codes::CHECK_CHANGES, place, message, help);
    } else {
        let message = format!("`method` cannot be `{}`", word.escape_debug());
        let words = HttpMethod::ALL.map(|(word, _)| word);
        let help = suggest(&word, &words, "`method` is one of");
        reader.fault(codes::BAD_VALUE, place, message, &help);
    }
    HttpMethod::Get
}

fn status(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Option<u16> {
    let (number, place) = reader.integer(table, "status")?;
    let status = u16::try_from(number).ok();
    let status = status.filter(|status| (200..600).contains(status));
    if status.is_none() {
        let message = format!("`status` cannot be {number}");
        let help = "a final status of HTTP is a number from 200 to 599";
        reader.fault(codes::BAD_VALUE, place, message, help);
    }
    status
}

/// What else is sent, by name.
fn headers(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in reader.table(table, "headers").into_iter().flatten() {
        let place = reader.span(name);
        let name: &str = name.get_ref();
        let fault = if OWN_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            Some("labrun sends this one by itself: remove it")
        } else if name.is_empty() || !name.bytes().all(is_token) {
            Some("a header's name has letters, digits and `-`")
        } else {
            None
        };
        if let Some(help) = fault {
            let message = format!("`headers` cannot have `{}`", name.escape_debug());
            reader.fault(codes::BAD_VALUE, place, message, help);
            continue;
        }
        let place = reader.span(value);
        match value.get_ref() {
            DeValue::String(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                headers.push((name.to_owned(), text.to_string()));
            }
            DeValue::String(_) => {
                let message = format!("the header `{name}` cannot have this value");
                let help = "a header's value is one line of ASCII";
                reader.fault(codes::BAD_VALUE, place, message, help);
            }
            other => reader.wrong_type(name, place, "a string", other),
        }
    }
    headers
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        let check = |text: &str, expected: Option<&str>| {
            let address = address(text).ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), expected, "{text}");
        };
        check("127.0.0.1:5454", Some("127.0.0.1:5454"));
        check("[::1]:80", Some("[::1]:80"));
        check("localhost:1", Some("localhost:1"));
        for wrong in [
            "",
            "a",
            "a:",
            ":1",
            "a:0",
            "a:65536",
            "a:+1",
            "a:x",
            "::1:80",
            "a b:1",
            "http://a:1",
            "1.2.3.999:1",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_url_is_taken_apart() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let parts = split_url(text).ok();
            let parts = parts.map(|(address, target)| (address.to_string(), target));
            let expected = expected.map(|(one, other)| (one.to_owned(), other.to_owned()));
            assert_eq!(parts, expected, "{text}");
        };
        check(
            "http://127.0.0.1:8080/a?b=c",
            Some(("127.0.0.1:8080", "/a?b=c")),
        );
        check("http://localhost", Some(("localhost:80", "/")));
        check("http://[::1]:8080?x", Some(("[::1]:8080", "/?x")));
        check("http://h/a b\u{e9}", Some(("h:80", "/a%20b%C3%A9")));
        for wrong in [
            "",
            "/a",
            "h:80/a",
            "https://h/",
            "ftp://h/",
            "http://",
            "http://h:0/",
            "http://h:99999/",
            "http://u@h/",
            "http://u:p@h/",
            "http://h/#x",
        ] {
            check(wrong, None);
        }
    }
}
