//! Typed commands: whatever stands around a dangerous flag, it is seen.

use crate::{check, judge, lines};
use proptest::prelude::*;

/// A flag that is refused, and what it is refused as.
const DANGEROUS: [(&str, &str); 16] = [
    ("--privileged", "privileged"),
    ("--privileged=true", "privileged"),
    ("--privileged=$X", "privileged"),
    ("--cap-add SYS_ADMIN", "added-capability"),
    ("--device=/dev/sda", "host-device"),
    ("--pid=host", "host-namespace"),
    ("--network host", "host-namespace"),
    ("-v /:/host", "host-folder"),
    ("-v/:/host", "host-folder"),
    ("--mount type=bind,source=/,target=/host", "host-folder"),
    ("-v /run/docker.sock:/s", "engine-socket"),
    ("-p 80:80", "open-port"),
    ("-P", "open-port"),
    ("--security-opt apparmor=unconfined", "unconfined"),
    ("--frobnicate", "unknown-to-policy"),
    ("--pid $X", "unknown-to-policy"),
];
const HARMLESS: [&str; 12] = [
    "-d",
    "-it",
    "--rm",
    "--name a",
    "--name=b",
    "-e 'A=--b c'",
    "-eA=$B",
    "--label \"x y\"",
    "-w /tmp",
    "--init",
    "-u 0",
    "--memory 1g",
];
/// What may stand in front of `docker`.
const BEFORE: [&str; 12] = [
    "",
    "sudo ",
    "sudo -u root ",
    "timeout 5 ",
    "A=1 ",
    "cd x && ",
    "true; ",
    "echo a | ",
    "if true; then ",
    "! ",
    "/usr/bin/",
    "nohup nice -n 5 ",
];
/// How a command may be written.
const AROUND: [(&str, &str); 6] = [
    ("", ""),
    ("echo \"$(", ")\""),
    ("X=`", "`"),
    ("sh -c '", "'"),
    ("{ ", "; }"),
    ("cat <<EOF\ndon't\nEOF\n", ""),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_dangerous_flag_is_seen_wherever_it_stands(
        flag in 0..DANGEROUS.len(),
        before in prop::sample::subsequence(HARMLESS.to_vec(), 0..=4),
        behind in prop::sample::subsequence(HARMLESS.to_vec(), 0..=4),
        front in 0..BEFORE.len(),
        around in 0..AROUND.len(),
        splits in any::<bool>(),
    ) {
        let (flag, code) = DANGEROUS[flag];
        let (open, close) = AROUND[around];
        // A quote cannot stand in itself.
        let plain = |words: Vec<&'static str>| words.into_iter().filter(|word| open != "sh -c '" || !word.contains('\'')).collect::<Vec<_>>();
        let glue = if splits && open != "sh -c '" { " \\\n  " } else { " " };
        let mut words = plain(before);
        words.push(flag);
        words.extend(plain(behind));
        let command = format!("{open}{}docker run {} postgres:17{close}", BEFORE[front], words.join(glue));
        let (lab, found) = judge(&format!("```sh\n{command}\n```\n"), "");
        let lines = lines(&lab, &found);
        prop_assert!(lines.iter().any(|line| line.contains(code)), "{command}\n{lines:?}");
    }
}

#[test]
fn what_a_shell_puts_there_is_not_guessed() {
    let unreadable = |line: &str| {
        let (lab, found) = judge(&format!("```sh\n{line}\n```\n"), "");
        let lines = lines(&lab, &found);
        assert!(
            lines.len() == 1 && lines[0].contains("unknown-to-policy"),
            "{line}: {lines:?}"
        );
    };
    for line in [
        "docker run $FLAGS postgres:17",
        "docker run \"$IMAGE\"",
        "docker run -v $DATA:/d postgres:17",
        "docker run -v ~/data:/d postgres:17",
        "docker run -p $PORT:80 postgres:17",
        "docker run --{privileged,rm} postgres:17",
        "docker run --privi* postgres:17",
        "docker run --security-opt=$(cat x) postgres:17",
        "docker run [-]-privileged postgres:17",
        "docker run -v /et[c]:/e postgres:17",
        "docker $VERB --privileged postgres:17",
        "cd / && docker run -v ./etc:/e postgres:17",
        "cd $X && docker run -v $PWD:/e postgres:17",
        "docker compose --project-directory / up",
        "docker compose -f $FILE up",
    ] {
        unreadable(line);
    }
}

#[test]
fn what_is_harmless_is_not_refused() {
    for line in [
        "docker run --rm -it -v $(pwd)/data:/d -v \"${PWD}\":/e -v data:/f postgres:17 psql -v x=/:/y",
        "mkdir a && cd a && docker run -v ./data:/d postgres:17",
        "docker run --privileged=false -e X=$X --env-file ./x.env postgres:17",
        "docker run -d -p 127.0.0.1:80:80 -p [::1]:81:81/tcp --network bridge postgres:17 > log 2>&1 &",
        "docker network create own\ndocker run --network own --name a postgres:17\ndocker run --network container:a postgres:17",
        "docker volume create --label x=y data\ndocker ps -a --filter name=x --format '{{.Names}}'",
        "docker network disconnect own a; docker pause a; docker kill a; docker inspect a | jq .; docker rm -f a",
        "docker exec -it -e X=$X a psql",
        "docker container ls && docker image ls && docker volume rm x",
        "# docker run --privileged postgres:17",
    ] {
        check(&format!("```sh\n{line}\n```\n"), "", &[]);
    }
}
