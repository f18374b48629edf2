//! The roll of real reports: every case by what identifies it, or none at all.

use crate::domain::report::tests::Tests;
use crate::domain::report::{Outcome, Problem, Weight};
use crate::formats::{Limits, read};

fn rolled(bytes: &[u8], roll: usize) -> (Tests, Vec<Problem>) {
    let limits = Limits {
        roll,
        ..Limits::default()
    };
    let file = Box::new(std::io::Cursor::new(bytes.to_vec()));
    let report = read("r.xml", file, None, Default::default(), &limits);
    assert_eq!(report.format, "junit");
    (report.content.tests.unwrap(), report.problems)
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/junit");
    #[allow(clippy::disallowed_methods, reason = "a test reads its fixtures")]
    std::fs::read(format!("{folder}/{name}.xml")).unwrap()
}

/// The identities and outcomes of a report that is whole, in its order.
fn roll(name: &str) -> Vec<(String, Outcome)> {
    let (tests, _) = rolled(&fixture(name), 1000);
    let roll = tests.roll.unwrap();
    // The roll tells the same as the counts.
    let of = |outcome| roll.iter().filter(|entry| entry.outcome == outcome).count() as u64;
    let counts = tests.counts;
    assert_eq!(roll.len() as u64, counts.total());
    assert_eq!(of(Outcome::Failed), counts.failed);
    assert_eq!(of(Outcome::Errored), counts.errored);
    assert_eq!(of(Outcome::Skipped), counts.skipped);
    assert_eq!(of(Outcome::Flaky), counts.flaky);
    roll.into_iter()
        .map(|entry| (entry.id, entry.outcome))
        .collect()
}

fn listed(expected: &[(&str, Outcome)]) -> Vec<(String, Outcome)> {
    let own = |(id, outcome): &(&str, Outcome)| ((*id).to_owned(), *outcome);
    expected.iter().map(own).collect()
}

#[test]
fn pytest_names_suite_module_and_test() {
    use Outcome::{Errored, Failed, Passed, Skipped};
    assert_eq!(
        roll("pytest-mixed"),
        listed(&[
            ("pytest > test_import_err", Errored),
            ("pytest > test_mix > test_flaky_passes_on_third", Failed),
            ("pytest > test_mix > test_always_fails", Failed),
            ("pytest > test_mix > test_setup_error", Errored),
            ("pytest > test_mix > test_teardown_error", Errored),
            ("pytest > test_mix > test_fail_and_teardown_error", Failed),
            ("pytest > test_mix > test_fail_and_teardown_error", Errored),
            ("pytest > test_mix > test_skipped", Skipped),
            ("pytest > test_mix > test_xfail", Skipped),
            ("pytest > test_mix > test_xpass", Passed),
            ("pytest > test_mix > test_xpass_strict", Failed),
            ("pytest > test_mix > test_param[a/b::c]", Passed),
            ("pytest > test_mix > test_param[\\xfc]", Passed),
            ("pytest > test_mix > test_param[sp ace]", Passed),
            ("pytest > test_mix > test_param[<x>]", Passed),
            ("pytest > test_mix.TestKlass > test_in_class", Passed),
        ])
    );
}

#[test]
fn jest_names_suite_and_the_whole_path_of_a_test() {
    use Outcome::{Failed, Passed, Skipped};
    let twice = |name: &str, outcome| (format!("ms parsing > {name} > {name}"), outcome);
    assert_eq!(
        roll("jest-plain"),
        [
            twice("ms parsing parses hours", Passed),
            twice("ms parsing parses days & <weeks>", Passed),
            twice("ms parsing wrong on purpose", Failed),
            twice("ms parsing throws on purpose", Failed),
            twice("ms parsing skipped one", Skipped),
            twice("ms parsing nested formats long", Passed),
            twice("ms parsing nested formats short ünïcode", Passed),
        ]
    );
}

#[test]
fn surefire_names_the_class_once_and_leaves_out_that_it_is_the_suite() {
    use Outcome::{Errored, Failed, Flaky, Passed, Skipped};
    assert_eq!(
        roll("surefire-plain-mix"),
        listed(&[
            ("demo.MixTest > expects", Failed),
            ("demo.MixTest > errors", Errored),
            ("demo.MixTest > passes", Passed),
            ("demo.MixTest > assumed", Skipped),
            ("demo.MixTest > fails", Failed),
            ("demo.MixTest > times", Errored),
            ("demo.MixTest > ignored", Skipped),
        ])
    );
    let flaky = roll("surefire-rerun-flaky");
    assert_eq!(
        flaky
            .iter()
            .filter(|(_, outcome)| *outcome == Flaky)
            .count(),
        2
    );
}

#[test]
fn nextest_names_the_binary_once_and_the_path_of_a_test() {
    use Outcome::{Failed, Flaky, Passed};
    assert_eq!(
        roll("nextest-flaky"),
        listed(&[
            ("nxdemo > tests::flaky", Flaky),
            ("nxdemo > tests::nested::deep", Passed),
            ("nxdemo > tests::passes", Passed),
            ("nxdemo > tests::should_panic_but_does_not", Failed),
            ("nxdemo > tests::fails_with_output", Failed),
            ("nxdemo::integration > it_works", Passed),
        ])
    );
}

#[test]
fn with_more_cases_than_the_limit_there_is_no_roll_and_that_is_said() {
    let bytes = fixture("pytest-mixed");
    assert_eq!(rolled(&bytes, 16).0.roll.map(|roll| roll.len()), Some(16));
    let (tests, problems) = rolled(&bytes, 15);
    assert_eq!((tests.roll, tests.counts.total()), (None, 16));
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}");
    };
    assert_eq!(problem.weight, Weight::Warning);
    assert_eq!(
        problem.message,
        "tests are not compared by name: the report holds more than 15"
    );
}

#[test]
fn nothing_is_kept_where_nobody_asks() {
    let (tests, problems) = rolled(&fixture("pytest-mixed"), 0);
    assert_eq!((tests.roll, problems), (None, vec![]));
}

#[test]
fn a_report_that_breaks_off_or_lists_no_case_has_no_roll() {
    let bytes = fixture("pytest-mixed");
    let last = bytes.len() - b"</testsuites>".len();
    for length in [last, bytes.len() / 2, bytes.len() / 4] {
        let (tests, problems) = rolled(&bytes[..length], 1000);
        assert_eq!(tests.roll, None, "{length}");
        assert_eq!(problems.last().unwrap().weight, Weight::Error, "{length}");
    }
    let declared = b"<testsuites tests='9' failures='2'><testsuite tests='9'/></testsuites>";
    assert_eq!(rolled(declared, 1000).0.roll, None);
    // None was run, and that is known.
    assert_eq!(
        rolled(b"<testsuites tests='0'/>", 1000).0.roll,
        Some(Vec::new())
    );
}
