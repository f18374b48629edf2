//! From commits and tags to the report.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::commit_id::CommitId;
use super::copies::Copies;
use super::deployment::{self, Deployment};
use super::enough::{self, FEWEST, FEWEST_FOR_RATES};
use super::failure::{self, Outcome};
use super::history::{Commit, History, Node};
use super::options::{Clock, Options, Until};
use super::report::{
    DeploymentReport, DoraReport, Durations, OtherClock, Rate, Rules, WindowReport,
};
use super::selection::{self, Selection};
use super::shipped::Shipped;
use super::tag::Tag;
use super::window::{Window, timestamp};
use crate::domain::stats;

/// Why no figure can be given at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The clone ends inside the window.
    #[error(
        "this clone is shallow: its history ends at {} of {committed}, inside what the window from {start} needs, and \
         figures from it would be wrong; fetch the rest with `git fetch --unshallow --tags` (in GitHub Actions: \
         `fetch-depth: 0` and `fetch-tags: true` for actions/checkout)",
        commit.short()
    )]
    Shallow {
        /// A commit at which the history ends.
        commit: CommitId,
        /// Its committer time.
        committed: Timestamp,
        /// The start of the window.
        start: Timestamp,
    },
}

/// Measures delivery from a commit graph and its tags. `branch` is left for the caller to fill in.
///
/// # Errors
/// When the clone is shallow and ends inside the window.
pub fn measure(
    history: &History,
    tags: &[Tag],
    head: Option<CommitId>,
    now: Timestamp,
    options: &Options,
) -> Result<DoraReport, Refusal> {
    let head_node = head.and_then(|id| history.find(&id));
    let mut selection = selection::select(history, tags, head_node, options);
    let releases = std::mem::take(&mut selection.releases);
    let mut deployments = deployment::in_order(history, releases, options.clock, options.cluster);
    let window = Window::of(options, now, &deployments);
    let known = deployments.len();
    deployments.retain(|deployment| deployment.time <= window.end);
    if options.until == Until::Now && deployments.len() < known {
        let later = known - deployments.len();
        selection.notes.push(format!(
            "deployments dated in the future are left out: {later}"
        ));
    }
    let shipped = Shipped::by(history, &deployments);
    refuse_if_cut(history, &deployments, &shipped, window)?;
    let copies = Copies::of(history, &shipped);
    let (outcomes, patch_within_seconds) =
        failure::outcomes(history, &deployments, &shipped, &copies);
    let delivery = Delivery {
        history,
        options,
        window,
        deployments,
        shipped,
        copies,
        outcomes,
    };
    Ok(delivery.report(head, selection, patch_within_seconds))
}

/// Refuses where a shallow clone ends inside the window, or inside what a deployment of the window shipped.
fn refuse_if_cut(
    history: &History,
    deployments: &[Deployment],
    shipped: &Shipped,
    window: Window,
) -> Result<(), Refusal> {
    let in_window = |at: usize| deployments.get(at).is_some_and(|d| window.holds(d.time));
    let cut = history.boundary().iter().copied().find(|&node| {
        history.commit(node).committed > window.start || shipped.first(node).is_some_and(in_window)
    });
    cut.map_or(Ok(()), |node| {
        let commit = history.commit(node);
        Err(Refusal::Shallow {
            commit: commit.id,
            committed: timestamp(commit.committed),
            start: timestamp(window.start),
        })
    })
}

/// Everything that the figures are taken from.
struct Delivery<'a> {
    history: &'a History,
    options: &'a Options,
    window: Window,
    deployments: Vec<Deployment>,
    shipped: Shipped,
    copies: Copies,
    outcomes: Vec<Outcome>,
}

