//! Replaying the history against the policy, or against another threshold.

mod checks;
mod facts;
mod lines;
mod play;
mod question;
mod rung;
mod scene;
mod steps;

use anyhow::bail;

use self::facts::Facts;
use self::play::Play;
use self::scene::Scene;
use super::past::Wish;
use super::series::Store;
use super::workspace::Workspace;
use crate::config::Config;
use crate::domain::backtest::{AlertReplay, Backtest};
use crate::text::plural;

pub use self::question::Question;

/// A backtest with what a reader should know of it.
#[derive(Debug)]
pub struct Tested {
    /// The branch whose runs were replayed.
    pub branch: String,
    /// The result.
    pub backtest: Backtest,
    /// What the alerts would have told.
    pub alerts: Vec<AlertReplay>,
    /// What was passed over, and what is not known.
    pub notes: Vec<String>,
}

/// Replays the runs of a branch.
///
/// # Errors
/// When there is no history, nothing of the branch is recorded in the time, or no gate is left to be judged.
pub fn backtest(
    workspace: &Workspace,
    config: &Config,
    wish: &Wish,
    question: &Question,
) -> anyhow::Result<Tested> {
    let store = Store::open(workspace, config, wish, "names of metrics")?;
    let chosen = question.choose(workspace, config, &store)?;
    let known = (config, &chosen);
    let (scene, mut notes) = Scene::find(workspace, question, &store, known)?;
    let entries = store.history.list()?.entries;
    let checks = scene.checks(&entries, &mut notes)?;
    let facts = Facts::find(&scene, &entries, &mut notes)?;
    let play = Play {
        scene: &scene,
        checks: &checks,
        facts: &facts,
    };
    let (mut backtest, damaged) = play.checks()?;
    notes.extend(play.series(&mut backtest)?);
    play.samples(&mut backtest, &mut notes)?;
    let alerts = play.alerts(&chosen.alerts)?;
    if backtest.runs == 0 && alerts.iter().all(|alert| alert.moments == 0) {
        bail!(
            "nothing of {} is recorded in {} within {} that a gate judges; `andon check --record` and `andon record` record",
            scene.branch,
            store.shown,
            plural::s(u64::from(question.days), "day")
        );
    }
    let passed = damaged
        .into_iter()
        .map(|why| format!("a run was passed over: {why}"));
    notes.extend(passed);
    Ok(Tested {
        branch: scene.branch,
        backtest,
        alerts,
        notes,
    })
}
