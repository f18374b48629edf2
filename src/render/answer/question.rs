//! A question with its answer.

use std::collections::BTreeMap;

use crate::domain::metric::Better;
use crate::domain::series::{Answer, Bucket, Group, Query, Row, Stat};
use crate::domain::unit::Unit;
use crate::text::number;

/// A question with its answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Question {
    /// What was asked.
    pub query: Query,
    /// What it comes to.
    pub answer: Answer,
    /// Rows that are not shown; figures over time are of them too.
    pub rest: Vec<Row>,
    /// Which way metrics are better; neither way for those that are not there.
    pub better: BTreeMap<String, Better>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// The figures of one group over time.
pub(super) struct Track<'a> {
    /// The row that it begins with.
    pub(super) first: usize,
    /// The metric, its unit and the outer groups.
    pub(super) row: &'a Row,
    /// The first figure of each span of the whole time, `None` where there is none.
    pub(super) values: Vec<Option<f64>>,
}

/// Spans that are shown at the most.
const SPANS: usize = 20_000;

impl Question {
    /// The spans of time that the points are put together in, innermost; `None` if it is no time.
    pub(super) fn bucket(&self) -> Option<Bucket> {
        match self.query.groups.last() {
            Some(Group::Time(bucket)) => Some(*bucket),
            _ => None,
        }
    }

    /// The first and the last of these spans.
    pub(super) fn ends(&self) -> Option<(i64, i64)> {
        let bucket = self.bucket()?;
        let begin = |row: &Row| bucket.begin(row.groups.last()?);
        let begins = || self.rows().filter_map(begin);
        begins().min().zip(begins().max())
    }

    /// The figures over time of each group, in the order of the rows. All over the same time, so that they can be
    /// compared by eye; a span without points is a gap.
    pub(super) fn tracks(&self) -> Vec<Track<'_>> {
        let (Some(bucket), Some((begin, end))) = (self.bucket(), self.ends()) else {
            return Vec::new();
        };
        let mut starts = vec![begin];
        while let Some(last) = starts.last().copied().filter(|last| *last < end)
            && starts.len() < SPANS
        {
            starts.push(bucket.end(last));
        }
        let mut tracks: Vec<Track<'_>> = Vec::new();
        for (at, row) in self.rows().enumerate() {
            let known = tracks.iter_mut().find(|track| is_same(track.row, row));
            let track = match known {
                Some(track) => track,
                None => {
                    tracks.push(Track {
                        first: at,
                        row,
                        values: vec![None; starts.len()],
                    });
                    let Some(track) = tracks.last_mut() else {
                        continue;
                    };
                    track
                }
            };
            let start = row.groups.last().and_then(|name| bucket.begin(name));
            let place = start.and_then(|start| starts.binary_search(&start).ok());
            if let Some(value) = place.and_then(|place| track.values.get_mut(place)) {
                *value = row.figures.first().copied().flatten();
            }
        }
        tracks.retain(|track| track.first < self.answer.rows.len());
        tracks
    }

    /// A figure of a row.
    pub(super) fn figure(&self, stat: Stat, value: Option<f64>, row: &Row) -> String {
        let better = self.better.get(&row.metric).copied();
        let better = better.unwrap_or(Better::Neither);
        figure(stat, value, (row.unit.symbol(), better))
    }

    /// All rows, shown or not.
    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.answer.rows.iter().chain(&self.rest)
    }

    /// Whether the rows are of more than one metric or unit.
    pub(super) fn is_mixed(&self) -> bool {
        let first = self.answer.rows.first();
        let other = |row: &Row| {
            first.is_some_and(|first| first.metric != row.metric || first.unit != row.unit)
        };
        self.answer.rows.iter().any(other)
    }

    /// What is asked, in a few words: the metrics and the conditions.
    pub(super) fn title(&self) -> String {
        let metrics = match self.query.metrics.as_slice() {
            [] => "all metrics".to_owned(),
            metrics => metrics.join(", "),
        };
        let filters: Vec<String> = self.query.filters.iter().map(ToString::to_string).collect();
        let filters = match filters.is_empty() {
            true => String::new(),
            false => format!(" where {}", filters.join(" and ")),
        };
        format!("{metrics}{filters}")
    }

    /// The time that is asked about, as far as it has ends.
    pub(super) fn span(&self) -> Option<String> {
        let shown = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
        match (self.query.from.map(shown), self.query.until.map(shown)) {
            (None, None) => None,
            (Some(from), None) => Some(format!("since {from} UTC")),
            (None, Some(until)) => Some(format!("before {until} UTC")),
            (Some(from), Some(until)) => Some(format!("{from} to {until} UTC")),
        }
    }
}

