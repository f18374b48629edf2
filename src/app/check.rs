//! The main job: collect, compare, judge, and make the result document.

mod before;
mod job;
mod kept;
mod trial;

use self::job::Job;
use self::trial::Trial;
use super::collect::Collected;
use super::reports::Where;
use super::workspace::Workspace;
use crate::config::Config;
use crate::render::json::v1::Document;

pub use self::job::Options;

/// What came of a check.
#[derive(Debug)]
pub struct Checked {
    /// The result, ready to be rendered.
    pub document: Document,
    /// What was measured.
    pub collected: Collected,
    /// That it was recorded, and where.
    pub recorded: Option<String>,
    /// What a reader should know of the history: what was passed over, not fetched, not recorded.
    pub notes: Vec<String>,
}

/// Collects, compares and judges.
///
/// # Errors
/// When a report, a baseline or a base that was named cannot be had, or the repository cannot be read.
pub fn check(
    workspace: &Workspace,
    config: &Config,
    place: Where<'_>,
    options: &Options,
) -> anyhow::Result<Checked> {
    let job = Job::find(workspace, config, options)?;
    let measured = job.measure(place)?;
    let mut trial = Trial::open(&job, measured)?;
    let held = trial.hold()?;
    let document = trial.judge(&held.against());
    let recorded = trial.record(&document);
    Ok(Checked {
        document,
        collected: trial.collected,
        recorded,
        notes: trial.notes,
    })
}
