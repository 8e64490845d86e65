//! What CI runs: labs as jobs, for GitHub, for GitLab, and as data. Text only; nothing here reads a book.

use labrun_check::Shared;
use labrun_model::Lab;
use serde_json::{Value, json};

use crate::schedule::Candidate;
use crate::shard::Shard;

/// A lab with what is known of it.
pub(crate) struct Planned {
    /// The lab.
    pub(crate) lab: Lab,
    /// What it takes.
    pub(crate) candidate: Candidate,
}

/// A job of CI: some labs on a machine of their own.
struct Job<'a> {
    name: String,
    /// The shard that it is, where labs are parted so.
    shard: Option<Shard>,
    labs: Vec<&'a Planned>,
}

/// A matrix for GitHub Actions, in one line, as `$GITHUB_OUTPUT` takes it.
pub(crate) fn github(labs: &[Planned], shards: Option<u16>) -> String {
    let entries = jobs(labs, shards).into_iter().map(|job| {
        let mut entry = json!({
            "name": job.name,
            "labs": job.names(),
            "engine": job.needs_engine(),
        });
        if let Some(shard) = job.shard {
            entry["shard"] = json!(shard.to_string());
        }
        entry
    });
    format!("{}\n", json!({"include": entries.collect::<Value>()}))
}

/// A child pipeline for GitLab.
pub(crate) fn gitlab(labs: &[Planned], shards: Option<u16>) -> String {
    let mut text =
        "# Written by `labrun plan --format gitlab`: a job for each part of the labs.\n".to_owned();
    for job in jobs(labs, shards) {
        // A name of a lab alone could be one of GitLab's keywords. Every text in JSON is one in YAML.
        let name = json!(format!("labs {}", job.name));
        let report = job.name.replace('/', "-");
        let script = json!(format!("labrun run {} --report {report}.xml", job.names()));
        let file = json!(format!("{report}.xml"));
        let engine = json!(job.needs_engine().to_string());
        text.push_str(&format!(
            "{name}:\n  variables:\n    LABRUN_NEEDS_ENGINE: {engine}\n  script:\n    - {script}\n  artifacts:\n    when: always\n    reports:\n      junit: {file}\n"
        ));
    }
    text
}

/// Everything that is known, as one object over several lines.
pub(crate) fn data(labs: &[Planned], shards: Option<u16>) -> String {
    let all = labs.iter().map(|planned| lab(planned, labs, shards));
    let plan = json!({"labs": all.collect::<Value>()});
    format!("{plan:#}\n")
}

fn lab(planned: &Planned, all: &[Planned], shards: Option<u16>) -> Value {
    let Planned { lab, candidate } = planned;
    let claims = &candidate.claims;
    let others = all.iter().filter(|other| other.lab.name != lab.name);
    let clashes = others.filter_map(|other| {
        let what = claims.clash(&other.candidate.claims, Shared::Engine)?;
        Some(json!({"lab": other.lab.name, "over": what}))
    });
    let shard = shards.and_then(|of| Shard::all(of).find(|shard| shard.holds(&lab.name)));
    json!({
        "lab": lab.name,
        "title": lab.title,
        "chapter": lab.source.path(),
        "steps": lab.steps().count(),
        "checks": lab.checks().count(),
        "engine": candidate.needs_engine,
        "this_machine": claims.here(),
        "images": claims.images(),
        "alone": candidate.why_alone(lab),
        "clashes": clashes.collect::<Value>(),
        "shard": shard.map(|shard| shard.to_string()),
    })
}

/// A job for each lab, or for each shard that has one: CI takes an empty matrix for a mistake, and an empty job costs a machine.
fn jobs(labs: &[Planned], shards: Option<u16>) -> Vec<Job<'_>> {
    let Some(of) = shards else {
        let each = labs.iter().map(|planned| Job {
            name: planned.lab.name.clone(),
            shard: None,
            labs: vec![planned],
        });
        return each.collect();
    };
    let parts = Shard::all(of).map(|shard| Job {
        name: shard.to_string(),
        shard: Some(shard),
        labs: labs
            .iter()
            .filter(|planned| shard.holds(&planned.lab.name))
            .collect(),
    });
    parts.filter(|job| !job.labs.is_empty()).collect()
}

impl Job<'_> {
    fn names(&self) -> String {
        let names = self.labs.iter().map(|planned| planned.lab.name.as_str());
        names.collect::<Vec<_>>().join(" ")
    }

    fn needs_engine(&self) -> bool {
        self.labs
            .iter()
            .any(|planned| planned.candidate.needs_engine)
    }
}
