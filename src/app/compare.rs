//! Two commits, branches or spans of time, side by side.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::query::{Figures, derived, figures, spans};
use super::series::Store;
use crate::config::Config;
use crate::domain::metric::Better;
use crate::domain::series::{Filter, Group, Query, Stat, moment};
use crate::render::answer::{Compared, Shift};
use crate::vcs::Repository;

/// A metric, its unit and a group.
type Key = (String, String, Vec<String>);

/// Compares `head` with `base`, by the figure that the question asks for, or else the median; of metrics that are computed from
/// others alone, the sum. And what a reader should know.
///
/// # Errors
/// When a side is none, nothing is recorded of a metric or of a side, or the query form cannot be read.
pub fn compare(
    store: &Store,
    config: &Config,
    repository: Option<&Repository>,
    query: &Query,
    (base, head): (&str, &str),
) -> anyhow::Result<(Compared, Vec<String>)> {
    store.expect(&derived::sources(store, query, &query.metrics))?;
    let (computed, plain) = derived::split(store, query);
    let usual = match plain {
        Some(_) => Stat::Percentile(50.0),
        None => Stat::Sum,
    };
    let stat = query.stats.first().copied().unwrap_or(usual);
    let mut notes = BTreeSet::new();
    let mut runners: Vec<BTreeSet<String>> = Vec::new();
    // To look at every point for its machine takes as long as the answer itself.
    let several = store.index.has_several_machines()?;
    let finder = Finder { store, repository };
    let mut rows: BTreeMap<Key, [Option<(f64, u64)>; 2]> = BTreeMap::new();
    let mut names = Vec::new();
    for (side, name) in [base, head].into_iter().enumerate() {
        let (mut asked, shown) = finder.side(name, query)?;
        asked.stats = vec![stat];
        spans(&asked)?;
        let found = both(store, &asked, &computed, plain.as_deref())?;
        let answer = found.answer;
        let sources = derived::sources(store, &asked, &asked.metrics);
        if answer.points == 0 {
            bail!(
                "nothing is recorded of {shown}: {}",
                store.nothing(&sources)?
            );
        }
        notes.extend(store.left_out(&asked)?);
        let mut firsts = answer.rows.iter().filter_map(|row| row.figures.first());
        if !found.refused.is_empty() && firsts.all(Option::is_none) {
            bail!("{}", found.refused.join("; "));
        }
        notes.extend(found.notes);
        notes.extend(found.refused);
        if several {
            runners.push(machines(store, &sources)?);
        }
        let mut counts = BTreeMap::new();
        for id in &computed {
            counts.insert(id, derived::counts(store, &asked, id)?);
        }
        for row in answer.rows {
            let figure = row.figures.first().copied().flatten();
            let count = match counts.get(&row.metric) {
                Some(counts) => counts.get(&row.groups).copied(),
                None => row.figures.last().copied().flatten(),
            };
            let count = count.unwrap_or_default();
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a count of points"
            )]
            let figure = figure.map(|figure| (figure, count as u64));
            let key = (row.metric, row.unit.symbol().to_owned(), row.groups);
            if let Some(place) = rows.entry(key).or_default().get_mut(side) {
                *place = figure;
            }
        }
        names.push(shown);
    }
    notes.extend(apart(&runners, query));
    let better = |metric: &str| {
        config
            .metric(metric)
            .map_or(Better::Neither, |it| it.better)
    };
    let shift = |(key, [base, head]): (Key, [Option<(f64, u64)>; 2])| {
        let better = better(&key.0);
        Shift::between(key, base, head, better)
    };
    let rows = rows.into_iter().map(shift).collect();
    let mut names = names.into_iter();
    let mut next = || names.next().unwrap_or_default();
    let groups = query.groups.iter().map(|group| group.word().to_owned());
    let compared = Compared::new((next(), next()), stat, groups.collect(), rows);
    Ok((compared, notes.into_iter().collect()))
}

/// The sorts of machines that the points of a side come from.
fn machines(store: &Store, asked: &Query) -> anyhow::Result<BTreeSet<String>> {
    let by_runner = Query {
        groups: vec![Group::By("runner".to_owned())],
        stats: vec![Stat::Count],
        ..asked.clone()
    };
    let rows = store.index.answer(&by_runner)?.rows.into_iter();
    Ok(rows
        .filter_map(|row| row.groups.into_iter().next())
        .collect())
}

