//! Events as OpenMetrics or the Prometheus text format: a sample is an event, and its labels are dimensions.
//!
//! <https://prometheus.io/docs/specs/om/open_metrics_spec/>

use std::collections::HashMap;

use super::super::limits::cut;
use super::super::samples::sample;
use super::written::{Take, Written};
use crate::domain::event::{Context, Invalid, Limits, Raw};
use crate::domain::measurement::Labels;
use crate::domain::report::Problem;
use crate::domain::series::Key;
use crate::formats::Input;
use crate::text::escape::openmetrics;

/// Families whose type or unit is remembered: a bound on hostile files.
const FAMILIES: usize = 100_000;

/// What the names of running totals end in.
const TOTALS: [&str; 4] = ["_total", "_bucket", "_count", "_sum"];

/// What the names of a gauge histogram's sums and counts end in, which are no running totals.
const OF_GAUGES: [&str; 2] = ["_gsum", "_gcount"];

/// What the names of samples end in that count observations, in whatever unit these are.
const COUNTS: [&str; 3] = ["_bucket", "_count", "_gcount"];

/// What is declared of a family.
#[derive(Default)]
struct Family {
    kind: String,
    unit: Option<String>,
    /// The name that `andon export` wrote as this one.
    called: Option<String>,
}

/// Labels that are of the run and no dimensions, with what of it they are, as `andon export` says in its file.
type OfRuns = Vec<(String, &'static str)>;

pub(super) fn read(input: &mut Input<'_>, take: Take<'_>) -> Result<(), Problem> {
    let mut families: HashMap<String, Family> = HashMap::new();
    let mut of_runs = OfRuns::new();
    input.each_line(|_, number, line| {
        declare(&mut families, line);
        if let Some(stated) = of_runs_in(line) {
            of_runs = stated;
        }
        let mut run = Context::default();
        let event = match sample(line) {
            Ok(None) => return Ok(()),
            Err(why) => Err(Invalid(why.to_owned())),
            Ok(Some(sample)) => {
                let Some(value) = sample.number() else {
                    let what = format!("`value` is `{}`, which is no number", sample.value);
                    return take(Written {
                        line: number,
                        event: Err(Invalid(what)),
                        text: line,
                        members: None,
                        context: None,
                        is_of_here: false,
                    });
                };
                // A sample that is no number says that there is none; when a counter began is no measurement.
                if !value.is_finite() || sample.name.ends_with("_created") {
                    return Ok(());
                }
                let mut dimensions = Labels::new();
                for (name, text) in sample.labels {
                    match of_runs.iter().find(|(label, _)| label == name) {
                        Some((_, of_run)) => run.set(of_run, &text),
                        None => {
                            dimensions.insert(name.to_owned(), text.into_owned());
                        }
                    }
                }
                Ok(Raw {
                    timestamp: sample.time.map(str::to_owned),
                    name: called(&families, sample.name).to_owned(),
                    value,
                    unit: unit(&families, sample.name),
                    category: is_counter(&families, sample.name).then(|| Key::COUNTER.to_owned()),
                    dimensions,
                    ..Raw::default()
                })
            }
        };
        take(Written {
            line: number,
            event,
            text: line,
            members: None,
            context: (run != Context::default()).then_some(&run),
            is_of_here: true,
        })
    })
}

/// The labels of runs that a line states: `# HELP andon_runs labels of runs: branch=branch runner=runner__2`.
fn of_runs_in(line: &str) -> Option<OfRuns> {
    let rest = line
        .strip_prefix("# HELP ")?
        .strip_prefix(openmetrics::RUNS)?;
    let stated = rest.strip_prefix(" labels of runs: ")?;
    let pairs = stated.split_whitespace();
    let pairs = pairs.filter_map(|pair| {
        let (of_run, label) = pair.split_once('=')?;
        let of_run = openmetrics::OF_RUNS.iter().find(|name| **name == of_run)?;
        Some((label.to_owned(), *of_run))
    });
    Some(pairs.take(openmetrics::OF_RUNS.len()).collect())
}

/// What a family is called where it was exported: its help says so, and nothing but a name that comes to the family's.
fn called<'f>(families: &'f HashMap<String, Family>, name: &'f str) -> &'f str {
    let family = families.get(name);
    let called = family.and_then(|family| Some((family.called.as_deref()?, family)));
    let Some((called, family)) = called else {
        return name;
    };
    let unit = family.unit.as_deref().unwrap_or_default();
    match openmetrics::is_of(called, unit, name) {
        true => called,
        false => name,
    }
}

/// Whether a sample is a running total: of a counter, and what a histogram or a summary counts and adds up; where no type is
/// declared, what is called like one.
fn is_counter(families: &HashMap<String, Family>, name: &str) -> bool {
    let kind = |name: &str| families.get(name).map(|family| family.kind.as_str());
    let known = |kind: &&str| !matches!(*kind, "" | "unknown" | "untyped");
    // As the text format of Prometheus has it, by the sample's own name. Of a histogram and a summary that is no total.
    if let Some(kind) = kind(name).filter(known) {
        return kind == "counter";
    }
    let name = called(families, name);
    let total = |end: &&'static str| Some((name.strip_suffix(*end)?, *end));
    let Some((base, end)) = TOTALS.iter().find_map(total) else {
        return false;
    };
    match kind(base).filter(known) {
        Some("counter") => end == "_total",
        Some("histogram" | "summary") => end != "_total",
        Some(_) => false,
        None => true,
    }
}

/// Takes note of `# TYPE`, `# UNIT`, and of a `# HELP` of one word.
fn declare(families: &mut HashMap<String, Family>, line: &str) {
    let mut words = line.split_whitespace();
    let (Some("#"), Some(what @ ("TYPE" | "UNIT" | "HELP"))) = (words.next(), words.next()) else {
        return;
    };
    let (Some(name), Some(said)) = (words.next(), words.next()) else {
        return;
    };
    if what == "HELP" && words.next().is_some() {
        return;
    }
    if families.len() >= FAMILIES && !families.contains_key(name) {
        return;
    }
    let family = families.entry(name.to_owned()).or_default();
    match what {
        "TYPE" => family.kind = said.to_owned(),
        "HELP" => family.called = Some(said.to_owned()),
        // Of each sample it is said again; one that is too long to be a unit stays so.
        _ => family.unit = Some(cut(said, Limits::NAME + 1).to_owned()),
    }
}

/// The unit of a sample: as declared, or by the convention that a family's name ends in it. It is that of the family's
/// observations, their sum and their quantiles: what counts the observations of a histogram or a summary counts, whatever is
/// observed, and so does what is called like that and declared as nothing else.
fn unit(families: &HashMap<String, Family>, name: &str) -> Option<String> {
    let stem = |end: &&str| name.strip_suffix(*end);
    let base = TOTALS.iter().chain(&OF_GAUGES).find_map(stem);
    let base = base.unwrap_or(name);
    let own = families.get(name);
    let family = own.or_else(|| families.get(base));
    let counts = COUNTS.iter().any(|end| name.ends_with(end));
    // An exporter declares each of its samples by itself, with the unit that it is recorded in.
    if counts && own.is_none_or(|own| own.unit.is_none()) {
        return None;
    }
    // A slash has no place in the name that the unit ends.
    let declared = family.and_then(|family| family.unit.as_deref());
    let declared = declared.map(|unit| match unit.strip_prefix("per_") {
        Some(rest) => format!("/{rest}"),
        None => unit.to_owned(),
    });
    let usual = || {
        let ends = [("_seconds", "s"), ("_bytes", "B")];
        let known = ends.iter().find(|(end, _)| base.ends_with(end));
        known.map(|(_, unit)| (*unit).to_owned())
    };
    declared.or_else(usual)
}

#[cfg(test)]
mod tests {
    use super::super::reader::testing::events;

    #[test]
    fn what_was_exported_is_called_as_it_was() {
        let text = "# TYPE response_time_seconds gauge\n# HELP response_time_seconds response.time\n\
                    # UNIT response_time_seconds seconds\nresponse_time_seconds{a=\"b\"} 1\n\
                    # HELP up_seconds uptime\nup_seconds 2\n# HELP down_bytes down so many\ndown_bytes 3\n# EOF\n";
        let all = events(text);
        let names: Vec<_> = all
            .iter()
            .map(|(_, event)| {
                let event = event.as_ref().unwrap();
                (event.name.as_str(), event.unit.as_deref())
            })
            .collect();
        assert_eq!(
            names,
            [
                ("response.time", Some("seconds")),
                ("up_seconds", Some("s")),
                ("down_bytes", Some("B"))
            ]
        );
    }

    #[test]
    fn running_totals_are_told_by_their_type_or_else_by_their_name() {
        let text = "# TYPE req counter\nreq_total 1\n# TYPE old_total counter\nold_total 1\n# TYPE hits counter\nhits 1\n\
                    # TYPE lat histogram\nlat_bucket{le=\"1\"} 1\nlat_sum 1\nlat_count 1\n\
                    # TYPE q summary\nq{quantile=\"0.5\"} 1\nq_sum 1\nq_count 1\nbare_total 1\n# TYPE raw_total untyped\nraw_total 1\n\
                    # TYPE jobs_count gauge\njobs_count 1\n# TYPE g gaugehistogram\ng_bucket{le=\"1\"} 1\ng_gsum 1\nup 1\n\
                    # TYPE x_total_seconds unknown\n# UNIT x_total_seconds seconds\n# HELP x_total_seconds x_total\nx_total_seconds 1\n\
                    # EOF\n";
        let told: Vec<String> = events(text)
            .into_iter()
            .filter_map(|(_, event)| event.ok())
            .filter(|raw| raw.category.as_deref() == Some("counter"))
            .map(|raw| raw.name)
            .collect();
        assert_eq!(
            told,
            [
                "req_total",
                "old_total",
                "hits",
                "lat_bucket",
                "lat_sum",
                "lat_count",
                "q_sum",
                "q_count",
                "bare_total",
                "raw_total",
                "x_total"
            ]
        );
    }

    #[test]
    fn a_unit_without_end_is_held_once_and_refused() {
        let unit = "x".repeat(1 << 20);
        let all = events(&format!("# TYPE a gauge\n# UNIT a {unit}\na 1\na 2\n"));
        for (_, event) in all {
            let event = event.unwrap();
            assert!(event.unit.as_ref().unwrap().len() < 300);
            let told = event.check(jiff::Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(told.0.contains("`unit` is longer than 200 bytes"), "{told}");
        }
    }

    #[test]
    fn what_counts_observations_is_not_in_their_unit() {
        let samples = "lat_seconds_bucket{le=\"0.1\"} 1\nlat_seconds_sum 1\nlat_seconds_count 1\nlat_seconds{quantile=\"0.5\"} 1\n\
                       lat_seconds_gsum 1\nlat_seconds_gcount 1\n# EOF\n";
        for declared in [
            "# TYPE lat_seconds histogram\n# UNIT lat_seconds seconds\n",
            "# TYPE lat_seconds summary\n# UNIT lat_seconds seconds\n",
            "# TYPE lat_seconds gaugehistogram\n",
            // The type is of another name, as hand-written files have it.
            "# TYPE lat histogram\n# UNIT lat_seconds seconds\n",
            "",
        ] {
            let told = events(&format!("{declared}{samples}"));
            let units: Vec<bool> = told
                .iter()
                .map(|(_, event)| event.as_ref().unwrap().unit.is_some())
                .collect();
            assert_eq!(units, [false, true, false, true, true, false], "{declared}");
        }
        // What andon exported, which declares each name: a count without a unit, and one that was recorded with one.
        let exported = "# TYPE lat_seconds_count unknown\nlat_seconds_count 3\n# TYPE a_count_seconds gauge\n# HELP a_count_seconds a_count\n\
                        # UNIT a_count_seconds seconds\na_count_seconds 1\n# EOF\n";
        let told: Vec<_> = events(exported)
            .into_iter()
            .map(|(_, event)| event.unwrap())
            .map(|raw| (raw.name, raw.unit))
            .collect();
        assert_eq!(
            told,
            [
                ("lat_seconds_count".to_owned(), None),
                ("a_count".to_owned(), Some("seconds".to_owned()))
            ]
        );
    }

    #[test]
    fn labels_are_dimensions_and_units_are_declared() {
        let text = "# TYPE latency histogram\n# UNIT latency milliseconds\n\
                    latency_bucket{le=\"1\"} 3\nlatency_sum 12.5 1772362800.5\nlatency_count 3\n\
                    # TYPE up gauge\nup{job=\"a b\"} 1 1772362800000\nup NaN\nup x\n\
                    process_cpu_seconds_total 1.5\nup_created 17\n# EOF\n";
        let all = events(text);
        let told: Vec<_> = all
            .iter()
            .map(|(line, event)| {
                let event = event.as_ref().ok();
                (
                    *line,
                    event.and_then(|raw| raw.unit.as_deref()),
                    event.and_then(|raw| raw.timestamp.as_deref()),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (3, None, None),
                (4, Some("milliseconds"), Some("1772362800.5")),
                (5, None, None),
                (7, None, Some("1772362800000")),
                (9, None, None),
                (10, Some("s"), None),
            ]
        );
        assert!(all[4].1.is_err());
        assert_eq!(all[3].1.as_ref().unwrap().dimensions["job"], "a b");
    }
}
