//! Cucumber's JSON: of cucumber-js, cucumber-ruby, Cucumber-JVM (durations in nanoseconds) and of behave (seconds). A scenario
//! is a case, and its steps and hooks decide.

#[cfg(test)]
mod rules;
mod scenario;

use self::scenario::{Element, Scenario, outcome};
use super::record::{Detail, Ended, Record};
use crate::domain::catalogue as metric;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::json::{self, Walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "cucumber",
    title: "Cucumber JSON",
    kind: Kind::Tests,
    producers: &[
        "cucumber-js",
        "cucumber-ruby",
        "Cucumber-JVM",
        "behave",
        "godog",
        "cypress-cucumber-preprocessor",
    ],
    default_paths: &[
        "**/cucumber*.json",
        "**/cucumber-reports/**/*.json",
        "**/behave*.json",
    ],
    sniff,
    parse,
    reads: "Scenarios and each row of an outline: failed if a step or hook failed, errored if a step is undefined, ambiguous or broke, skipped if one is pending or skipped or none was run. A background counts with the scenario behind it. A feature that failed though no scenario of it did (behave: a hook around it) is an errored case.",
    omits: "Embeddings, arguments, tags. Attempts before the last, which cucumber-js does not write. A run without features is `[]`, which tells nothing: such a report needs `format: cucumber` in the policy.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // [{… "elements": [{… "steps": …
    head.text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('[')
        && head.has_key(2, "elements")
        && (head.has_key(2, "keyword") || head.has_key(4, "keyword"))
        && (head.has_key(4, "steps") || head.has_key(2, "uri") || head.has_key(2, "location"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut record = Record::new(input.source.limits());
    let result = json::walk(input, |walk| walk.array(|walk| feature(walk, &mut record)));
    record.finish(result.is_ok(), input, content);
    result
}

fn feature(walk: &mut Walk<'_, '_>, record: &mut Record) -> Result<(), Problem> {
    let (mut name, mut uri, mut status) = (String::new(), String::new(), String::new());
    // What the feature is called may stand behind what is in it.
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut background = None;
    let most = walk.limits().text_bytes;
    let result = walk.object(|walk, key| match key {
        "name" => {
            name = walk.read_or_warn()?.unwrap_or_default();
            Ok(())
        }
        "uri" => {
            uri = walk.read_or_warn()?.unwrap_or_default();
            Ok(())
        }
        // Only of behave.
        "status" => {
            status = walk.read_or_warn()?.unwrap_or_default();
            Ok(())
        }
        "location" => {
            let place: String = walk.read_or_warn()?.unwrap_or_default();
            place
                .rsplit_once(':')
                .map_or("", |(file, _)| file)
                .clone_into(&mut uri);
            Ok(())
        }
        "elements" => walk.array(|walk| {
            let Some(element) = walk.read_or_warn::<Element>()? else {
                return Ok(());
            };
            if element.is_background() {
                background = Some(element.into_scenario(most));
                return Ok(());
            }
            let mut scenario = element.into_scenario(most);
            if let Some(background) = background.take() {
                scenario.stand_on(background);
            }
            match scenarios.last_mut() {
                Some(earlier) if earlier.is_tried_again_by(&scenario) => {
                    earlier.try_again(scenario);
                }
                _ => scenarios.push(scenario),
            }
            Ok(())
        }),
        _ => Ok(()),
    });
    let before = record.counts().broken();
    for scenario in &scenarios {
        scenario.record(&name, &uri, record);
    }
    let broken = matches!(outcome(&status), Outcome::Failed | Outcome::Errored);
    if broken && !status.is_empty() && record.counts().broken() == before {
        let ended = Ended {
            suite: &name,
            class: "",
            name: "(feature)",
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        record.case(ended, || Detail::of(status).or_at(&uri, 0));
    }
    result
}
