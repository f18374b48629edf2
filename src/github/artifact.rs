//! The artifact of a workflow run, downloaded and unpacked in memory.

use serde::Deserialize;

use super::archive;
pub use super::archive::File;
use super::client::Client;
use super::digest::sha256;
use super::failure::{Failure, Kind};
use super::project::Project;
use crate::text::escape::uri::part;

/// The most bytes of an artifact, compressed.
pub const MOST: u64 = 32 << 20;

#[derive(Debug, Deserialize)]
struct Artifact {
    id: u64,
    name: String,
    size_in_bytes: u64,
    expired: bool,
    #[serde(default)]
    digest: Option<String>,
    #[serde(default)]
    workflow_run: Option<Run>,
}

#[derive(Debug, Deserialize)]
struct Run {
    id: Option<u64>,
}

/// The files of the newest artifact of this name that the workflow run has uploaded. They are as hostile as whoever wrote
/// the run's code: a fork's author, above all.
///
/// # Errors
/// When there is none, it has expired, it is larger than [`MOST`], it is no plain archive within bounds (64 entries, 16
/// MiB each, 64 MiB together, a hundredfold of its size), or GitHub refuses or fails.
pub fn fetch(
    client: &Client,
    project: &Project,
    run: u64,
    name: &str,
) -> Result<Vec<File>, Failure> {
    let path = format!(
        "/actions/runs/{run}/artifacts?name={}&per_page=100",
        part(name)
    );
    let all: Vec<Artifact> = client.list(&project.path(&path), Some("artifacts"))?;
    let artifact = newest(all, run, name)?;
    if artifact.size_in_bytes > MOST {
        return Err(refused(
            run,
            name,
            &format!("it is larger than {} MiB", MOST >> 20),
        ));
    }
    let path = format!("/actions/artifacts/{}/zip", artifact.id);
    let bytes = client.download(&project.path(&path), MOST)?;
    let digest = artifact.digest.as_deref();
    let digest = digest.and_then(|digest| digest.strip_prefix("sha256:"));
    if digest.is_some_and(|digest| !digest.eq_ignore_ascii_case(&sha256(&bytes))) {
        return Err(refused(
            run,
            name,
            "what arrived is not what was uploaded: its SHA-256 differs",
        ));
    }
    archive::unpack(&bytes).map_err(|why| refused(run, name, &why.to_string()))
}

/// The newest of the name that has not expired.
fn newest(all: Vec<Artifact>, run: u64, name: &str) -> Result<Artifact, Failure> {
    let of_run = |artifact: &Artifact| {
        let id = artifact.workflow_run.as_ref().and_then(|run| run.id);
        artifact.name == name && id.is_none_or(|id| id == run)
    };
    let named: Vec<Artifact> = all.into_iter().filter(of_run).collect();
    let why = if named.is_empty() {
        format!("workflow run {run} has no artifact named {name}: was it uploaded?")
    } else {
        format!("the artifact {name} of workflow run {run} has expired: run the workflow again")
    };
    named
        .into_iter()
        .filter(|artifact| !artifact.expired)
        .max_by_key(|artifact| artifact.id)
        .ok_or_else(|| Failure::without_answer(Kind::NotFound, why))
}

fn refused(run: u64, name: &str, why: &str) -> Failure {
    let message = format!("the artifact {name} of workflow run {run} was refused: {why}");
    Failure::without_answer(Kind::Unreadable, message)
}

#[cfg(test)]
mod tests;
