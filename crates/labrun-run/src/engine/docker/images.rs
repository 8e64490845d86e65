//! Images: what is there, and fetching what is not.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::models::{CreateImageInfo, ImageInspect};
use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::StreamExt;
use labrun_model::{Notice, UsedImage};

use super::connection::{Engine, ORDINARY, Trouble};
use crate::engine::patience::{NoAnswer, Patience, within};
use crate::error::RunError;
use crate::interrupt::Interrupts;

/// A pull that says nothing for so long is stuck.
const SILENCE: Duration = Duration::from_secs(30);
/// The label of an image that was built where no registry could be reached.
const STAND_IN: &str = "io.labrun.stand-in";
const VERSION: &str = "org.opencontainers.image.version";

/// An image that the engine has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// `sha256:…`: the registry's digest where there is one, else the id of the image's configuration.
    pub digest: String,
    /// What the image is instead of the real one, where it says so.
    pub stand_in: Option<String>,
    /// The version that the image says it has.
    pub version: Option<String>,
}

impl Engine {
    /// The image of that name, if the engine has it.
    ///
    /// # Errors
    /// When the engine cannot be asked.
    pub fn image(&self, name: &str, interrupts: &Interrupts) -> Result<Option<Image>, RunError> {
        let question = self.docker.inspect_image(name);
        match self.ask(question, ORDINARY, Patience::UntilSignal(interrupts)) {
            Ok(image) => Ok(Some(Image::new(image))),
            Err(trouble) if trouble.is_not_found() => Ok(None),
            Err(trouble) => Err(trouble.into_run_error(&format!("for the image {name}"))),
        }
    }

    /// Fetches an image and tells how far it is.
    ///
    /// # Errors
    /// [`RunError::Missing`] when the registry refuses, cannot be reached, or is silent for 30 seconds.
    pub fn pull(
        &self,
        name: &str,
        interrupts: &Interrupts,
        emit: &mut dyn FnMut(Notice),
    ) -> Result<(), RunError> {
        let (repository, tag) = split_reference(name);
        let options = CreateImageOptionsBuilder::new()
            .from_image(repository)
            .tag(tag)
            .build();
        let stream = self.docker.create_image(Some(options), None, None);
        let mut stream = Box::pin(stream);
        let mut progress = Progress::default();
        loop {
            let next = within(stream.next(), SILENCE, Patience::UntilSignal(interrupts));
            match self.block_on(next) {
                Ok(Some(Ok(info))) => {
                    if let Some((current, total)) = progress.add(&info) {
                        emit(Notice::Pulling {
                            image: name.to_owned(),
                            current,
                            total,
                        });
                    }
                }
                Ok(Some(Err(error))) => return Err(not_pulled(name, Trouble::Engine(error))),
                Err(no_answer) => return Err(not_pulled(name, Trouble::NoAnswer(no_answer))),
                Ok(None) => break,
            }
        }
        emit(Notice::Pulled {
            image: name.to_owned(),
        });
        Ok(())
    }
}

impl Image {
    /// The same as a run's header has it.
    pub(crate) fn used(self, name: &str) -> UsedImage {
        UsedImage {
            name: name.to_owned(),
            digest: self.digest,
            version: self.version,
            stand_in: self.stand_in,
        }
    }

    fn new(image: ImageInspect) -> Self {
        let labels = image
            .config
            .and_then(|config| config.labels)
            .unwrap_or_default();
        let repository_digest = image
            .repo_digests
            .unwrap_or_default()
            .first()
            .and_then(|digest| Some(digest.split_once('@')?.1.to_owned()));
        Self {
            digest: repository_digest.or(image.id).unwrap_or_default(),
            stand_in: labels.get(STAND_IN).cloned(),
            version: labels.get(VERSION).cloned(),
        }
    }
}

/// The bytes of all layers of one pull.
#[derive(Debug, Default)]
struct Progress {
    layers: BTreeMap<String, (u64, u64)>,
}

impl Progress {
    /// Adds what one message says; the sums, if they have changed.
    fn add(&mut self, info: &CreateImageInfo) -> Option<(u64, u64)> {
        let before = self.sums();
        let id = info.id.as_deref()?;
        let layer = self.layers.entry(id.to_owned()).or_default();
        match info.status.as_deref() {
            Some("Downloading") => {
                let detail = info.progress_detail.as_ref()?;
                let bytes = |count: Option<i64>| count.and_then(|count| u64::try_from(count).ok());
                layer.0 = bytes(detail.current).unwrap_or(layer.0);
                layer.1 = bytes(detail.total).unwrap_or(layer.1).max(layer.0);
            }
            Some("Download complete" | "Pull complete") => layer.0 = layer.1,
            _ => {}
        }
        let sums = self.sums();
        (sums != before).then_some(sums)
    }

    fn sums(&self) -> (u64, u64) {
        let layers = self.layers.values();
        layers.fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1))
    }
}

fn not_pulled(name: &str, trouble: Trouble) -> RunError {
    let reason = match trouble {
        Trouble::NoAnswer(NoAnswer::Interrupted(signal)) => return RunError::Interrupted(signal),
        Trouble::NoAnswer(NoAnswer::TimedOut(after)) => {
            format!("the registry has been silent for {} s", after.as_secs())
        }
        Trouble::Engine(error) => super::connection::words(&error),
    };
    RunError::Missing {
        what: format!("the image {name} is not here and cannot be pulled: {reason}"),
        help: format!(
            "where a registry can be reached: `docker pull {name}`; elsewhere bring it with `docker save` and `docker load`, or build a stand-in"
        ),
    }
}

/// A reference as the API wants it: the repository, and its tag or digest. Without a tag the API would pull every one.
fn split_reference(name: &str) -> (&str, &str) {
    if let Some((repository, digest)) = name.split_once('@') {
        return (repository, digest);
    }
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, "latest"),
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::ProgressDetail;

    use super::*;

    #[test]
    fn a_reference_is_split_behind_the_registrys_port() {
        assert_eq!(split_reference("postgres:17"), ("postgres", "17"));
        assert_eq!(split_reference("postgres"), ("postgres", "latest"));
        assert_eq!(
            split_reference("127.0.0.1:9/none"),
            ("127.0.0.1:9/none", "latest")
        );
        assert_eq!(
            split_reference("127.0.0.1:9/none:1"),
            ("127.0.0.1:9/none", "1")
        );
        assert_eq!(split_reference("a/b@sha256:00"), ("a/b", "sha256:00"));
    }

    fn message(id: &str, status: &str, current: i64, total: i64) -> CreateImageInfo {
        CreateImageInfo {
            id: Some(id.to_owned()),
            status: Some(status.to_owned()),
            progress_detail: Some(ProgressDetail {
                current: Some(current),
                total: Some(total),
            }),
            ..CreateImageInfo::default()
        }
    }

    #[test]
    fn the_progress_of_all_layers_is_summed() {
        let mut progress = Progress::default();
        assert_eq!(progress.add(&message("a", "Pulling fs layer", 0, 0)), None);
        assert_eq!(
            progress.add(&message("a", "Downloading", 10, 100)),
            Some((10, 100))
        );
        assert_eq!(
            progress.add(&message("b", "Downloading", 5, 50)),
            Some((15, 150))
        );
        assert_eq!(progress.add(&message("b", "Downloading", 5, 50)), None);
        assert_eq!(
            progress.add(&message("a", "Download complete", 0, 0)),
            Some((105, 150))
        );
        assert_eq!(progress.add(&message("a", "Extracting", 1, 999)), None);
    }
}
