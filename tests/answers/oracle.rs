//! Reads the documents of a folder as docs/history.md describes them, and answers questions by a look at every event.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use andon::domain::event::{Batch, Context, Event, Sample};
use andon::domain::series::{Group, Key, Query, Stat};
use andon::domain::unit::Unit;
use jiff::Timestamp;
use serde_json::Value;

/// What values are counted in, exactly.
pub(super) const PARTS: f64 = 16_384.0;

/// An event with all that a question can ask of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    at: i64,
    value: i64,
    id: Option<String>,
    revision: u64,
    /// Name, unit, source and dimensions.
    name: String,
    unit: String,
    source: String,
    dimensions: BTreeMap<String, String>,
    run: BTreeMap<String, String>,
}

/// What a unit is called in documents.
pub(super) fn word(unit: &Unit) -> String {
    serde_json::to_value(unit).unwrap().to_string()
}

#[allow(clippy::cast_possible_truncation, reason = "small whole numbers")]
fn exact(value: f64) -> i64 {
    let parts = value * PARTS;
    assert_eq!(parts.fract(), 0.0, "{value}");
    parts as i64
}

fn texts(value: &Value) -> BTreeMap<String, String> {
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(name, text)| (name.clone(), text.as_str().unwrap().to_owned()))
        .collect()
}

impl Point {
    pub(super) fn of(key: &Key, run: &Context, sample: &Sample) -> Point {
        let run = ["repository", "commit", "branch", "folder", "run", "runner"]
            .into_iter()
            .zip([
                &run.repository,
                &run.commit,
                &run.branch,
                &run.folder,
                &run.run,
                &run.runner,
            ])
            .filter(|(_, text)| !text.is_empty());
        Point {
            at: sample.at,
            value: exact(sample.value),
            id: sample.id.as_deref().map(str::to_owned),
            revision: u64::from(sample.revision),
            name: key.name.clone(),
            unit: word(&key.unit),
            source: key.source.to_string(),
            dimensions: key.dimensions.clone().into_iter().collect(),
            run: run
                .map(|(name, text)| (name.to_owned(), text.clone()))
                .collect(),
        }
    }

    /// What it says under a name.
    fn get(&self, name: &str) -> &str {
        match name {
            "metric" => &self.name,
            "source" => &self.source,
            "branch" | "run" | "runner" | "commit" => self.run.get(name).map_or("", String::as_str),
            _ => self.dimensions.get(name).map_or("", String::as_str),
        }
    }
}

/// What a history holds: of each thing recorded, what all its versions have.
pub(super) struct Kept {
    pub(super) parts: BTreeMap<String, Vec<Point>>,
}

/// Reads all documents of a folder.
pub(super) fn kept(folder: &Path) -> Kept {
    let mut versions: BTreeMap<String, Vec<Vec<Point>>> = BTreeMap::new();
    for span in fs::read_dir(folder).into_iter().flatten() {
        let span = span.unwrap().path();
        for file in fs::read_dir(&span).into_iter().flatten() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let text = zstd::decode_all(fs::File::open(&path).unwrap()).unwrap();
            let recorded = name.strip_suffix(".events.zst");
            let part = recorded.map(|name| name.rsplit('-').next().unwrap());
            for (part, version) in read(std::str::from_utf8(&text).unwrap(), part) {
                versions.entry(part).or_default().push(version);
            }
        }
    }
    let parts = versions
        .into_iter()
        .map(|(part, versions)| (part, agreed(versions)));
    Kept {
        parts: parts.collect(),
    }
}

