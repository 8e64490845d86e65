//! Asking about containers until what is said can be understood. For a moment between a container's end and its tidying
//! up, Podman 4 gives it the state `stopped`, which Docker's API does not have, and one such container makes the whole
//! answer unreadable; asked again, it is `exited`.

use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerInspectResponse, ContainerSummary};
use bollard::query_parameters::ListContainersOptionsBuilder;

const ATTEMPTS: usize = 40;
const PAUSE: Duration = Duration::from_millis(100);

/// All containers, also those that do not run.
pub(super) async fn containers(docker: &Docker) -> Result<Vec<ContainerSummary>, Error> {
    let all = || ListContainersOptionsBuilder::new().all(true).build();
    settled(async || docker.list_containers(Some(all())).await).await
}

/// The container of this name.
pub(super) async fn container(
    docker: &Docker,
    name: &str,
) -> Result<ContainerInspectResponse, Error> {
    settled(async || docker.inspect_container(name, None).await).await
}

async fn settled<T>(question: impl AsyncFn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..ATTEMPTS {
        match question().await {
            Err(error) if is_between(&error) => tokio::time::sleep(PAUSE).await,
            other => return other,
        }
    }
    question().await
}

fn is_between(error: &Error) -> bool {
    matches!(error, Error::JsonDataError { message, .. } if message.contains("unknown variant `stopped`"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn unreadable(state: &str) -> Error {
        Error::JsonDataError {
            message: format!("unknown variant `{state}`, expected one of ``, `created`"),
            column: 7,
        }
    }

    #[test]
    fn a_state_that_passes_is_waited_for_and_no_other_error() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let asked = Cell::new(0);
        let answer = runtime.block_on(settled(async || {
            asked.set(asked.get() + 1);
            if asked.get() < 3 {
                Err(unreadable("stopped"))
            } else {
                Ok(asked.get())
            }
        }));
        assert_eq!(answer.unwrap(), 3);
        let answer = runtime.block_on(settled(async || {
            asked.set(asked.get() + 1);
            Err::<(), _>(unreadable("asleep"))
        }));
        assert!(answer.is_err());
        assert_eq!(asked.get(), 4);
    }
}
