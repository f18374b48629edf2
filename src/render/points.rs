//! Points as events that can be recorded again: JSON, JSON lines, CSV; and as OpenMetrics.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::domain::event::Context;
use crate::domain::measurement::Labels;
use crate::domain::series::Key;
use crate::text::escape::csv::shielded;
use crate::text::escape::openmetrics;

/// A point with all that is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Point<'a> {
    /// What it is a point of.
    pub key: &'a Key,
    /// The run that it comes from.
    pub run: &'a Context,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The value, in the base unit.
    pub value: f64,
    /// What tells it from all others: exported and recorded twice, it counts once.
    pub id: &'a str,
    /// Whatever else is said of it, as JSON.
    pub metadata: Option<&'a str>,
    /// What it was recorded with: there it is known already.
    pub recorded: &'a str,
}

#[derive(Serialize)]
struct Event<'a> {
    id: &'a str,
    timestamp: String,
    source: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    category: &'a str,
    name: &'a str,
    value: f64,
    unit: &'a str,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    dimensions: &'a Labels,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a RawValue>,
    context: &'a Context,
    recorded: &'a str,
}

impl Point<'_> {
    fn time(&self) -> String {
        Timestamp::from_millisecond(self.at)
            .unwrap_or_default()
            .to_string()
    }

    /// The event on one line of JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Event {
            id: self.id,
            timestamp: self.time(),
            source: self.key.source.word(),
            category: &self.key.category,
            name: &self.key.name,
            value: self.value,
            unit: self.key.unit.symbol(),
            dimensions: &self.key.dimensions,
            metadata: self.metadata.map(serde_json::from_str).transpose()?,
            context: self.run,
            recorded: self.recorded,
        })
    }
}

/// A table of points.
pub struct Table {
    dimensions: Vec<String>,
    writer: csv::Writer<Vec<u8>>,
}

/// The members of an event that a table has before its dimensions.
const MEMBERS: [&str; 9] = [
    "id",
    "timestamp",
    "source",
    "category",
    "name",
    "value",
    "unit",
    "metadata",
    "recorded",
];

impl Table {
    /// A table for points that have some of these dimensions, with its header.
    ///
    /// # Errors
    /// When it cannot be written, which memory alone could be the reason of.
    pub fn new(dimensions: BTreeSet<String>) -> Result<Table, csv::Error> {
        let dimensions: Vec<String> = dimensions.into_iter().collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        let mut header: Vec<String> = MEMBERS.map(str::to_owned).to_vec();
        header.extend(Context::NAMES.map(|name| format!("context.{name}")));
        header.extend(dimensions.iter().map(|name| {
            // A dimension that is called like another column says that it is one.
            match MEMBERS.contains(&name.as_str()) || name.contains('.') {
                true => format!("dimensions.{name}"),
                false => shielded(name).into_owned(),
            }
        }));
        writer.write_record(&header)?;
        Ok(Table { dimensions, writer })
    }

