//! What every format of the registry must hold, with no code per format: a format is covered by laying a real report
//! into `tests/fixtures/<id>/` and, beside it in `says.yaml`, what the tool that wrote the report states about it.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test's own files are read directly, and where they are not there it has to fail"
)]

mod damage;
mod fixtures;
mod golden;
mod laws;
mod says;
mod stated;

use std::collections::BTreeSet;

use andon::domain::measure::measure;
use andon::domain::report::{Report, Weight};
use andon::domain::snapshot::{Snapshot, Subject};
use andon::formats::{Format, Kind, Limits, identify, read, registry};
use fixtures::Fixture;

/// Reads a report in memory, by content unless `forced`.
fn read_bytes(
    name: &str,
    bytes: Vec<u8>,
    forced: Option<&'static Format>,
    limits: &Limits,
) -> Report {
    let file = Box::new(std::io::Cursor::new(bytes));
    read(name, file, forced, Default::default(), limits)
}

/// Runs `check` on every format and fails with everything that was found wrong. `CONFORM=jacoco,lcov` names the formats to
/// run it on, for whoever works on one.
fn each_format(check: impl Fn(&'static Format, &[Fixture]) -> Vec<String>) {
    let only = std::env::var("CONFORM").ok();
    let wanted = |format: &&'static Format| {
        let mut named = only.iter().flat_map(|only| only.split(','));
        only.is_none() || named.any(|id| id == format.id)
    };
    let wrong: Vec<String> = registry()
        .filter(wanted)
        .flat_map(|format| {
            let fixtures = fixtures::of(format.id);
            let wrong = check(format, &fixtures).into_iter();
            wrong.map(move |what| format!("{}: {what}", format.id))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn descriptors_are_complete() {
    let mut ids = BTreeSet::new();
    each_format(|format, _| {
        let mut wrong = Vec::new();
        let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !format.id.chars().all(lawful) {
            wrong.push("the id is not in lower_snake_case".to_owned());
        }
        if format.title.is_empty() || format.producers.is_empty() {
            wrong.push("no title or no producer".to_owned());
        }
        // An earlier snapshot is named, never found: it would be taken for a report of this build.
        if format.default_paths.is_empty() && format.kind != Kind::Snapshot {
            wrong.push("no default path: it is never found without configuration".to_owned());
        }
        for path in format.default_paths {
            if let Err(error) = globset::Glob::new(path) {
                wrong.push(format!("{error}"));
            }
        }
        wrong
    });
    for format in registry() {
        assert!(ids.insert(format.id), "two formats are named {}", format.id);
    }
}

#[test]
fn a_real_report_is_there() {
    each_format(|format, fixtures| {
        let none = fixtures.is_empty();
        let wrong = || format!("no report in {}", fixtures::folder(format.id).display());
        none.then(wrong).into_iter().collect()
    });
    let known: BTreeSet<&str> = registry().map(|format| format.id).collect();
    for folder in fixtures::folders() {
        assert!(known.contains(&*folder), "no format is named {folder}");
    }
}

#[test]
fn exactly_the_right_sniffer_claims_a_report() {
    each_format(|format, fixtures| {
        let claim = |fixture: &Fixture| {
            let claimed: Vec<&str> = identify(&fixture.head()).iter().map(|f| f.id).collect();
            (claimed != [format.id]).then(|| format!("{} is claimed by {claimed:?}", fixture.name))
        };
        fixtures.iter().filter_map(claim).collect()
    });
}

#[test]
fn the_model_is_what_it_was() {
    each_format(|format, fixtures| {
        for fixture in fixtures {
            golden::compare(format, fixture);
        }
        golden::orphans(format, fixtures)
    });
}

#[test]
fn neither_order_nor_grouping_of_coverage_reports_matters() {
    let mut all = Vec::new();
    for format in registry() {
        let reports = laws::coverages(format, &fixtures::of(format.id));
        let wrong = laws::check(&reports);
        assert!(wrong.is_empty(), "{}: {wrong:?}", format.id);
        all.extend(reports);
    }
    assert_eq!(laws::check(&all), Vec::<String>::new());
}

#[test]
fn totals_are_what_the_tool_says() {
    each_format(says::check);
}

#[test]
fn no_stated_failure_is_overlooked() {
    each_format(stated::overlooked);
}

#[test]
fn the_metrics_that_come_out_are_those_supplied() {
    each_format(|format, fixtures| {
        let mut measured = BTreeSet::new();
        for fixture in fixtures {
            let bytes = fixture.bytes.clone();
            let report = read_bytes(&fixture.name, bytes, None, &Limits::default());
            let mut snapshot = Snapshot::new(Subject::default());
            measure(&[report], &[], &[], Default::default(), &mut snapshot);
            let ids = snapshot
                .measurements
                .into_iter()
                .map(|measurement| measurement.metric);
            measured.extend(ids);
        }
        // What an earlier snapshot supplies is whatever it holds.
        if format.kind == Kind::Snapshot {
            return Vec::new();
        }
        let supplied: BTreeSet<_> = format.metrics().map(|metric| metric.id.clone()).collect();
        let more = measured
            .difference(&supplied)
            .map(|id| format!("measures {id}, which it is not said to supply"));
        let less = supplied
            .difference(&measured)
            .map(|id| format!("is said to supply {id}, which no report here measures"));
        more.chain(less).collect()
    });
}

#[test]
fn a_truncated_report_is_never_taken_for_a_whole_one() {
    each_format(damage::truncate);
}

#[test]
fn no_damage_brings_a_parser_down() {
    each_format(damage::corrupt);
}

#[test]
fn a_report_beyond_the_limits_is_a_problem() {
    let no_more_than = |streamed, held, token, depth| Limits {
        streamed_bytes: streamed,
        held_bytes: held,
        token_bytes: token,
        depth,
        roll: 0,
        text_bytes: 8,
    };
    let size = no_more_than(60, 60, u64::MAX, u32::MAX);
    let all = no_more_than(60, 60, 16, 1);
    each_format(|format, fixtures| {
        let mut wrong = Vec::new();
        for fixture in fixtures.iter().filter(|fixture| fixture.bytes.len() > 60) {
            for limits in [&size, &all] {
                let report = read_bytes(&fixture.name, fixture.bytes.clone(), Some(format), limits);
                if !report
                    .problems
                    .iter()
                    .any(|problem| problem.weight == Weight::Error)
                {
                    wrong.push(format!("{} was read beyond {limits:?}", fixture.name));
                }
            }
        }
        wrong
    });
}