/// The parts of a document; one that is as it was recorded is a part itself.
fn read(text: &str, part: Option<&str>) -> Vec<(String, Vec<Point>)> {
    let mut parts: Vec<(String, Vec<Point>)> = Vec::new();
    parts.extend(part.map(|part| (part.to_owned(), Vec::new())));
    let (mut run, mut series, mut at, mut count, mut ended) = (None, Vec::new(), 0, 0, false);
    for (number, line) in text.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(!ended, "something follows the end");
        if number == 0 {
            assert_eq!(line["joined"].as_bool().unwrap_or_default(), part.is_none());
        } else if let Some(event) = line.as_array() {
            at += event[1].as_i64().unwrap();
            count += 1;
            let key: &Value = &series[usize::try_from(event[0].as_u64().unwrap()).unwrap()];
            let text = |name: &str, or: &str| key[name].as_str().unwrap_or(or).to_owned();
            parts.last_mut().unwrap().1.push(Point {
                at,
                value: exact(event[2].as_f64().unwrap()),
                id: event.get(3).and_then(Value::as_str).map(str::to_owned),
                revision: event
                    .get(5)
                    .map_or(0, |revision| revision.as_u64().unwrap()),
                name: text("name", ""),
                unit: key["unit"].to_string(),
                source: text("source", "system"),
                dimensions: texts(&key["dimensions"]),
                run: texts(run.as_ref().unwrap()),
            });
        } else if let Some(stated) = line.get("run") {
            run = Some(stated.clone());
        } else if let Some(stated) = line.get("series") {
            series.push(stated.clone());
        } else if let Some(stated) = line.get("part") {
            parts.push((stated["id"].as_str().unwrap().to_owned(), Vec::new()));
        } else {
            assert_eq!(line["end"].as_u64(), Some(count));
            ended = true;
        }
    }
    assert!(ended, "it ends in the middle");
    parts
}

/// Of several versions, the events that each of them has, as often as it has them.
fn agreed(mut versions: Vec<Vec<Point>>) -> Vec<Point> {
    let first = versions.pop().unwrap();
    first
        .into_iter()
        .filter(|point| {
            versions.iter_mut().all(|version| {
                let place = version.iter().position(|other| other == point);
                place.map(|place| version.swap_remove(place)).is_some()
            })
        })
        .collect()
}

impl Kept {
    /// The events that count: of an id the one that was corrected most often, of those the earliest, of those the smallest;
    /// no copy of an event that is here itself.
    pub(super) fn counted(&self) -> Vec<Point> {
        let mut all = Vec::new();
        let mut ids: BTreeMap<&str, &Point> = BTreeMap::new();
        for point in self.parts.values().flatten() {
            let Some(id) = &point.id else {
                all.push(point.clone());
                continue;
            };
            let copied = id.strip_prefix("point:").and_then(|id| id.split_once(':'));
            if copied.is_some_and(|(part, _)| self.parts.contains_key(part)) {
                continue;
            }
            let rank = |point: &Point| (std::cmp::Reverse(point.revision), point.at, point.value);
            let best = ids.entry(id).or_insert(point);
            if rank(point) < rank(best) {
                *best = point;
            }
        }
        all.extend(ids.into_values().cloned());
        all
    }

    /// A recorded part as it is recorded after an export: what had no id has one that says where it comes from.
    pub(super) fn copy(&self, place: usize) -> Option<Batch> {
        let (part, points) = self.parts.iter().nth(place)?;
        let run = points.first()?.run.clone();
        let mut context = Context::default();
        run.iter().for_each(|(name, text)| context.set(name, text));
        let mut batch = Batch::of(context);
        let (mut twice, mut revisions) = (BTreeSet::new(), Vec::new());
        for (number, point) in points.iter().enumerate() {
            let id = point
                .id
                .clone()
                .unwrap_or_else(|| format!("point:{part}:{number}"));
            if !twice.insert(id.clone()) {
                continue;
            }
            let mut key = Key::new(&point.name, serde_json::from_str(&point.unit).unwrap());
            key.source = point.source.parse().unwrap();
            key.dimensions = point.dimensions.clone().into_iter().collect();
            batch.add(Event {
                id: Some(id),
                at: Timestamp::from_millisecond(point.at).unwrap(),
                key,
                value: point.value as f64 / PARTS,
                metadata: None,
            });
            revisions.push(u32::try_from(point.revision).unwrap());
        }
        let mut revisions = revisions.into_iter();
        batch.retain(|_, sample| {
            sample.revision = revisions.next().unwrap();
            true
        });
        Some(batch)
    }
}

/// What a group comes to.
pub(super) struct Figures {
    pub(super) count: u64,
    pub(super) figures: Vec<Option<f64>>,
}

