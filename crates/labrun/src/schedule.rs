//! Which lab starts next, and on which engine: a decision about what is known of the labs, made anew whenever one has
//! ended. Pure.
//!
//! Labs are started in the order of the book, except those that have to wait for one that runs. A lab that runs alone waits
//! until nothing else does.

use std::collections::BTreeSet;

use labrun_check::{Claims, Shared};
use labrun_model::Lab;

/// What is known of a lab before it runs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidate {
    /// What it takes.
    pub(crate) claims: Claims,
    /// Whether it must have everything for itself.
    pub(crate) alone: bool,
    /// Whether it needs an engine at all.
    pub(crate) needs_engine: bool,
}

impl Candidate {
    /// Why it runs alone, with the place, where it does.
    pub(crate) fn why_alone(&self, lab: &Lab) -> Option<String> {
        let why = self.claims.alone().map_or_else(
            || "book.toml says so".to_owned(),
            |alone| format!("{} ({})", alone.why, lab.place(alone.span)),
        );
        self.alone.then_some(why)
    }
}

/// An engine, as far as labs can be in each other's way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The machine that it is on, by a name of its own.
    pub(crate) machine: String,
    /// Whether that is the machine with the terminals.
    pub(crate) is_here: bool,
}

/// A lab that is to be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Start {
    /// Its index among the labs.
    pub(crate) lab: usize,
    /// The index of its engine among the engines; of a lab that needs none, 0.
    pub(crate) engine: usize,
}

/// The labs that wait and those that run.
#[derive(Debug)]
pub(crate) struct Schedule {
    labs: Vec<Candidate>,
    engines: Vec<Place>,
    most: usize,
    waiting: Vec<usize>,
    running: Vec<Start>,
}

impl Schedule {
    /// All labs wait. There is at least one engine, be it one that nobody has named; at most so many labs run at once.
    pub(crate) fn new(labs: Vec<Candidate>, engines: Vec<Place>, most: usize) -> Self {
        let waiting = (0..labs.len()).collect();
        Self {
            labs,
            engines,
            most: most.max(1),
            waiting,
            running: Vec::new(),
        }
    }

    /// The next lab that can start now, which from now on counts as running.
    pub(crate) fn next(&mut self) -> Option<Start> {
        if self.running.len() >= self.most {
            return None;
        }
        let start = self.waiting.iter().find_map(|lab| self.place(*lab))?;
        self.waiting.retain(|lab| *lab != start.lab);
        self.running.push(start);
        Some(start)
    }

    /// A lab has ended.
    pub(crate) fn ended(&mut self, lab: usize) {
        self.running.retain(|start| start.lab != lab);
    }

    /// Whether any lab runs.
    pub(crate) fn is_idle(&self) -> bool {
        self.running.is_empty()
    }

    /// The labs that have not been started.
    pub(crate) fn waiting(&self) -> &[usize] {
        &self.waiting
    }

    /// The names of what other labs make that may run beside this one at some time.
    pub(crate) fn names_beside(&self, lab: usize) -> BTreeSet<String> {
        let Some(own) = self.labs.get(lab).filter(|own| !own.alone) else {
            return BTreeSet::new();
        };
        let others = self.labs.iter().enumerate().filter(|(at, other)| {
            let clash = own.claims.clash(&other.claims, Shared::Engine);
            *at != lab && !other.alone && clash.is_none()
        });
        others.flat_map(|(_, other)| other.claims.names()).collect()
    }

    /// Where a lab can start now: of the engines on which nothing is in its way the one with the fewest labs.
    fn place(&self, lab: usize) -> Option<Start> {
        let candidate = self.labs.get(lab)?;
        let mut possible: Vec<usize> = (0..self.engines.len()).collect();
        if candidate.claims.here().is_some() {
            let here = |engine: &usize| self.engines.get(*engine).is_some_and(|one| one.is_here);
            // Without an engine on this machine the user knows better.
            if possible.iter().any(here) {
                possible.retain(here);
            }
        }
        if !candidate.needs_engine {
            possible.truncate(1);
        }
        let free = possible
            .into_iter()
            .filter(|engine| self.is_free(candidate, *engine));
        let engine = free.min_by_key(|engine| {
            let on_it = self.running.iter().filter(|start| start.engine == *engine);
            on_it.filter(|start| self.needs_engine(start.lab)).count()
        })?;
        Some(Start { lab, engine })
    }

    fn needs_engine(&self, lab: usize) -> bool {
        self.labs.get(lab).is_some_and(|lab| lab.needs_engine)
    }

    fn is_free(&self, candidate: &Candidate, engine: usize) -> bool {
        self.running.iter().all(|start| {
            let Some(other) = self.labs.get(start.lab) else {
                return true;
            };
            let shared = self.shared(engine, start.engine);
            let clash = candidate.claims.clash(&other.claims, shared);
            !candidate.alone && !other.alone && clash.is_none()
        })
    }

    fn shared(&self, one: usize, other: usize) -> Shared {
        let machine = |engine: usize| self.engines.get(engine).map(|place| &place.machine);
        if one == other {
            Shared::Engine
        } else if machine(one) == machine(other) {
            Shared::Machine
        } else {
            Shared::Terminals
        }
    }
}

#[cfg(test)]
mod tests {
    use labrun_model::SourceFile;
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn candidate(lines: &str) -> Candidate {
        let chapter = format!("# D\n\n```sh\n{lines}\n```\n");
        let source = SourceFile::new("d.md", chapter);
        let (lab, _) = labrun_parse::parse_chapter("d", source, &labrun_parse::Roles::default());
        let claims = Claims::of(&lab);
        Candidate {
            alone: claims.alone().is_some(),
            claims,
            needs_engine: lines.contains("docker"),
        }
    }