    /// Adds a point.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn add(&mut self, point: &Point<'_>) -> Result<(), csv::Error> {
        let key = point.key;
        let members = [
            shielded(point.id).into_owned(),
            point.time(),
            key.source.word().to_owned(),
            shielded(&key.category).into_owned(),
            shielded(&key.name).into_owned(),
            point.value.to_string(),
            shielded(key.unit.symbol()).into_owned(),
            point.metadata.unwrap_or_default().to_owned(),
            point.recorded.to_owned(),
        ];
        let run = Context::NAMES.iter().map(|name| point.run.get(name));
        let dimensions = self.dimensions.iter();
        let dimensions = dimensions.map(|name| key.dimensions.get(name).map(String::as_str));
        let rest = run.chain(dimensions);
        let rest = rest.map(|text| shielded(text.unwrap_or_default()).into_owned());
        let cells: Vec<String> = members.into_iter().chain(rest).collect();
        self.writer.write_record(&cells)
    }

    /// What was written since it was last asked.
    ///
    /// # Errors
    /// As [`Table::new`].
    pub fn take(&mut self) -> Result<String, csv::Error> {
        self.writer.flush()?;
        let rest = csv::Writer::from_writer(Vec::new());
        let full = std::mem::replace(&mut self.writer, rest);
        let bytes = full.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// The latest time and value, by the labels.
type Latest = BTreeMap<Box<str>, (i64, f64)>;

/// What is called one name.
#[derive(Default)]
struct Family {
    /// Whether these are readings of a running total.
    is_counter: bool,
    latest: Latest,
}

/// The latest value of each series and branch as OpenMetrics, which has no place for more: a commit or a run as a label
/// would make a series of each. Names get the unit at their end, as the format wants it; `HELP` says the name itself, by
/// which it is called again where it is recorded. Names that the format does not tell apart are told apart by a number.
///
/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
pub struct OpenMetrics {
    /// What each dimension is called as a label.
    labels: BTreeMap<String, String>,
    /// What the branch and the runner of a run are called as labels.
    of_runs: [String; 2],
    /// By the name itself and the unit.
    families: BTreeMap<(String, &'static str), Family>,
}

impl OpenMetrics {
    /// For points that have some of these dimensions.
    pub fn new(dimensions: BTreeSet<String>) -> OpenMetrics {
        let dimensions: Vec<String> = dimensions.into_iter().collect();
        let label =
            |called: &String, number: &str| openmetrics::name(called).replace(':', "_") + number;
        let mut taken = openmetrics::distinct(&dimensions, |called| called, label);
        let labels = dimensions.into_iter().zip(taken.clone()).collect();
        // A dimension keeps its name before what a run says by the same one.
        let of_runs = ["branch", "runner"].map(|name| {
            let numbered = (2_u64..).map(|number| format!("{name}__{number}"));
            let mut free = std::iter::once(name.to_owned()).chain(numbered);
            let free = free.find(|name| !taken.contains(name)).unwrap_or_default();
            taken.push(free.clone());
            free
        });
        OpenMetrics {
            labels,
            of_runs,
            families: BTreeMap::new(),
        }
    }

    /// Takes a point: of those with the same labels the latest counts.
    pub fn add(&mut self, point: &Point<'_>) {
        let unit = match point.key.unit.symbol() {
            "s" => "seconds",
            "B" => "bytes",
            "%" => "percent",
            "/s" => "per_second",
            "/week" => "per_week",
            "lines" => "lines",
            _ => "",
        };
        let [branch, runner] = &self.of_runs;
        let of_run = [
            (branch, point.run.branch.as_str()),
            (runner, point.run.runner.as_str()),
        ];
        let of_run = of_run.into_iter().filter(|(_, text)| !text.is_empty());
        let dimensions = point.key.dimensions.iter();
        let dimensions =
            dimensions.filter_map(|(name, text)| Some((self.labels.get(name)?, text.as_str())));
        let labels: BTreeMap<&String, &str> = of_run.chain(dimensions).collect();
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, text)| format!("{name}=\"{}\"", openmetrics::value(text)))
            .collect();
        let family = (point.key.name.clone(), unit);
        let family = self.families.entry(family).or_default();
        family.is_counter |= point.key.is_counter();
        let latest = family
            .latest
            .entry(labels.join(",").into_boxed_str())
            .or_insert((point.at, point.value));
        if (point.at, point.value) > *latest {
            *latest = (point.at, point.value);
        }
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.families
            .values()
            .map(|family| family.latest.len())
            .sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }

    /// What the metrics are called, in their order.
    fn names(&self) -> Vec<String> {
        let all: Vec<&(String, &'static str)> = self.families.keys().collect();
        openmetrics::distinct(
            &all,
            |(called, _)| called,
            |(called, unit), number| {
                let name = openmetrics::name(called) + number;
                match unit.is_empty() || name.ends_with(&format!("_{unit}")) {
                    true => name,
                    false => format!("{name}_{unit}"),
                }
            },
        )
    }

    /// What is called by a number because something else comes to the same name.
    pub fn notes(&self) -> Vec<String> {
        let metrics = self.families.keys().zip(self.names());
        let metrics = metrics.filter(|((called, unit), name)| {
            let plain = openmetrics::name(called);
            *name != plain && *name != format!("{plain}_{unit}")
        });
        let metrics = metrics.map(|((called, _), name)| {
            format!(
                "the metric `{called}` is `{name}` here, for another one comes to the name that it would have; `andon record` calls \
                 it `{called}` again"
            )
        });
        let labels = self
            .labels
            .iter()
            .filter(|(called, name)| openmetrics::name(called).replace(':', "_") != **name);
        let labels = labels.map(|(called, name)| {
            format!(
                "the dimension `{called}` is the label `{name}` here, for another one comes to the name that it would have: \
                 `--format jsonl` keeps dimensions as they are called"
            )
        });
        let runs = ["branch", "runner"].into_iter().zip(&self.of_runs);
        let runs = runs.filter(|(called, name)| called != name);
        let runs = runs.map(|(called, name)| {
            format!("the {called} of runs is the label `{name}` here, for there is a dimension `{called}`")
        });
        metrics.chain(labels).chain(runs).collect()
    }

    /// The text, family by family.
    pub fn texts(self) -> impl Iterator<Item = String> {
        let names = self.names();
        let families = self.families.into_iter().zip(names);
        let families = families.map(|(((called, unit), family), name)| {
            // By that type what is called like a running total is one again where it is recorded.
            let kind = if family.is_counter {
                "unknown"
            } else {
                "gauge"
            };
            let mut out = format!("# TYPE {name} {kind}\n");
            if called != name {
                out += &format!("# HELP {name} {called}\n");
            }
            if !unit.is_empty() {
                out += &format!("# UNIT {name} {unit}\n");
            }
            for (labels, (at, value)) in family.latest {
                let labels = match labels.is_empty() {
                    true => String::new(),
                    false => format!("{{{labels}}}"),
                };
                out += &format!("{name}{labels} {value} {}.{:03}\n", at / 1000, at % 1000);
            }
            out
        });
        families.chain(std::iter::once("# EOF\n".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    #[test]
    fn points_are_written_in_every_form() {
        let mut key = Key::new("response.time", Unit::Seconds);
        key.dimensions
            .insert("unit".to_owned(), "=1+\"x\"\n".to_owned());
        let run = Context {
            branch: "main".to_owned(),
            ..Context::default()
        };
        let point = |at, value, metadata| Point {
            key: &key,
            run: &run,
            at,
            value,
            id: "point:00ff:1",
            metadata,
            recorded: "00ff",
        };
        let points = [
            point(1_772_362_800_250, 0.1, Some(r#"{"host":"a, b"}"#)),
            point(1_772_362_700_000, 0.2, None),
        ];
        let mut table = Table::new(key.dimensions.keys().cloned().collect()).unwrap();
        for point in &points {
            table.add(point).unwrap();
        }
        let mut latest = OpenMetrics::new(key.dimensions.keys().cloned().collect());
        points.iter().for_each(|point| latest.add(point));
        let text = format!(
            "{}\n{}\n\n{}\n{}",
            points[0].json().unwrap(),
            points[1].json().unwrap(),
            table.take().unwrap(),
            latest.texts().collect::<String>()
        );
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_comes_to_one_name_is_told_apart() {
        let run = Context {
            branch: "main".to_owned(),
            ..Context::default()
        };
        let key = |name: &str, unit, dimensions: &[&str]| {
            let mut key = Key::new(name, unit);
            let each = dimensions
                .iter()
                .map(|name| ((*name).to_owned(), format!("of {name}")));
            key.dimensions.extend(each);
            key
        };
        let keys = [
            key("a_b", Unit::Count, &["a-b"]),
            key("a.b", Unit::Count, &["a_b", "a-b"]),
            key("a.b", Unit::Count, &["a_b"]),
            key("x.time", Unit::Seconds, &["branch"]),
            key("x_time_seconds", Unit::Seconds, &[]),
        ];
        let names = keys.iter().flat_map(|key| key.dimensions.keys().cloned());
        let mut latest = OpenMetrics::new(names.collect());
        for (key, value) in keys.iter().zip([1.0, 2.0, 3.0, 4.0, 5.0]) {
            latest.add(&Point {
                key,
                run: &run,
                at: 1_000,
                value,
                id: "",
                metadata: None,
                recorded: "",
            });
        }
        assert_eq!((latest.len(), latest.notes().len()), (5, 4));
        let text: String = latest.texts().collect();
        for line in [
            "# HELP a_b__2 a.b\n",
            "a_b__2{a_b=\"of a_b\",a_b__2=\"of a-b\",branch__2=\"main\"} 2 1.000\n",
            "a_b__2{a_b=\"of a_b\",branch__2=\"main\"} 3 1.000\n",
            "a_b{a_b__2=\"of a-b\",branch__2=\"main\"} 1 1.000\n",
            "# HELP x_time__2_seconds x.time\n",
            "x_time__2_seconds{branch=\"of branch\",branch__2=\"main\"} 4 1.000\n",
            "\nx_time_seconds{branch__2=\"main\"} 5 1.000\n",
        ] {
            assert!(text.contains(line), "{line}{text}");
        }
        assert!(!text.contains("HELP a_b a") && !text.contains("HELP x_time_seconds "));
    }
}