impl Delivery<'_> {
    fn report(
        &self,
        head: Option<CommitId>,
        selection: Selection<'_>,
        patch_within_seconds: Option<i64>,
    ) -> DoraReport {
        let mut notes = selection.notes;
        let changes = self.changes();
        let leads = |start: fn(&Commit) -> i64| self.leads(&changes, start);
        let (committer, author) = (
            leads(|commit| commit.committed),
            leads(|commit| commit.authored),
        );
        let (other_clock, main, other) = match self.options.clock {
            Clock::Author => (Clock::Committer, author, committer),
            Clock::Committer | Clock::Tagger => (Clock::Author, committer, author),
        };
        if main.skewed > 0 {
            let (skewed, all) = (main.skewed, main.len());
            notes.push(format!(
                "{skewed} of {all} commits are dated after the deployment that ships them; they count as 0 s"
            ));
        }
        let deployments: Vec<DeploymentReport> = self
            .in_window()
            .map(|(at, deployment)| self.deployment(at, deployment, &main))
            .collect();
        let count = deployments.len();
        let failed = deployments
            .iter()
            .filter(|deployment| deployment.failed)
            .count();
        let rework = deployments
            .iter()
            .filter(|deployment| deployment.rework)
            .count();
        let recoveries = deployments
            .iter()
            .filter_map(|deployment| deployment.recovery_seconds)
            .collect();
        let times = self.in_window().map(|(_, deployment)| deployment.time);
        let (busy, weeks) = self.window.weeks_holding(times);
        let bounded = self.in_window().any(|(at, _)| self.shipped.is_bounded(at));
        if patch_within_seconds.is_none() && count > 0 {
            notes.push(
                "too few deployments to tell what is unusually soon: patch releases are not judged"
                    .to_owned(),
            );
        }
        let year = self.options.bands;
        let lead = durations(main.all()).filter(|_| count >= FEWEST);
        let other = durations(other.all()).filter(|_| lead.is_some());
        let band = |lead: &Durations| year.of_lead_time(lead.p50);
        let other = other.filter(|other| lead.as_ref().map(band) != Some(band(other)));
        let mut report = DoraReport {
            head,
            branch: None,
            window: WindowReport {
                start: timestamp(self.window.start),
                end: timestamp(self.window.end),
                days: self.window.weeks() * 7.0,
            },
            rules: Rules {
                tag_prefix: selection.prefix,
                all_tags: selection.all_tags,
                clock: self.options.clock,
                patch_within_seconds,
                bands: year,
            },
            deployment_count: number(count),
            deployments_per_week: (count >= FEWEST).then(|| float(count) / self.window.weeks()),
            weeks_with_deployment: rate(busy, weeks).filter(|_| count >= FEWEST),
            shipped_commits: bounded.then(|| number(main.len())),
            lead_time_seconds: lead,
            lead_time_other_clock: other.map(|lead_time_seconds| OtherClock {
                clock: other_clock,
                band: band(&lead_time_seconds),
                lead_time_seconds,
            }),
            change_fail_rate: rate(number(failed), number(count))
                .filter(|_| count >= FEWEST_FOR_RATES),
            recovery_time_seconds: durations(recoveries),
            rework_rate: rate(number(rework), number(count)).filter(|_| count >= FEWEST_FOR_RATES),
            bands: BTreeMap::new(),
            insufficient: BTreeMap::new(),
            notes,
            deployments,
        };
        report.insufficient = enough::reasons(&report, weeks);
        report.bands = enough::bands(&report);
        report
    }

    /// The deployments of the window, with their positions.
    fn in_window(&self) -> impl Iterator<Item = (usize, &Deployment)> {
        let deployments = self.deployments.iter().enumerate();
        deployments.filter(|(_, deployment)| self.window.holds(deployment.time))
    }

    /// The changes first shipped by a deployment of the window, each with that deployment.
    fn changes(&self) -> Vec<(usize, Node)> {
        let counts = |&(node, commit): &(Node, &Commit)| {
            let passed_over =
                self.history.is_merge(node) || (self.options.exclude_bots && commit.bot);
            !passed_over && self.copies.shipped_as(node) == node
        };
        let known = |at: &usize| {
            let deployment = self.deployments.get(*at);
            deployment.is_some_and(|deployment| self.window.holds(deployment.time))
                && self.shipped.is_bounded(*at)
        };
        let commits = self.history.commits().filter(counts);
        commits
            .filter_map(|(node, _)| Some((self.shipped.first(node).filter(known)?, node)))
            .collect()
    }

    /// The lead times of changes, from the start that `start` takes of a commit.
    fn leads(&self, changes: &[(usize, Node)], start: fn(&Commit) -> i64) -> Leads {
        let mut leads = Leads::default();
        for &(at, node) in changes {
            let began = start(self.history.commit(self.copies.original(node)));
            let ended = self
                .deployments
                .get(at)
                .map_or(began, |deployment| deployment.time);
            let lead = ended.saturating_sub(began);
            leads.skewed += usize::from(lead < 0);
            leads
                .by_deployment
                .entry(at)
                .or_default()
                .push(seconds(lead.max(0)));
        }
        leads
    }

    fn deployment(&self, at: usize, deployment: &Deployment, leads: &Leads) -> DeploymentReport {
        let outcome = self.outcomes.get(at).cloned().unwrap_or_default();
        let fix = outcome
            .failures
            .first()
            .and_then(|(fixed, _)| self.deployments.get(*fixed));
        let bounded = self.shipped.is_bounded(at);
        let leads = leads.by_deployment.get(&at).cloned().unwrap_or_default();
        let head = deployment.heads.last().copied().unwrap_or_default();
        DeploymentReport {
            name: deployment.name().to_owned(),
            tags: deployment.tags.clone(),
            commit: self.history.commit(head).id,
            time: timestamp(deployment.time),
            shipped_commits: bounded.then(|| number(leads.len())),
            lead_time_p50_seconds: durations(leads).map(|leads| leads.p50),
            failed: !outcome.failures.is_empty(),
            why: outcome.failures.into_iter().map(|(_, why)| why).collect(),
            recovered_by: fix.map(|fix| fix.name().to_owned()),
            recovery_seconds: fix
                .map(|fix| seconds(fix.time.saturating_sub(deployment.time).max(0))),
            rework: outcome.rework,
        }
    }
}

/// Lead times by deployment.
#[derive(Default)]
struct Leads {
    by_deployment: BTreeMap<usize, Vec<f64>>,
    /// How many would be negative.
    skewed: usize,
}

impl Leads {
    fn len(&self) -> usize {
        self.by_deployment.values().map(Vec::len).sum()
    }

    fn all(&self) -> Vec<f64> {
        self.by_deployment.values().flatten().copied().collect()
    }
}

/// Percentiles of durations; `None` for none.
fn durations(mut values: Vec<f64>) -> Option<Durations> {
    values.sort_by(f64::total_cmp);
    let interval = stats::median_interval(&values);
    Some(Durations {
        p50: stats::percentile(&values, 50.0)?,
        p75: stats::percentile(&values, 75.0)?,
        p90: stats::percentile(&values, 90.0)?,
        low: interval.map(|(low, _)| low),
        high: interval.map(|(_, high)| high),
        count: number(values.len()),
    })
}

/// A share with its interval; `None` for nothing out of nothing.
#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn rate(part: u64, whole: u64) -> Option<Rate> {
    let (low, high) = stats::wilson(part, whole)?;
    Some(Rate {
        value: part as f64 / whole as f64,
        low,
        high,
        part,
        whole,
    })
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}

#[allow(
    clippy::cast_precision_loss,
    reason = "durations far below 2^53 seconds"
)]
fn seconds(duration: i64) -> f64 {
    duration as f64
}