    fn place(machine: &str) -> Place {
        Place {
            machine: machine.to_owned(),
            is_here: machine == "here",
        }
    }

    fn schedule(labs: &[&str], machines: &[&str], most: usize) -> Schedule {
        let labs = labs.iter().map(|lines| candidate(lines)).collect();
        Schedule::new(
            labs,
            machines.iter().map(|name| place(name)).collect(),
            most,
        )
    }

    /// Everything that can start now, as `lab@engine`.
    fn started(schedule: &mut Schedule) -> Vec<String> {
        let starts = std::iter::from_fn(|| schedule.next());
        starts
            .map(|start| format!("{}@{}", start.lab, start.engine))
            .collect()
    }

    const A: &str = "docker run -d --name a -p 81:80 img:1";
    const B: &str = "docker run -d --name b -p 82:80 img:1";
    const A_TOO: &str = "docker run -d --name a -p 83:80 img:1";
    const PORT: &str = "docker run -d --name c -p 81:80 img:1";
    const ALONE: &str = "docker system prune -f";
    const TIED: &str = "docker run -d --name d img:1\ncurl http://127.0.0.1:90";

    #[test]
    fn labs_that_clash_wait_and_others_go_before_them() {
        let mut schedule = schedule(&[A, A_TOO, B, "true"], &["here"], 9);
        assert_eq!(started(&mut schedule), ["0@0", "2@0", "3@0"]);
        schedule.ended(2);
        assert_eq!(started(&mut schedule), Vec::<String>::new());
        schedule.ended(0);
        assert_eq!(started(&mut schedule), ["1@0"]);
    }

    #[test]
    fn one_at_a_time_is_the_order_of_the_book() {
        let mut schedule = schedule(&[ALONE, B, A], &["here"], 1);
        for expected in ["0@0", "1@0", "2@0"] {
            assert_eq!(started(&mut schedule), [expected]);
            schedule.ended(expected[..1].parse().unwrap());
        }
        assert!(schedule.is_idle() && schedule.waiting().is_empty());
    }

    #[test]
    fn a_lab_that_runs_alone_has_nothing_beside_it() {
        let mut schedule = schedule(&[A, ALONE, B], &["here"], 9);
        assert_eq!(started(&mut schedule), ["0@0", "2@0"]);
        schedule.ended(0);
        assert_eq!(started(&mut schedule), Vec::<String>::new());
        schedule.ended(2);
        assert_eq!(started(&mut schedule), ["1@0"]);
    }

    #[test]
    fn several_engines_share_names_out_and_ports_only_between_machines() {
        let mut names = schedule(&[A, A_TOO, B], &["here", "here"], 9);
        assert_eq!(started(&mut names), ["0@0", "1@1", "2@0"]);
        let mut ports = schedule(&[A, PORT], &["here", "here"], 9);
        assert_eq!(started(&mut ports), ["0@0"]);
        let mut machines = schedule(&[A, PORT], &["here", "there"], 9);
        assert_eq!(started(&mut machines), ["0@0", "1@1"]);
    }

    #[test]
    fn what_is_tied_to_this_machine_stays_here_where_it_can() {
        let mut with = schedule(&[TIED], &["there", "here"], 9);
        assert_eq!(started(&mut with), ["0@1"]);
        let mut without = schedule(&[TIED], &["there", "elsewhere"], 9);
        assert_eq!(started(&mut without), ["0@0"]);
    }

    #[test]
    fn names_beside_are_those_of_labs_that_can_run_beside() {
        let schedule = schedule(&[A, A_TOO, B, ALONE], &["here"], 9);
        assert_eq!(schedule.names_beside(0), ["b".to_owned()].into());
        assert_eq!(schedule.names_beside(3), BTreeSet::new());
    }

    const KINDS: [&str; 7] = [A, B, A_TOO, PORT, ALONE, TIED, "true"];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the labs are, and in whatever order they end: each runs once, and never beside one that it clashes with.
        #[test]
        fn every_lab_runs_once_and_never_beside_one_in_its_way(
            kinds in proptest::collection::vec(0..KINDS.len(), 0..9),
            engines in 1_usize..4,
            most in 1_usize..5,
            choices in proptest::collection::vec(0..9_usize, 9),
        ) {
            let labs: Vec<&str> = kinds.iter().map(|kind| KINDS[*kind]).collect();
            let machines: Vec<&str> = ["here", "there", "there"][..engines].to_vec();
            let mut schedule = schedule(&labs, &machines, most);
            let mut done = Vec::new();
            let mut choices = choices.into_iter();
            loop {
                while schedule.next().is_some() {}
                prop_assert!(schedule.running.len() <= most);
                for (at, one) in schedule.running.iter().enumerate() {
                    let rest = schedule.running.iter().skip(at + 1);
                    for other in rest {
                        let (a, b) = (&schedule.labs[one.lab], &schedule.labs[other.lab]);
                        let shared = schedule.shared(one.engine, other.engine);
                        prop_assert!(!a.alone && !b.alone);
                        prop_assert_eq!(a.claims.clash(&b.claims, shared), None);
                    }
                }
                if schedule.is_idle() {
                    break;
                }
                let at = choices.next().unwrap_or(0) % schedule.running.len();
                let lab = schedule.running[at].lab;
                done.push(lab);
                schedule.ended(lab);
            }
            done.sort_unstable();
            prop_assert_eq!(done, (0..labs.len()).collect::<Vec<_>>());
        }
    }
}
