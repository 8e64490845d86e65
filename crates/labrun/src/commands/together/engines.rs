//! The engines that labs are shared out among: each must answer before the first lab starts.

use labrun_run::{Endpoint, Engine, Interrupts, Reach, RunError, Whereabouts, discover};

use crate::exit::Exit;
use crate::report;
use crate::schedule::Place;

/// The engines, with what is known of where they are.
pub(super) struct Engines {
    /// Their addresses, or none where each lab finds the engine itself.
    urls: Vec<String>,
    places: Vec<Place>,
    /// Each in words, where there are several.
    shown: Vec<String>,
}

impl Engines {
    /// Asks every engine that the user has named, where there are several and a lab needs one. What is wrong is told of all
    /// of them, and gives the exit code.
    ///
    /// # Errors
    /// When the system refuses, or a signal came.
    pub(super) fn find(
        urls: &[String],
        reach: Reach,
        ask: bool,
        interrupts: &Interrupts,
    ) -> Result<Result<Self, Exit>, RunError> {
        if urls.len() < 2 || !ask {
            return Ok(Ok(Self::unasked(urls)));
        }
        let mut found: Vec<(Endpoint, Whereabouts)> = Vec::new();
        let mut exit = None;
        let mut shown = Vec::new();
        for url in urls {
            let named = discover(Some(url), &|name| std::env::var_os(name));
            let asked = named.and_then(|endpoint| {
                let endpoint = endpoint.allowed(reach)?;
                let engine = Engine::connect(&endpoint, interrupts)?;
                let whereabouts = engine.whereabouts(interrupts)?;
                Ok((endpoint, engine.description(), whereabouts))
            });
            let (endpoint, description, whereabouts) = match asked {
                Ok(asked) => asked,
                Err(error @ (RunError::Interrupted(_) | RunError::System { .. })) => {
                    return Err(error);
                }
                Err(error) => {
                    exit = Some(report::complain(&error.into()));
                    continue;
                }
            };
            let same = found.iter().find(|(_, known)| known.is_same(&whereabouts));
            if let Some((known, _)) = same {
                let what = format!("`{}` and `{}` are the same engine", known.url, endpoint.url);
                report::error(&what, Some("name each engine once with `--engine`"));
                exit = exit.or(Some(Exit::Wrong));
                continue;
            }
            shown.push(format!("{} · {description}", endpoint.url));
            found.push((endpoint, whereabouts));
        }
        if let Some(exit) = exit {
            return Ok(Err(exit));
        }
        let places = found.iter().map(|(_, whereabouts)| Place {
            machine: whereabouts.machine.clone(),
            is_here: whereabouts.is_here,
        });
        Ok(Ok(Self {
            places: places.collect(),
            urls: found
                .into_iter()
                .map(|(endpoint, _)| endpoint.url)
                .collect(),
            shown,
        }))
    }

    /// One engine, which each lab finds by itself, or the one that is named.
    fn unasked(urls: &[String]) -> Self {
        Self {
            urls: urls.iter().take(1).cloned().collect(),
            places: vec![Place {
                machine: String::new(),
                is_here: true,
            }],
            shown: Vec::new(),
        }
    }

    /// The address of one, where one was named.
    pub(super) fn url(&self, engine: usize) -> Option<String> {
        self.urls.get(engine).cloned()
    }

    /// Where they are.
    pub(super) fn places(&self) -> Vec<Place> {
        self.places.clone()
    }

    /// Each in words, where there are several.
    pub(super) fn shown(&self) -> Vec<String> {
        self.shown.clone()
    }
}