/// What the span is called that a time lies in: counted in days from the Monday on which 2024 began.
pub(super) fn name(span: &str, at: i64) -> String {
    let monday: Timestamp = "2024-01-01T00:00:00Z".parse().unwrap();
    let day = (at - monday.as_millisecond()).div_euclid(86_400_000);
    let since = at - monday.as_millisecond() - day * 86_400_000;
    let date = |day: i64| {
        let (mut year, mut left) = (2024, day);
        let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = |year: i64| if leap(year) { 366 } else { 365 };
        while left < 0 {
            year -= 1;
            left += length(year);
        }
        while left >= length(year) {
            left -= length(year);
            year += 1;
        }
        let february = if leap(year) { 29 } else { 28 };
        let mut month = 1;
        for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
            if left < days {
                break;
            }
            left -= days;
            month += 1;
        }
        format!("{year:04}-{month:02}-{:02}", left + 1)
    };
    match span {
        "hour" => format!("{} {:02}:00", date(day), since / 3_600_000),
        "day" => date(day),
        "week" => date(day - day.rem_euclid(7)),
        "month" => date(day)[..7].to_owned(),
        other => unreachable!("{other}"),
    }
}

/// The answer: by metric, unit and groups.
pub(super) fn answer(
    points: &[Point],
    query: &Query,
) -> BTreeMap<(String, String, Vec<String>), Figures> {
    let mut groups: BTreeMap<(String, String, Vec<String>), Vec<&Point>> = BTreeMap::new();
    let limit = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
    for point in points {
        let named = query.metrics.is_empty() || query.metrics.contains(&point.name);
        let early = limit(query.from).is_some_and(|from| point.at < from);
        let late = limit(query.until).is_some_and(|until| point.at >= until);
        let fits = query.filters.iter().all(|filter| {
            let is = filter
                .values
                .iter()
                .any(|value| value == point.get(&filter.name));
            is != filter.not
        });
        if !named || early || late || !fits {
            continue;
        }
        let group = query.groups.iter().map(|group| match group {
            Group::Time(bucket) => name(bucket.word(), point.at),
            Group::By(word) => point.get(word).to_owned(),
        });
        let key = (point.name.clone(), point.unit.clone(), group.collect());
        groups.entry(key).or_default().push(point);
    }
    let figures = |points: Vec<&Point>| Figures {
        count: points.len() as u64,
        figures: query
            .stats
            .iter()
            .map(|stat| figure(*stat, &points))
            .collect(),
    };
    groups
        .into_iter()
        .map(|(key, points)| (key, figures(points)))
        .collect()
}

fn figure(stat: Stat, points: &[&Point]) -> Option<f64> {
    let mut values: Vec<f64> = points
        .iter()
        .map(|point| point.value as f64 / PARTS)
        .collect();
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let by_time = |point: &&&Point| (point.at, point.value);
    let value = |point: &&Point| point.value as f64 / PARTS;
    Some(match stat {
        Stat::Count => n,
        // It takes the span that the question is for: tests/watch.rs has its cases.
        Stat::Rate => return None,
        Stat::Sum => values.iter().sum(),
        Stat::Mean => mean,
        Stat::Min => values[0],
        Stat::Max => values[values.len() - 1],
        Stat::Deviation if values.len() < 2 => return None,
        Stat::Deviation => {
            let squares = values.iter().map(|value| (value - mean).powi(2));
            (squares.sum::<f64>() / (n - 1.0)).sqrt()
        }
        Stat::First => value(points.iter().min_by_key(by_time)?),
        Stat::Last => value(points.iter().max_by_key(by_time)?),
        // Type 7 of Hyndman and Fan: at (n − 1)·p, between the values on either side.
        Stat::Percentile(percent) => {
            let place = (n - 1.0) * percent / 100.0;
            let mut at = 0;
            while (at + 1) as f64 <= place {
                at += 1;
            }
            let next = values[(at + 1).min(values.len() - 1)];
            values[at] + (place - at as f64) * (next - values[at])
        }
        // Wilson's interval of yes and no, in percent.
        Stat::Share | Stat::ShareLow | Stat::ShareHigh => {
            if values.iter().any(|value| *value != 0.0 && *value != 1.0) {
                return None;
            }
            let z = 1.959_963_984_540_054_f64;
            let spread = (mean * (1.0 - mean) / n + z * z / (4.0 * n * n)).sqrt();
            let (middle, half) = (mean + z * z / (2.0 * n), z * spread);
            let end = match stat {
                Stat::ShareLow => middle - half,
                Stat::ShareHigh => middle + half,
                _ => mean * (1.0 + z * z / n),
            };
            100.0 * end / (1.0 + z * z / n)
        }
    })
}
