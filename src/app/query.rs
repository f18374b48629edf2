//! Asking the series a question.

mod counters;
pub(super) mod derived;

use std::cmp::Ordering;

use anyhow::bail;

use super::series::Store;
use crate::config::Config;
use crate::domain::event::Sampling;
use crate::domain::series::{Answer, Group, Key, Query, Row, Stat, by_number};
use crate::render::answer::Question;

/// How the rows of an answer are ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// A figure or a group, by its word.
    pub by: String,
    /// The greatest first.
    pub descending: bool,
}

/// What is asked, and how much of the answer is wanted.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The question.
    pub query: Query,
    /// How rows are ordered; left out, by their groups.
    pub order: Option<Order>,
    /// So many rows at the most.
    pub limit: Option<usize>,
}

/// What is said where nothing else is asked for.
pub const STATS: [Stat; 5] = [
    Stat::Count,
    Stat::Min,
    Stat::Percentile(50.0),
    Stat::Percentile(95.0),
    Stat::Max,
];

/// Why sums and means of percentages are no answer.
fn ratios() -> String {
    format!(
        "sums and means of percentages are left out: {}; ask for the median or another percentile",
        Stat::UNWEIGHTED
    )
}

/// Asks a question.
///
/// # Errors
/// When nothing is recorded of a metric or nothing answers, with what there is; when rows are ordered by what they do not
/// have; when the query form cannot be read.
pub fn ask(store: &Store, config: &Config, mut asked: Asked) -> anyhow::Result<Question> {
    asked.query.stats = with_intervals(&asked.query.stats);
    if asked.query.stats.is_empty() {
        asked.query.stats = match derived::split(store, &asked.query) {
            (_, Some(_)) => STATS.to_vec(),
            (_, None) => derived::STATS.to_vec(),
        };
    }
    spans(&asked.query)?;
    let sources = derived::sources(store, &asked.query, &asked.query.metrics);
    store.expect(&sources)?;
    let Figures {
        mut answer,
        refused,
        mut notes,
    } = figures(store, &asked.query)?;
    if answer.points == 0 {
        let there = store.nothing(&sources)?;
        bail!("no point answers this: {there}");
    }
    let mut all = answer.rows.iter().flat_map(|row| &row.figures);
    if !refused.is_empty() && all.all(Option::is_none) {
        bail!("{}", refused.join("; "));
    }
    notes.extend(refused);
    notes.extend(sampled(store, &sources)?);
    notes.extend(counters::note(store, &sources)?);
    notes.extend(store.left_out(&sources)?);
    notes.extend(store.here.mixed(&store.index, &sources, answer.points)?);
    if let Some(order) = &asked.order {
        sort(&mut answer, &asked.query, order)?;
    }
    let shown = asked.limit.unwrap_or(usize::MAX).min(answer.rows.len());
    let rest = answer.rows.split_off(shown);
    let direction = |row: &Row| {
        let metric = config.metric(&row.metric)?;
        Some((row.metric.clone(), metric.better))
    };
    Ok(Question {
        better: answer.rows.iter().filter_map(direction).collect(),
        rest,
        query: asked.query,
        answer,
        notes,
    })
}

/// What a question comes to.
#[derive(Default)]
pub(super) struct Figures {
    /// The figures, of metrics that are recorded and of those that are computed from others.
    pub(super) answer: Answer,
    /// Why there are none of some, with what to ask instead.
    pub(super) refused: Vec<String>,
    /// What is to be known of the others.
    pub(super) notes: Vec<String>,
}

/// What a question comes to, whose metrics are known and whose figures are named.
///
/// # Errors
/// When the query form cannot be read.
pub(super) fn figures(store: &Store, query: &Query) -> anyhow::Result<Figures> {
    let (computed, plain) = derived::split(store, query);
    let mut answer = match plain {
        Some(metrics) => store.index.answer(&Query {
            metrics,
            ..query.clone()
        })?,
        None => Answer::default(),
    };
    let (mut refused, mut notes) = (Vec::new(), Vec::new());
    if silence_ratios(&mut answer, query) {
        refused.push(ratios());
    }
    refused.extend(shares(&answer, query));
    for id in computed {
        let told = derived::answer(store, query, &id, &mut answer)?;
        notes.extend(told.notes);
        refused.extend(told.refused);
    }
    Ok(Figures {
        answer,
        refused,
        notes,
    })
}

/// The figures that are asked for, with its interval behind a share.
fn with_intervals(stats: &[Stat]) -> Vec<Stat> {
    let mut all: Vec<Stat> = Vec::new();
    for stat in stats {
        let interval = [Stat::ShareLow, Stat::ShareHigh].into_iter();
        let interval = interval.filter(|end| *stat == Stat::Share && !stats.contains(end));
        all.push(*stat);
        all.extend(interval);
    }
    all
}

/// That there is no share of points that are no yes and no.
fn shares(answer: &Answer, query: &Query) -> Option<String> {
    let place = query.stats.iter().position(|stat| stat.is_share())?;
    let lacks = |row: &&Row| row.figures.get(place).copied().flatten().is_none();
    let row = answer.rows.iter().find(lacks)?;
    Some(format!(
        "a share is of yes and no, recorded as 1 and 0, and `{}` has other points: ask for the median or another percentile",
        row.metric
    ))
}