/// What a side comes to: of what is recorded the figure and how many points it has, of what is computed from others the figure.
fn both(
    store: &Store,
    asked: &Query,
    computed: &[String],
    plain: Option<&[String]>,
) -> anyhow::Result<Figures> {
    let of = |metrics: &[String], counted: Option<Stat>| {
        let metrics = metrics.to_vec();
        let stats = asked.stats.iter().copied().chain(counted).collect();
        let query = Query {
            metrics,
            stats,
            ..asked.clone()
        };
        figures(store, &query)
    };
    let mut found = match plain {
        Some(plain) => of(plain, Some(Stat::Count))?,
        None => Figures::default(),
    };
    if !computed.is_empty() {
        let more = of(computed, None)?;
        found.answer.points += more.answer.points;
        found.answer.rows.extend(more.answer.rows);
        found.notes.extend(more.notes);
        found.refused.extend(more.refused);
    }
    Ok(found)
}

/// That the sides come from different sorts of machines, where they are not told apart.
fn apart(runners: &[BTreeSet<String>], query: &Query) -> Option<String> {
    let told = query.groups.iter().any(|group| group.word() == "runner");
    let [base, head] = runners else { return None };
    let words = |runners: &BTreeSet<String>| {
        let word = |runner: &String| match runner.as_str() {
            "" => "none that is named".to_owned(),
            runner => runner.to_owned(),
        };
        runners.iter().map(word).collect::<Vec<_>>().join(", ")
    };
    (!told && base != head).then(|| {
        format!(
            "they come from different sorts of machines ({}; {}), which explains a difference in times: --group-by runner \
             tells them apart",
            words(base),
            words(head)
        )
    })
}

struct Finder<'a> {
    store: &'a Store,
    repository: Option<&'a Repository>,
}

impl Finder<'_> {
    /// The question of one side, and how it was understood: `FROM..UNTIL` is a span of time, either end may be left out, and so
    /// is a day or a month that is no branch; anything else is a branch that points are recorded of, or a commit.
    fn side(&self, name: &str, query: &Query) -> anyhow::Result<(Query, String)> {
        let mut asked = query.clone();
        if let Some((from, until)) = name.split_once("..") {
            let end = |text: &str, end| match text.trim() {
                "" => Ok(None),
                text => moment(text, end).map(Some).map_err(anyhow::Error::msg),
            };
            asked.from = end(from, false)?.or(query.from);
            asked.until = end(until, true)?.or(query.until);
            return Ok((asked, name.to_owned()));
        }
        let mut of = |key: &str, value: &str| {
            asked.filters.push(Filter {
                name: key.to_owned(),
                values: vec![value.to_owned()],
                not: false,
            });
        };
        let branches = self.store.index.runs(&["branch"])?;
        if branches.kinds().iter().any(|run| run.branch == name) {
            of("branch", name);
            return Ok((asked, format!("branch {name}")));
        }
        if let (Ok(from), Ok(until)) = (moment(name, false), moment(name, true))
            && from < until
        {
            asked.from = Some(from);
            asked.until = Some(until);
            return Ok((asked, name.to_owned()));
        }
        let known = self.repository.and_then(|git| git.resolve(name));
        let wanted = known.map_or_else(|| name.to_ascii_lowercase(), |commit| commit.to_string());
        let runs = self.store.index.runs(&["commit"])?;
        let mut commits: Vec<&str> = runs
            .kinds()
            .iter()
            .map(|run| run.commit.as_str())
            .filter(|commit| wanted.len() >= 4 && commit.starts_with(&wanted))
            .collect();
        commits.sort_unstable();
        commits.dedup();
        match commits.as_slice() {
            [commit] => {
                of("commit", commit);
                let start = commit.get(..10).unwrap_or(commit);
                Ok((asked, format!("commit {start}")))
            }
            [] => bail!(
                "nothing is recorded of `{name}`: name a branch or a commit that points were recorded on, or a span of \
                 time such as 2026-03, 2026-03-05 or 2026-03-01..2026-03-07"
            ),
            several => bail!(
                "`{name}` is the beginning of {} commits: give more digits",
                several.len()
            ),
        }
    }
}
