//! hyperfine's JSON (`--export-json`).

use serde::Deserialize;

use super::super::json;
use super::super::{Format, Head, Input, Kind};
use super::list::List;
use super::samples::median;
use super::unit::quantity;
use crate::domain::catalogue::{BENCHMARK_COUNTED, BENCHMARK_MEMORY, BENCHMARK_TIME};
use crate::domain::report::{Centre, Content, Measure, Problem, Spread};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "hyperfine",
    title: "hyperfine JSON",
    kind: Kind::Benchmarks,
    producers: &["hyperfine --export-json"],
    default_paths: &["**/hyperfine*.json"],
    sniff,
    parse,
    reads: "The mean time of each command with its standard deviation and number of runs, and the median of its memory. A command of which a run ended with another exit code than 0 failed.",
    omits: "User and system time, single runs.",
    supplies: &[&[&BENCHMARK_TIME, &BENCHMARK_MEMORY], BENCHMARK_COUNTED],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "results")
        && ["command", "mean", "stddev", "user", "system"]
            .iter()
            .all(|key| head.has_key(3, key))
}

#[derive(Deserialize)]
struct Run {
    #[serde(default, deserialize_with = "json::lenient")]
    command: String,
    #[serde(default, deserialize_with = "json::finite")]
    mean: Option<f64>,
    #[serde(default, deserialize_with = "json::finite")]
    stddev: Option<f64>,
    #[serde(default)]
    times: Option<Vec<f64>>,
    #[serde(default)]
    memory_usage_byte: Option<Vec<f64>>,
    #[serde(default)]
    exit_codes: Option<Vec<Option<i64>>>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut list = List::new("hyperfine");
    let outcome = json::walk(input, |walk| {
        walk.object(|walk, key| match key {
            "results" => walk.array(|walk| {
                if let Some(run) = walk.read_or_warn::<Run>()? {
                    take(&mut list, &run);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    });
    list.finish(content);
    outcome
}

fn take(list: &mut List, run: &Run) {
    let runs = run.times.as_ref().map(|times| times.len() as u64);
    let time = run.mean.and_then(|mean| quantity(mean, "s", Measure::Time));
    let time = time.map(|time| {
        time.estimated_by(Centre::Mean)
            .of_samples(runs)
            .spread_by(run.stddev.map(Spread::Deviation))
    });
    let memory = run.memory_usage_byte.as_deref().unwrap_or_default();
    let most = median(memory).and_then(|bytes| quantity(bytes, "B", Measure::Memory));
    let most = most.map(|most| most.estimated_by(Centre::Median).of_samples(runs));
    let codes = run.exit_codes.iter().flatten();
    let mut bad = codes.filter(|code| **code != Some(0));
    match bad.next() {
        Some(Some(code)) => list.fail(&run.command, &format!("it ended with exit code {code}")),
        Some(None) => list.fail(&run.command, "it was ended by a signal"),
        None => {}
    }
    list.add(&run.command, time.into_iter().chain(most));
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::report;

    #[test]
    fn another_exit_code_is_a_failure_and_an_unknown_one_is_a_signal() {
        let run = |codes: &str| {
            let text = format!(
                r#"{{"results":[{{"command":"a","mean":1.5,"stddev":null,"user":0,"system":0,"times":[1.5],"exit_codes":{codes}}}]}}"#
            );
            let content = report("hyperfine", &text).content;
            let item = content.benchmarks.unwrap().items.remove(0);
            assert_eq!(item.quantities[0].value, 1.5);
            item.failure.unwrap_or_default()
        };
        assert_eq!(run("[0]"), "");
        assert_eq!(run("null"), "");
        assert_eq!(run("[0, 3]"), "it ended with exit code 3");
        assert_eq!(run("[null]"), "it was ended by a signal");
    }
}