/// Refuses a rate of what has no ends.
///
/// # Errors
/// When there are neither spans of time nor a time from which on points count.
pub(super) fn spans(query: &Query) -> anyhow::Result<()> {
    let is_timed = |group: &Group| matches!(group, Group::Time(_));
    let has_span = query.from.is_some() || query.groups.iter().any(is_timed);
    if query.stats.contains(&Stat::Rate) && !has_span {
        bail!("a rate is of a span of time: say which, `--last 24h` or `--group-by day`");
    }
    Ok(())
}

/// That counts and sums are of a sample, where they are.
fn sampled(store: &Store, query: &Query) -> anyhow::Result<Option<String>> {
    let counts = |stat: &Stat| *stat == Stat::Count || stat.adds_up();
    if !query.stats.iter().any(counts) {
        return Ok(None);
    }
    let of = |key: Key| {
        let share = key.get(Sampling::DIMENSION)?;
        Some(format!(
            "of `{}` only a share was recorded (`{}={share}`): counts and sums are of what was; --group-by {} tells \
             them apart",
            key.name,
            Sampling::DIMENSION,
            Sampling::DIMENSION
        ))
    };
    let sampled = store.index.with_dimension(query, Sampling::DIMENSION)?;
    Ok(sampled.and_then(of))
}

/// Takes out figures that would be averages of ratios; true if there were any.
fn silence_ratios(answer: &mut Answer, query: &Query) -> bool {
    let mut any = false;
    for row in &mut answer.rows {
        for (figure, stat) in row.figures.iter_mut().zip(&query.stats) {
            if !stat.suits(&row.unit) {
                any = true;
                *figure = None;
            }
        }
    }
    any
}

fn sort(answer: &mut Answer, query: &Query, order: &Order) -> anyhow::Result<()> {
    let stat = query
        .stats
        .iter()
        .position(|stat| stat.to_string() == order.by);
    let group = query
        .groups
        .iter()
        .position(|group| group.word() == order.by);
    let turned = |ordering: Ordering| match order.descending {
        true => ordering.reverse(),
        false => ordering,
    };
    // What has no figure comes last either way.
    let by_figure = |at: usize, a: &Row, b: &Row| {
        let figure = |row: &Row| row.figures.get(at).copied().flatten();
        match (figure(a), figure(b)) {
            (Some(a), Some(b)) => turned(a.total_cmp(&b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        }
    };
    fn name(at: usize, row: &Row) -> &str {
        row.groups.get(at).map_or("", String::as_str)
    }
    match (stat, group, order.by.as_str()) {
        (Some(at), _, _) => answer.rows.sort_by(|a, b| by_figure(at, a, b)),
        (_, Some(at), _) => answer
            .rows
            .sort_by(|a, b| turned(by_number(name(at, a), name(at, b)))),
        (_, _, "metric") => answer.rows.sort_by(|a, b| turned(a.metric.cmp(&b.metric))),
        _ => {
            let stats = query.stats.iter().map(ToString::to_string);
            let groups = query.groups.iter().map(|group| group.word().to_owned());
            let words: Vec<String> = stats.chain(groups).collect();
            bail!(
                "rows have no `{}` to be sorted by: they have {}",
                order.by,
                words.join(", ")
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    fn row(group: &str, figure: Option<f64>) -> Row {
        Row {
            metric: "a".to_owned(),
            unit: Unit::Percent,
            groups: vec![group.to_owned()],
            figures: vec![figure],
        }
    }

    fn sorted(by: &str, descending: bool) -> Option<String> {
        let mut answer = Answer {
            rows: vec![row("x", Some(2.0)), row("y", None), row("z", Some(1.0))],
            points: 3,
        };
        let query = Query {
            groups: vec!["os".parse().unwrap()],
            stats: vec![Stat::Max],
            ..Query::default()
        };
        let order = Order {
            by: by.to_owned(),
            descending,
        };
        sort(&mut answer, &query, &order).ok()?;
        Some(answer.rows.into_iter().flat_map(|row| row.groups).collect())
    }

    #[test]
    fn what_has_no_figure_comes_last_either_way() {
        assert_eq!(sorted("max", false).as_deref(), Some("zxy"));
        assert_eq!(sorted("max", true).as_deref(), Some("xzy"));
        assert_eq!(sorted("os", true).as_deref(), Some("zyx"));
        assert_eq!(sorted("p95", false), None);
    }

    #[test]
    fn ratios_are_never_averaged() {
        let mut answer = Answer {
            rows: vec![Row {
                figures: vec![Some(1.0), Some(2.0), Some(3.0)],
                ..row("x", None)
            }],
            points: 1,
        };
        let query = Query {
            stats: vec![Stat::Mean, Stat::Percentile(50.0), Stat::Sum],
            ..Query::default()
        };
        assert!(silence_ratios(&mut answer, &query));
        assert_eq!(answer.rows[0].figures, [None, Some(2.0), None]);
    }
}
