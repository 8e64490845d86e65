//! How an engine is found by its name, and what is refused.

use super::*;

fn variables<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<OsString> + use<'a> {
    move |name| {
        let found = pairs.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| OsString::from(value))
    }
}

fn refusal(url: &str, pairs: &[(&str, &str)]) -> String {
    match discover(Some(url), &variables(pairs)) {
        Err(RunError::Missing { what, help }) => format!("{what}; {help}"),
        other => panic!("{url}: {other:?}"),
    }
}

#[test]
fn what_is_named_is_taken_in_order() {
    let lookup = variables(&[("DOCKER_HOST", "tcp://127.0.0.1:1")]);
    let flag = discover(Some("/a.sock"), &lookup).unwrap();
    assert_eq!(
        (flag.url.as_str(), flag.found_by),
        ("unix:///a.sock", FoundBy::Flag)
    );
    let host = discover(None, &lookup).unwrap();
    assert_eq!(host.url, "tcp://127.0.0.1:1");
    assert_eq!(host.found_by, FoundBy::DockerHost);
}

#[test]
fn a_protocol_that_is_not_spoken_is_said_with_help() {
    for url in [
        "npipe:////./pipe/x",
        "nonsense",
        "unix://a.sock",
        "tcp://",
        "tcp://host:port",
        "tcp://host/path",
        "ssh://",
        "ssh://-oProxyCommand=x",
        "ssh://a:b@host",
        "ssh://host/run/docker.sock",
        "ssh://a b",
    ] {
        let said = refusal(url, &[]);
        assert!(said.contains(url) && said.contains("is named as"), "{said}");
    }
}

#[test]
fn urls_are_told_as_docker_takes_them() {
    for (url, told) in [
        ("http://h", "tcp://h:2375"),
        ("tcp://[::1]:99/", "tcp://[::1]:99"),
        ("ssh://u@h:22", "ssh://u@h:22"),
        ("ssh://build/", "ssh://build"),
    ] {
        let endpoint = discover(Some(url), &variables(&[])).unwrap();
        assert_eq!(endpoint.url, told);
    }
}

#[test]
fn engines_on_other_machines_are_refused_unless_asked_for() {
    for (url, here) in [
        ("unix:///a.sock", true),
        ("tcp://localhost:1", true),
        ("tcp://[::1]:1", true),
        ("tcp://127.1.2.3:1", true),
        ("tcp://10.0.0.1:1", false),
        ("ssh://root@127.0.0.1:2222", true),
        ("ssh://build", false),
    ] {
        let endpoint = discover(Some(url), &variables(&[])).unwrap();
        assert_eq!(endpoint.is_here(), here, "{url}");
        let asked = endpoint.clone().allowed(Reach::WithoutMountsAndPorts);
        assert_eq!(asked.unwrap(), endpoint);
        match endpoint.allowed(Reach::ThisMachine) {
            Ok(_) => assert!(here, "{url}"),
            Err(error) => {
                let help = error.help().unwrap();
                assert!(error.to_string().contains("lab folder"), "{error}");
                assert!(help.contains("--without-mounts-and-ports"), "{help}");
            }
        }
    }
}

#[test]
fn encryption_is_asked_for_as_of_docker_and_needs_its_certificates() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let tls = [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", home)];
    let said = refusal("tcp://h", &tls);
    assert!(
        said.contains("ca.pem") && said.contains("DOCKER_CERT_PATH"),
        "{said}"
    );
    std::fs::write(folder.path().join("ca.pem"), "").unwrap();
    std::fs::write(folder.path().join("cert.pem"), "").unwrap();
    assert!(
        refusal("https://h", &tls).contains("no ")
            && refusal("https://h", &tls).contains("key.pem")
    );
    std::fs::write(folder.path().join("key.pem"), "").unwrap();
    let endpoint = discover(Some("tcp://h"), &variables(&tls)).unwrap();
    assert_eq!(endpoint.url, "tcp://h:2376");
    assert_eq!(endpoint.certificates(), Some(folder.path()));
    let handed_on = endpoint.variables(&variables(&[]));
    let expected = [
        ("DOCKER_HOST", "tcp://h:2376"),
        ("DOCKER_TLS_VERIFY", "1"),
        ("DOCKER_CERT_PATH", home),
    ];
    assert_eq!(
        handed_on,
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let again = Endpoint::remembered(&endpoint.url, endpoint.certificates()).unwrap();
    assert_eq!(again.way, endpoint.way);
    let blind = refusal("tcp://h", &[("DOCKER_TLS", "1")]);
    assert!(blind.contains("DOCKER_TLS_VERIFY=1"), "{blind}");
    let config = [("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CONFIG", home)];
    let endpoint = discover(Some("tcp://h:1"), &variables(&config)).unwrap();
    assert_eq!(endpoint.certificates(), Some(folder.path()));
}

#[test]
fn ssh_is_handed_the_agent_and_a_socket_nothing() {
    let agent = [("SSH_AUTH_SOCK", "/agent")];
    let ssh = discover(Some("ssh://h"), &variables(&agent)).unwrap();
    let handed_on = ssh.variables(&variables(&agent));
    assert_eq!(
        handed_on[1],
        ("SSH_AUTH_SOCK".to_owned(), "/agent".to_owned())
    );
    let socket = discover(Some("/a.sock"), &variables(&agent)).unwrap();
    assert_eq!(socket.variables(&variables(&agent)).len(), 1);
}