/// Whether two rows are of one metric and one group but for the time.
fn is_same(a: &Row, b: &Row) -> bool {
    let outer = |row: &Row| row.groups.len().saturating_sub(1);
    a.metric == b.metric && a.unit == b.unit && a.groups.get(..outer(a)) == b.groups.get(..outer(b))
}

/// A figure with its unit, rounded to the side that would fail; `–` where there is none.
pub(super) fn figure(stat: Stat, value: Option<f64>, (unit, better): (&str, Better)) -> String {
    match (value, stat) {
        (None, _) => "–".to_owned(),
        (Some(value), Stat::Count) => number::decimal(value),
        (Some(value), _) if stat.is_share() => number::leaning(value, "%", better.lean()),
        (Some(value), Stat::Rate) => {
            let unit = stat.unit(&Unit::of_symbol(unit).0);
            let unit = unit.as_ref().map_or("", Unit::symbol);
            number::leaning(value, unit, better.lean())
        }
        (Some(value), _) => number::leaning(value, unit, better.lean()),
    }
}

#[cfg(test)]
pub(super) mod cases {
    use super::*;
    use crate::domain::unit::Unit;

    /// A question by command and day, with a day that one command lacks and a hostile name.
    pub(in crate::render::answer) fn by_day() -> Question {
        let row = |command: &str, day: &str, p95: f64| Row {
            metric: "response_time".to_owned(),
            unit: Unit::Seconds,
            groups: vec![command.to_owned(), day.to_owned()],
            figures: vec![Some(p95), Some(3.0), None],
        };
        Question {
            query: Query {
                metrics: vec!["response_time".to_owned()],
                filters: vec!["branch=main".parse().unwrap()],
                groups: vec!["command".parse().unwrap(), "day".parse().unwrap()],
                stats: vec![Stat::Percentile(95.0), Stat::Count, Stat::Deviation],
                ..Query::default()
            },
            answer: Answer {
                rows: vec![
                    row("install", "2026-02-27", 0.412),
                    row("install", "2026-02-28", 0.3987),
                    row("install", "2026-03-02", 1.25),
                    row("=evil|\u{1b}[31m\u{202e}`x`", "2026-03-01", 0.000_12),
                ],
                points: 12,
            },
            rest: vec![
                row("list", "2026-02-27", 0.1),
                row("install", "2026-02-26", 0.5),
            ],
            better: BTreeMap::new(),
            notes: Vec::new(),
        }
    }

    /// A question by a dimension alone.
    pub(in crate::render::answer) fn by_name() -> Question {
        let row = |name: &str, value: f64| Row {
            metric: "memory".to_owned(),
            unit: Unit::Bytes,
            groups: vec![name.to_owned()],
            figures: vec![Some(value)],
        };
        Question {
            query: Query {
                groups: vec!["backend".parse().unwrap()],
                stats: vec![Stat::Max],
                ..Query::default()
            },
            answer: Answer {
                rows: vec![row("apt", 3e6), row("", 1e6), row("nix", 2.5e8)],
                points: 3,
            },
            ..Question::default()
        }
    }

    #[test]
    fn a_day_without_points_is_a_gap() {
        let question = by_day();
        let tracks = question.tracks();
        assert_eq!(tracks.len(), 2);
        // What is not shown in rows is part of the picture all the same.
        assert_eq!(
            tracks[0].values,
            [Some(0.5), Some(0.412), Some(0.3987), None, Some(1.25)]
        );
        assert_eq!(tracks[1].values, [None, None, None, Some(0.000_12), None]);
        assert!(by_name().tracks().is_empty());
    }
}
