//! The series of a project, opened for questions: the one place that knows where the history and its query form are.

mod nothing;

use std::ops::ControlFlow;

use anyhow::bail;

use super::context;
use super::here::Here;
use super::log::Log;
use super::past::{Past, Wish};
use super::personal;
use super::workspace::Workspace;
use crate::ci;
use crate::config::Config;
use crate::domain::event::Hidden;
use crate::domain::formula::Derived;
use crate::domain::series::{Group, Key, Query};
use crate::domain::unit::Unit;
use crate::history::{History, HistoryError, Index};
use crate::text::plural;
use crate::text::suggest::{closest, listed};
use crate::vcs::Repository;

/// The series of a project.
pub struct Store {
    /// Answers questions.
    pub index: Index,
    /// What it was made of.
    pub history: History,
    /// Where that is, for people.
    pub shown: String,
    /// Whether a remote that was not asked may have more of it.
    pub is_far: bool,
    /// Which repository and folder this is.
    pub(super) here: Here,
    /// The policy's metrics that are computed from others, and not recorded themselves.
    pub derived: Derived,
    /// What a reader should know: what was not fetched, what cannot be read.
    pub notes: Vec<String>,
    /// What of it cannot be read.
    damage: Option<String>,
    log: Log,
}

/// The query form of the history, up to date, and what of it cannot be read; where there is none, that of nothing.
///
/// # Errors
/// When the history or its query form cannot be read.
pub(super) fn index(
    past: Option<&Past>,
    config: &Config,
) -> Result<(Index, Option<String>), HistoryError> {
    match past {
        Some(past) => up_to_date(&past.history, config),
        None => Ok((Index::of_nothing()?, None)),
    }
}

/// The query form of a history, up to date, and what of the history cannot be read.
///
/// # Errors
/// When the history or its query form cannot be read.
pub(super) fn up_to_date(
    history: &History,
    config: &Config,
) -> Result<(Index, Option<String>), HistoryError> {
    let file = history.index_file();
    // A question makes no place where there is none: its name may be mistyped.
    let mut index = match history.is_begun() {
        true => Index::open(&file)?,
        false => Index::open_aside(&file)?,
    };
    let caught = index.catch_up(history, |metric| unit(config, metric))?;
    Ok((index, damage(&caught.problems)))
}

/// What is said of documents that cannot be read.
fn damage(problems: &[(String, String)]) -> Option<String> {
    let (path, what) = problems.first()?;
    let more = match problems.len() - 1 {
        0 => String::new(),
        more => format!(", and {} like it", plural::s(more as u64, "document")),
    };
    Some(format!(
        "{path} in the history cannot be read{more}: {what}; `andon history verify` tells more"
    ))
}

impl Store {
    /// Opens the history that the user wishes for or the policy names, fetches it in CI, and brings its query form up to
    /// date. Where reads are logged, this one is, with what is `asked`, which names no value of a dimension.
    ///
    /// # Errors
    /// When there is no such place, or the history or its query form cannot be read, or the read not logged.
    pub fn open(
        workspace: &Workspace,
        config: &Config,
        wish: &Wish,
        asked: &str,
    ) -> anyhow::Result<Store> {
        let repository = Repository::find(&workspace.root, &workspace.env)?;
        let place = wish.home(config, repository.as_ref())?;
        wish.expect_there(workspace, &place)?;
        let context = ci::detect(&workspace.env);
        let past = wish.open(workspace, repository.as_ref(), &place, &context)?;
        let past = past.audited_by(config);
        let unlogged = past.audit_read(workspace, asked)?;
        let mut notes: Vec<String> = unlogged.into_iter().chain(past.fetch()).collect();
        let (mut index, damage) = up_to_date(&past.history, config)?;
        notes.extend(damage.clone());
        let veil = personal::veil(config, &workspace.env)?;
        notes.extend(in_clear(index.hide(veil)?));
        let own = context::context(workspace, repository.as_ref(), &context)?;
        let here = Here::find(&index, &own, repository.as_ref(), config.everywhere)?;
        let mut derived = config.derived();
        if !derived.is_empty() {
            let recorded = index.names(&Query::default())?;
            derived = derived.unless(|id| recorded.iter().any(|name| name == id));
        }
        Ok(Store {
            index,
            here,
            derived,
            is_far: past.is_far(),
            log: past.log,
            shown: past.shown,
            history: past.history,
            notes,
            damage,
        })
    }

