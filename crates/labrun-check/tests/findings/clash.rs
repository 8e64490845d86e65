//! Labs that use the same names and ports.

use labrun_check::clashes;
use labrun_model::Lab;

use crate::{fence, lab};

#[test]
fn two_labs_do_not_share_a_name_or_a_port() {
    let compose = |name: &str, port: u16| {
        fence(
            "yaml file=compose.yaml",
            &format!("services:\n  db:\n    container_name: {name}\n    ports: ['{port}:5432']"),
        )
    };
    let drawn = |labs: &[Lab]| -> Vec<String> {
        clashes(labs)
            .into_iter()
            .map(|clash| {
                let lab = &labs[clash.lab];
                format!(
                    "{} {}",
                    lab.place(clash.diagnostic.span),
                    clash.diagnostic.message
                )
            })
            .collect()
    };
    let one = lab("one", &compose("pg", 5454));
    let other = lab("other", &compose("db", 5456));
    assert!(drawn(&[one.clone(), other]).is_empty());
    let same = lab("same", &compose("pg", 5454));
    assert_eq!(
        drawn(&[one.clone(), same]),
        [
            "src/same.md:4:5 the container `pg` is used by the lab `one` as well",
            "src/same.md:5:5 port 5454 is used by the lab `one` as well",
        ]
    );
    let run = lab(
        "run",
        &fence("sh", "docker run -d --name pg -p 127.0.0.1:5454:80 nginx"),
    );
    assert_eq!(drawn(&[one.clone(), run]).len(), 2);
    let asks = |port: u16| {
        let text = format!(
            "```toml check\ntitle = \"t\"\npostgres = \"host=127.0.0.1 port={port}\"\nquery = \"SELECT 1\"\nrows = [[\"1\"]]\n```\n"
        );
        lab("asks", &text)
    };
    assert_eq!(
        drawn(&[one, asks(5454)]),
        ["src/asks.md:1:1 port 5454 is used by the lab `one` as well"]
    );
    // Two that only ask the same server are not in each other's way.
    assert!(drawn(&[asks(5454), asks(5454)]).is_empty());
}
