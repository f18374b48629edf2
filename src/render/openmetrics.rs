//! The latest points as OpenMetrics.

use std::collections::{BTreeMap, BTreeSet};

use super::points::Point;
use crate::text::escape::openmetrics;
use crate::text::plural;

/// The latest time and value, by the labels.
type Latest = BTreeMap<Box<str>, (i64, f64)>;

/// What is called one name.
#[derive(Default)]
struct Family {
    /// Whether these are readings of a running total.
    is_counter: bool,
    latest: Latest,
    /// The labels of samples that have a value which cannot be written as it is, by what they are known by.
    odd: BTreeMap<Box<str>, Vec<(String, String)>>,
}

/// The values of a label that are not told apart by themselves once they are written.
#[derive(Default)]
struct Odd {
    /// Those that cannot be written as they are.
    changed: BTreeSet<String>,
    /// Those that can, and look like one that was changed.
    kept: BTreeSet<String>,
}

impl Odd {
    /// What each value that cannot be written as it is stands as. What is written as it is keeps its own; of the others, the
    /// later ones get `__2` and so on.
    fn written(&self) -> BTreeMap<&str, String> {
        let kept = self.kept.iter();
        let mut taken: BTreeSet<String> = kept
            .map(|text| openmetrics::value(text).into_owned())
            .collect();
        let mut named = |text: &str| {
            let plain = openmetrics::value(text);
            let numbered = (2_u64..).map(|number| format!("{plain}__{number}"));
            let mut all = std::iter::once(plain.to_string()).chain(numbered);
            let free = all.find(|name| !taken.contains(name)).unwrap_or_default();
            taken.insert(free.clone());
            free
        };
        let changed = self.changed.iter();
        changed.map(|text| (text.as_str(), named(text))).collect()
    }
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
    /// Which of these a sample has.
    has_runs: [bool; 2],
    /// By the name itself and the unit.
    families: BTreeMap<(String, &'static str), Family>,
    /// By the label.
    odd: BTreeMap<String, Odd>,
}

impl OpenMetrics {
    /// For points that have some of these dimensions.
    pub fn new(dimensions: BTreeSet<String>) -> OpenMetrics {
        let dimensions: Vec<String> = dimensions.into_iter().collect();
        let label = |called: &String, number: &str| openmetrics::label(called) + number;
        let mut taken = openmetrics::distinct(&dimensions, |called| called, label);
        let labels = dimensions.into_iter().zip(taken.clone()).collect();
        // A dimension keeps its name before what a run says by the same one.
        let of_runs = openmetrics::OF_RUNS.map(|name| {
            let numbered = (2_u64..).map(|number| format!("{name}__{number}"));
            let mut free = std::iter::once(name.to_owned()).chain(numbered);
            let free = free.find(|name| !taken.contains(name)).unwrap_or_default();
            taken.push(free.clone());
            free
        });
        OpenMetrics {
            labels,
            of_runs,
            has_runs: [false; 2],
            families: BTreeMap::new(),
            odd: BTreeMap::new(),
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
        for (has, (_, text)) in self.has_runs.iter_mut().zip(&of_run) {
            *has |= !text.is_empty();
        }
        let of_run = of_run.into_iter().filter(|(_, text)| !text.is_empty());
        let dimensions = point.key.dimensions.iter();
        let dimensions =
            dimensions.filter_map(|(name, text)| Some((self.labels.get(name)?, text.as_str())));
        let labels: BTreeMap<&String, &str> = of_run.chain(dimensions).collect();
        let mut is_odd = false;
        for (name, text) in &labels {
            if !openmetrics::is_kept(text) {
                is_odd = true;
                let odd = self.odd.entry((*name).clone()).or_default();
                odd.changed.insert((*text).to_owned());
            } else if text.contains(['\n', char::REPLACEMENT_CHARACTER]) {
                let odd = self.odd.entry((*name).clone()).or_default();
                odd.kept.insert((*text).to_owned());
            }
        }
        // No two series have these in common, whatever they are written as.
        let known = labels
            .iter()
            .map(|(name, text)| format!("{name}=\"{}\"", openmetrics::quoted(text)));
        let known = known.collect::<Vec<_>>().join(",").into_boxed_str();
        let family = (point.key.name.clone(), unit);
        let family = self.families.entry(family).or_default();
        family.is_counter |= point.key.is_counter();
        if is_odd && !family.latest.contains_key(&known) {
            let labels = labels.iter();
            let labels = labels.map(|(name, text)| ((*name).clone(), (*text).to_owned()));
            family.odd.insert(known.clone(), labels.collect());
        }
        let latest = family
            .latest
            .entry(known)
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
            .filter(|(called, name)| openmetrics::plain_label(called) != **name);
        let labels = labels.map(|(called, name)| {
            let why = match openmetrics::label(called) == *name {
                true => "for names that begin with `__` are the format's own",
                false => "for another one comes to the name that it would have",
            };
            format!(
                "the dimension `{called}` is the label `{name}` here, {why}: `--format jsonl` keeps dimensions as they are called"
            )
        });
        let odd = self.odd.iter();
        let odd = odd.filter_map(|(name, odd)| {
            let many = odd.changed.len() as u64;
            let written = odd.written().into_values().next()?;
            let values = plural::s(many, "value");
            Some(format!(
                "{values} of the label `{name}` {} signs that the format has no place for, and {} written without them, told apart by \
                 a number (`{written}`): `--format jsonl` keeps them",
                plural::pick(many, "has", "have"),
                plural::pick(many, "is", "are"),
            ))
        });
        let runs = openmetrics::OF_RUNS.into_iter().zip(&self.of_runs);
        let runs = runs.filter(|(called, name)| called != name);
        let runs = runs.map(|(called, name)| {
            format!("the {called} of runs is the label `{name}` here, for there is a dimension `{called}`")
        });
        metrics.chain(labels).chain(odd).chain(runs).collect()
    }

    /// The text, family by family.
    pub fn texts(self) -> impl Iterator<Item = String> {
        let names = self.names();
        let stated = self.stated(&names);
        let written: BTreeMap<String, BTreeMap<String, String>> = self
            .odd
            .iter()
            .map(|(name, odd)| {
                let written = odd.written().into_iter();
                let written = written.map(|(text, written)| (text.to_owned(), written));
                (name.clone(), written.collect())
            })
            .collect();
        let families = self.families.into_iter().zip(names);
        let families = families.map(move |(((called, unit), family), name)| {
            let sample = |known: &str, labels: &[(String, String)]| {
                let label = |(name, text): &(String, String)| {
                    let written = written.get(name).and_then(|of_label| of_label.get(text));
                    match written {
                        Some(written) => format!("{name}=\"{written}\""),
                        None => format!("{name}=\"{}\"", openmetrics::value(text)),
                    }
                };
                match labels {
                    [] => known.to_owned(),
                    labels => labels.iter().map(label).collect::<Vec<_>>().join(","),
                }
            };
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
            for (known, (at, value)) in family.latest {
                let odd = family.odd.get(&known).map_or(&[][..], Vec::as_slice);
                let labels = match known.is_empty() {
                    true => String::new(),
                    false => format!("{{{}}}", sample(&known, odd)),
                };
                out += &format!("{name}{labels} {value} {}.{:03}\n", at / 1000, at % 1000);
            }
            out
        });
        std::iter::once(stated)
            .chain(families)
            .chain(std::iter::once("# EOF\n".to_owned()))
    }

    /// What says which labels are of the runs, and no dimensions: a family without a sample, which adds nothing elsewhere.
    fn stated(&self, names: &[String]) -> String {
        let family = openmetrics::RUNS;
        let runs = openmetrics::OF_RUNS.iter().zip(&self.of_runs);
        let runs = runs.zip(self.has_runs).filter(|(_, has)| *has);
        let runs: Vec<String> = runs
            .map(|((of_run, label), _)| format!("{of_run}={label}"))
            .collect();
        // A metric of that very name is one.
        match runs.is_empty() || names.iter().any(|name| name == family) {
            true => String::new(),
            false => format!(
                "# TYPE {family} unknown\n# HELP {family} labels of runs: {}\n",
                runs.join(" ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Context;
    use crate::domain::series::Key;
    use crate::domain::unit::Unit;

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

    #[test]
    fn values_that_come_to_one_are_told_apart_and_said() {
        let run = Context::default();
        let texts = [
            "a\u{1b}b",
            "a\u{7}b",
            "a\tb",
            "a\u{fffd}b",
            "a\r\nb",
            "a\nb",
            "a\rb",
            "plain",
        ];
        let keys = texts.map(|text| {
            let mut key = Key::new("m", Unit::Count);
            key.dimensions
                .insert("__name__".to_owned(), text.to_owned());
            key
        });
        let names = BTreeSet::from(["__name__".to_owned()]);
        let mut latest = OpenMetrics::new(names);
        for round in 0..2 {
            for (key, value) in keys.iter().zip([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]) {
                latest.add(&Point {
                    key,
                    run: &run,
                    at: 1_000 + round,
                    value,
                    id: "",
                    metadata: None,
                    recorded: "",
                });
            }
        }
        assert_eq!(latest.len(), texts.len());
        let notes = latest.notes();
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("`__name__` is the label `name__` here, for names that begin"));
        assert!(
            notes[1].starts_with("5 values of the label `name__` have signs"),
            "{notes:?}"
        );
        let text: String = latest.texts().collect();
        let mut samples: Vec<&str> = text.lines().filter(|line| line.starts_with("m{")).collect();
        samples.sort_unstable();
        let expected = [
            "m{name__=\"a\\nb\"} 6 1.001",
            "m{name__=\"a\\nb__2\"} 5 1.001",
            "m{name__=\"a\\nb__3\"} 7 1.001",
            "m{name__=\"a\u{fffd}b\"} 4 1.001",
            "m{name__=\"a\u{fffd}b__2\"} 2 1.001",
            "m{name__=\"a\u{fffd}b__3\"} 3 1.001",
            "m{name__=\"a\u{fffd}b__4\"} 1 1.001",
            "m{name__=\"plain\"} 8 1.001",
        ];
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(samples, expected);
    }
}