    /// Logs what is asked once that is known, where reads are logged: for those who have to open it to understand the question.
    ///
    /// # Errors
    /// When it cannot be logged: then it is not to be asked. That it could not and is read all the same is returned as a note.
    pub fn asked(&self, workspace: &Workspace, what: &str) -> anyhow::Result<Option<String>> {
        Ok(self.log.read(&self.history, workspace, what)?)
    }

    /// The metrics whose points are read for these: of derived ones the parts.
    pub fn sources<'a>(&'a self, metrics: &[&'a str]) -> Vec<&'a str> {
        let mut sources: Vec<&str> = Vec::new();
        for metric in metrics {
            let parts = match self.derived.text(metric) {
                Some(_) => self.derived.parts(metric),
                None => vec![*metric],
            };
            let new = parts.into_iter();
            for part in new {
                if !sources.contains(&part) {
                    sources.push(part);
                }
            }
        }
        sources
    }

    /// The metrics that have points at all, by name.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn metrics(&self) -> anyhow::Result<Vec<String>> {
        Ok(self.index.names(&Query::default())?)
    }

    /// Refuses a question for a metric that nothing is recorded of, or by a dimension that no point has: no table is an answer
    /// to it.
    ///
    /// # Errors
    /// When a metric that is named has no points, with the one that was probably meant and those that there are; likewise for
    /// dimensions.
    pub fn expect(&self, query: &Query) -> anyhow::Result<()> {
        let asked = self.index.names(query)?;
        let lacking = query.metrics.iter().find(|name| !asked.contains(name));
        if lacking.is_none() && !asked.is_empty() {
            let metrics: Vec<&str> = query.metrics.iter().map(String::as_str).collect();
            let groups = query.groups.iter().filter_map(Group::dimension);
            let names: Vec<String> = groups.map(str::to_owned).collect();
            return match self.lacks(&metrics, &names)? {
                Some(lacking) => bail!("{lacking}"),
                None => Ok(()),
            };
        }
        let known = self.metrics()?;
        if known.is_empty()
            && let Some(damage) = &self.damage
        {
            bail!(
                "nothing that is recorded in {} can be used: {damage}",
                self.shown
            );
        }
        let Some(name) = lacking.filter(|_| !known.is_empty()) else {
            let far = match self.is_far {
                true => ", and `andon history fetch` gets what others recorded",
                false => "",
            };
            bail!(
                "nothing is recorded in {} here: `andon record` and `andon check --record` record{far}",
                self.shown
            );
        };
        if let Some(text) = self.derived.text(name) {
            bail!(
                "`{name}` is computed as `{text}`, and nothing is recorded under its own name: ask for {}, or for it by `andon query`, `andon compare`, `andon trend` and conditions of `andon alerts`",
                plural::list(&quoted(&self.derived.parts(name)))
            );
        }
        if known.contains(&format!("{name}{}", Key::BUCKETS)) {
            bail!(
                "`{name}` is recorded as a histogram, whose values are not there: {}",
                of_histogram(name)
            );
        }
        let meant = nearest(name, &known);
        let meant = meant.map_or_else(String::new, |meant| format!(" Did you mean `{meant}`?"));
        bail!(
            "nothing is recorded of `{name}` in {}.{meant} Recorded are {}",
            self.shown,
            listed(&known)
        );
    }

    /// How those of these metrics are computed that are, to be put behind what says that there is no answer; empty where none is.
    pub fn computed(&self, metrics: &[&str]) -> String {
        let computed = metrics.iter().filter_map(|name| {
            let text = self.derived.text(name)?;
            Some(format!("`{name}` is `{text}`"))
        });
        let computed: Vec<String> = computed.collect();
        match computed.is_empty() {
            true => String::new(),
            false => format!(" ({})", computed.join(", ")),
        }
    }

    /// What was probably meant by those of these metrics of which nothing is recorded, to be put behind what says so: `, did
    /// you mean `cpu_percent`?`. Empty where all are recorded, or none is near.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn meant(&self, metrics: &[&str]) -> anyhow::Result<String> {
        let known = self.metrics()?;
        let mut lacking = metrics
            .iter()
            .filter(|name| !known.iter().any(|known| known == *name));
        let meant = lacking.find_map(|name| nearest(name, &known));
        Ok(meant.map_or_else(String::new, |meant| format!(", did you mean `{meant}`?")))
    }

    /// That no series of these metrics has a dimension by which they should be told apart. Where there are no series, nothing
    /// is lacking.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn lacks(&self, metrics: &[&str], names: &[String]) -> anyhow::Result<Option<String>> {
        if names.is_empty() {
            return Ok(None);
        }
        let query = Query {
            metrics: metrics.iter().map(|&name| name.to_owned()).collect(),
            both_sides: true,
            ..Query::default()
        };
        let (mut lacking, mut any): (Vec<&String>, bool) = (names.iter().collect(), false);
        self.index.each_key(&query, |key| {
            any = true;
            lacking.retain(|name| !key.dimensions.contains_key(*name));
            match lacking.is_empty() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        match lacking.first().filter(|_| any) {
            Some(name) => Ok(Some(self.no_dimension(name, &query)?)),
            None => Ok(None),
        }
    }

    /// That what comparisons measured of their base is no part of an answer, where there is some.
    ///
    /// # Errors
    /// When the query form cannot be read.
    pub fn left_out(&self, query: &Query) -> anyhow::Result<Option<String>> {
        let Some(base) = query.of_base() else {
            return Ok(None);
        };
        // Few metrics are compared: of the others no series is looked at.
        let any = self.index.has_base(query)? && self.index.extent(&base)?.is_some();
        let (side, base) = (Key::SIDE, Key::BASE);
        Ok(any.then(|| {
            format!(
                "what comparisons measured of their base (`{side}={base}`) is left out, as it is of another program: `--where \
                 {side}={base}` asks for it, `--group-by {side}` for both"
            )
        }))
    }
}

/// That personal values are recorded as they are.
fn in_clear(hidden: &Hidden) -> Option<String> {
    let names: Vec<&str> = hidden.names().collect();
    let first = names.first()?;
    let values = plural::s(hidden.len() as u64, "value");
    Some(format!(
        "{} {} recorded in clear, with {values} shown here as {}: `andon history forget --dim {first}=VALUE` takes one out for good",
        plural::list(&quoted(&names)),
        plural::pick(names.len() as u64, "is", "are"),
        match hidden.is_numbered() {
            false => "the key in use hides them",
            true => "`(hidden 1)` and so on",
        },
    ))
}

/// What to ask of a histogram instead of a figure of the values that it counted.
pub(super) fn of_histogram(name: &str) -> String {
    let (buckets, bound) = (Key::BUCKETS, Key::BOUND);
    format!(
        "`--metric {name}{buckets} --stat sum --group-by {bound}` tells how many came up to each bound, between which of them a percentile \
         lies (95 of 100 for p95), and `{name}_sum` and `{name}_count` the mean; percentiles themselves take the values, recorded as events"
    )
}

fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

/// The metric that was probably meant: one that is spelt alike, or the only one of whose name it is a part.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    closest(name, known.iter().map(String::as_str)).or_else(|| {
        let mut holding = known.iter().filter(|known| known.contains(name));
        let only = holding.next().filter(|_| name.len() > 2)?;
        holding.next().is_none().then_some(only.as_str())
    })
}

/// What a metric is measured in.
pub(super) fn unit(config: &Config, metric: &str) -> Unit {
    let known = config.metric(metric);
    known.map_or(Unit::Points, |metric| metric.unit.clone())
}
