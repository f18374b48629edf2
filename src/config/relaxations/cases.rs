//! What counts as relaxed.

use proptest::prelude::*;

use super::relaxations;
use crate::config::{Config, PRESETS, testing};

fn policy(text: &str) -> Config {
    testing::load(text).unwrap_or_else(|mistakes| panic!("{text}\n{mistakes}"))
}

pub(super) fn between(old: &str, new: &str) -> Vec<String> {
    relaxations(&policy(old), &policy(new))
}

/// What is told of one gate, written without its braces.
fn of_gate(old: &str, new: &str) -> Vec<String> {
    between(
        &format!("gates: [{{ {old} }}]"),
        &format!("gates: [{{ {new} }}]"),
    )
}

#[test]
fn what_is_demanded_less_is_told() {
    let line = "metric: coverage.line, ";
    let versus = "metric: coverage.line, versus: base, max_drop: ";
    for (old, new, told) in [
        (
            "require: '>= 80%'",
            "require: '>= 60%'",
            "required >= 80%, now >= 60%",
        ),
        (
            "require: '> 80%'",
            "require: '>= 80%'",
            "required > 80%, now >= 80%",
        ),
        (
            "require: '>= 80%'",
            "require: '<= 80%', against_direction: true",
            "required >= 80%, now <= 80% (changed)",
        ),
        (
            "require: '== 100%'",
            "require: '>= 99%'",
            "required == 100%, now >= 99%",
        ),
        (
            "require: '>= 80%'",
            "warn: '>= 80%'",
            "required >= 80%, now nothing",
        ),
        (
            "require: '>= 80%', warn: '>= 90%'",
            "require: '>= 80%', warn: '>= 85%'",
            "warns unless >= 90%, now >= 85%",
        ),
        (
            "require: '>= 80%', warn: '>= 90%'",
            "require: '>= 80%'",
            "warns unless >= 90%, now never",
        ),
        (
            "require: '>= 80%'",
            "require: '>= 80%', level: should, on_missing: fail",
            "level must, now should",
        ),
        (
            "require: '>= 80%'",
            "require: '>= 80%', on_missing: warn",
            "on_missing fail, now warn",
        ),
        (
            "require: '>= 80%', min_lines: 20",
            "require: '>= 80%', min_lines: 10",
            "least number of lines 20, now 10",
        ),
        (
            "require: '>= 80%', min_lines: 20, on_missing: skip",
            "require: '>= 80%', min_lines: 200, on_missing: skip",
            "least number of lines 20, now 200",
        ),
        (
            "id: x, scope: changed, require: '>= 80%', min_lines: 20",
            "id: x, scope: changed, require: '>= 80%', min_lines: 200",
            "least number of lines 20, now 200",
        ),
        (
            "id: x, scope: changed, require: '>= 80%'",
            "id: x, require: '>= 80%'",
            "judges coverage.line of the project, what is changed, now coverage.line of the project (changed)",
        ),
        (
            "id: x, require: '>= 80%'",
            "id: x, where: { os: linux }, require: '>= 80%'",
            "judges coverage.line of the project, now coverage.line of the project, os=linux (changed)",
        ),
        (
            "id: x, ratchet: true",
            "id: x, require: '>= 1%'",
            "is no longer compared against the best so far",
        ),
    ] {
        let found = of_gate(&format!("{line}{old}"), &format!("{line}{new}"));
        assert!(
            found.len() == 1 && found[0].ends_with(&format!("`: {told}")),
            "{old} → {new}: {found:?}"
        );
    }
    let told = of_gate(&format!("{versus}0.5pp"), &format!("{versus}2pp"));
    let text = "`coverage.line/base`: against the base max_drop: 0.5pp, now max_drop: 2pp";
    assert_eq!(told, [text]);
}

#[test]
fn what_is_demanded_more_is_not_told() {
    for (old, new) in [
        ("require: '>= 80%'", "require: '>= 90%'"),
        ("require: '>= 80%'", "require: '> 80%'"),
        ("require: '>= 80%'", "require: '== 100%'"),
        ("require: '>= 80%', warn: '>= 90%'", "require: '>= 90%'"),
        ("warn: '>= 90%'", "require: '>= 90%'"),
        ("require: '>= 80%', level: nice", "require: '>= 80%'"),
        ("require: '>= 80%', on_missing: warn", "require: '>= 80%'"),
        ("require: '>= 80%'", "require: '>= 80%', min_lines: 20"),
        (
            "versus: base, max_drop: 2pp",
            "versus: base, max_drop: 0.5pp",
        ),
        (
            "versus: base, max_drop: 2pp",
            "versus: base, improve_by: 1pp",
        ),
        ("require: '>= 80%'", "id: other, require: '>= 80%'"),
        (
            "require: '>= 80%', description: a",
            "require: '>= 80%', description: b",
        ),
    ] {
        let metric = "metric: coverage.line, ";
        let found = of_gate(&format!("{metric}{old}"), &format!("{metric}{new}"));
        assert_eq!(found, Vec::<String>::new(), "{old} → {new}");
    }
}

#[test]
fn a_gate_that_is_gone_is_told_and_one_by_another_name_is_found() {
    let gone = between(
        "gates: [{ metric: coverage.line, require: '>= 80%' }, { metric: tests.failed, require: '== 0' }]",
        "gates: [{ metric: coverage.line, require: '>= 80%' }]",
    );
    assert_eq!(gone, ["gate `tests.failed` (== 0) is removed"]);
    let renamed = of_gate(
        "metric: coverage.line, require: '>= 80%'",
        "metric: coverage.line, id: other, require: '>= 70%'",
    );
    let told = "`coverage.line`, now called `other`: required >= 80%, now >= 70%";
    assert_eq!(renamed, [told]);
    // One that was there before replaces none.
    let a = "{ metric: coverage.line, id: a, require: '>= 80%' }";
    let b = "{ metric: coverage.line, id: b, require: '>= 80%' }";
    let gone = between(&format!("gates: [{a}, {b}]"), &format!("gates: [{b}]"));
    assert_eq!(gone, ["gate `a` (>= 80%) is removed"]);
    // A name that is kept for something else hides nothing.
    let swapped = of_gate(
        "metric: tests.failed, id: x, require: '== 0'",
        "metric: tests.skipped, id: x, require: '== 0'",
    );
    assert_eq!(swapped.len(), 1);
}

#[test]
fn exceptions_and_settings_count_too() {
    let gate = "gates: [{ metric: lint.findings, scope: each file, id: x, require: '== 0' }]\n";
    let waiver = |paths: &str, expires: &str| {
        format!(
            "{gate}waivers: [{{ gate: x, paths: [{paths}], reason: r, owner: o, expires: {expires} }}]"
        )
    };
    let told = |old: &str, new: &str| between(&format!("{gate}{old}"), &format!("{gate}{new}"));
    let wide = waiver("'a/**', 'b/**'", "2027-01-31");
    assert_eq!(
        between(gate, &wide),
        ["a waiver for `x` (a/**, b/**) is added, until 2027-01-31"]
    );
    assert_eq!(between(&wide, &waiver("'a/**'", "2027-01-30")), [""; 0]);
    assert_eq!(between(&wide, gate), [""; 0]);
    assert_eq!(
        between(&wide, &waiver("'a/**'", "2028-01-31")),
        ["the waiver for `x` (a/**) until 2027-01-31 is prolonged until 2028-01-31"]
    );
    assert_eq!(between(&wide, &waiver("'c/**'", "2027-01-31")).len(), 1);
    for (old, new, text) in [
        ("", "on_problem: warn", "`on_problem`: fail, now warn"),
        (
            "",
            "paths: { unmatched: warn }",
            "`paths.unmatched`: error, now warn",
        ),
        (
            "paths: { replace: { lib: src } }",
            "paths: { replace: { lib: vendor } }",
            "`paths.replace`: which files the reports speak of is changed",
        ),
        (
            "",
            "limits: { function.length: 90 }",
            "`limits.function.length`: 60, now 90",
        ),
        (
            "reports: [{ path: a.xml }, { path: b.xml }]",
            "reports: [{ path: a.xml }]",
            "the rule for the reports b.xml is removed",
        ),
        (
            "reports: [{ path: a.xml, labels: { os: linux } }]",
            "reports: [{ path: a.xml }]",
            "the rule for the reports a.xml: its format or labels are changed",
        ),
        (
            "",
            "reports: [{ path: a.xml }]",
            "reports are no longer looked for in the usual places: only where `reports` says, such as a.xml",
        ),
        (
            "metrics: { m: { better: lower, formula: 'lint.findings' } }",
            "metrics: { m: { better: lower, formula: 'lint.findings * 0' } }",
            "metric `m`: computed as `lint.findings`, now as `lint.findings * 0` (changed)",
        ),
    ] {
        assert_eq!(told(old, new), [text]);
        let reverse = told(new, old);
        assert!(
            reverse
                .iter()
                .all(|back| back.contains("removed") || back.contains("changed")),
            "{reverse:?}"
        );
    }
    let component = |paths: &str| {
        format!(
            "components: {{ api: {{ paths: [{paths}] }} }}\ngates: [{{ metric: coverage.line, scope: component api, require: '>= 80%' }}]"
        )
    };
    assert_eq!(
        between(&component("'a/**', 'b/**'"), &component("'a/**'")),
        ["component `api`: covers a/**, b/**, now a/** (changed)"]
    );
    let history = |place: &str| {
        format!("history: {place}\ngates: [{{ metric: coverage.line, ratchet: true }}]")
    };
    assert_eq!(
        between(&history("git"), &history("file")),
        [
            "`history`: kept in the ref refs/andon/history, now in the folder .andon/history (changed)"
        ]
    );
}

/// One gate by numbers: its metric, bound, band, level, floor and tolerance.
#[derive(Debug, Clone)]
struct Draft {
    bound: u32,
    band: Option<u32>,
    level: u32,
    drop: Option<u32>,
}

fn drafts() -> impl Strategy<Value = Vec<Draft>> {
    let one = (
        0..80_u32,
        proptest::option::of(81..100_u32),
        0..3_u32,
        proptest::option::of(1..9_u32),
    );
    let one = one.prop_map(|(bound, band, level, drop)| Draft {
        bound,
        band,
        level,
        drop,
    });
    proptest::collection::vec(one, 1..4)
}

fn written(drafts: &[Draft]) -> Config {
    let gates = drafts.iter().enumerate().map(|(at, draft)| {
        let level = ["nice", "should", "must"][draft.level as usize];
        let band = draft.band.map_or(String::new(), |band| format!(", warn: '>= {band}%'"));
        let past = draft.drop.map_or(String::new(), |drop| format!(", versus: base, max_drop: {drop}pp"));
        format!("  - {{ id: g{at}, metric: coverage.line, require: '>= {}%', level: {level}{band}{past} }}\n", draft.bound)
    });
    policy(&format!("gates:\n{}", gates.collect::<String>()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_is_not_relaxed(drafts in drafts()) {
        let policy = written(&drafts);
        prop_assert!(relaxations(&policy, &policy).is_empty());
    }

    #[test]
    fn stricter_is_not_relaxed_and_the_way_back_is(drafts in drafts(), at in 0..4_usize, key in 0..4_u32) {
        let mut stricter = drafts.clone();
        let at = at % drafts.len();
        let gate = &mut stricter[at];
        match key {
            0 => gate.bound += 1,
            1 if gate.band.is_none() => gate.band = Some(95),
            2 if gate.level < 2 => gate.level += 1,
            _ => gate.drop = Some(gate.drop.map_or(3, |drop| drop - 1)),
        }
        let (old, new) = (written(&drafts), written(&stricter));
        prop_assert_eq!(relaxations(&old, &new), Vec::<String>::new());
        prop_assert!(!relaxations(&new, &old).is_empty());
    }

    #[test]
    fn to_remove_a_gate_is_told(drafts in drafts(), at in 0..4_usize) {
        let mut fewer = written(&drafts);
        fewer.policy.gates.remove(at % drafts.len());
        prop_assert!(!relaxations(&written(&drafts), &fewer).is_empty());
    }
}

#[test]
fn no_preset_is_relaxed_against_itself() {
    for preset in PRESETS {
        let policy = policy(preset.text);
        assert_eq!(relaxations(&policy, &policy), Vec::<String>::new());
    }
    let found = between("extends: [strict]", "extends: [legacy]");
    assert!(!found.is_empty());
}

#[test]
fn what_is_demanded_less_over_time_is_told() {
    let line = "metric: coverage.line, ";
    let targets = "targets: { 2026-Q1: 60%, 2026-Q2: 75% }";
    let zoned = |zones: &str| format!("{targets}, zones: {zones}");
    let time = |rule: &str| format!("metric: tests.duration, {rule}");
    for (old, new, told) in [
        (
            format!("{line}{targets}"),
            format!("{line}targets: {{ 2026-Q1: 60%, 2026-Q2: 70% }}"),
            "required from 2026-04-01 >= 75%, now >= 70%",
        ),
        (
            format!("{line}{targets}"),
            format!("{line}targets: {{ 2026-Q1: 60%, 2026-Q3: 75% }}"),
            "required from 2026-04-01 >= 75%, now >= 60%",
        ),
        (
            format!("{line}require: '>= 50%'"),
            format!("{line}{targets}"),
            "required >= 50%, now nothing",
        ),
        (
            format!("{line}{targets}"),
            format!("{line}{}", zoned("{ green: 90% }")),
            "zones none: the target itself, now green from 90%, yellow from 70%",
        ),
        (
            format!("{line}{}", zoned("{ green: 90% }")),
            format!("{line}{}", zoned("{ green: 85% }")),
            "zones green from 90%, yellow from 70%, now green from 85%, yellow from 70%",
        ),
        (
            time("anomaly: { sensitivity: 3 }"),
            time("anomaly: { sensitivity: 4 }"),
            "watched for `anomaly: z within 3 of 64 runs`, now `anomaly: z within 4 of 64 runs`",
        ),
        (
            time("trend: { confidence: 95% }, on_insufficient: fail"),
            time("trend: { confidence: 95% }"),
            "on_insufficient fail, now warn",
        ),
        (
            time("regression: { method: t }"),
            time("regression: { method: mad }"),
            "watched for `regression: t_test, 64 runs`, now `regression: mad, 64 runs` (changed)",
        ),
        (
            time("regression: { effect: 5% }"),
            time("regression: { effect: 5%, since: 4f2a91c }"),
            "watched for `regression: andon, 64 runs`, now `regression: andon, 64 runs since 4f2a91c` (changed)",
        ),
        (
            time("anomaly: ewma"),
            time("anomaly: { method: ewma, sensitivity: 4 }"),
            "watched for `anomaly: ewma within 3 of 64 runs`, now `anomaly: ewma within 4 of 64 runs`",
        ),
    ] {
        let found = of_gate(&old, &new);
        assert_eq!(found.len(), 1, "{old} -> {new}: {found:?}");
        assert!(found[0].ends_with(told), "{old} -> {new}: {found:?}");
    }
    let response = |rest: &str| {
        format!(
            "metrics: {{ rt: {{ unit: s, better: lower }} }}\ngates: [{{ metric: rt, stat: p95, {rest} }}]"
        )
    };
    let found = between(
        &response("require: '<= 500ms', last: 7d"),
        &response("require: '<= 600ms', last: 1d"),
    );
    assert_eq!(
        found,
        [
            "`rt/p95`: judges `p95, last 7d:`, now `p95, last 1d:` (changed)",
            "`rt/p95`: required <= 500ms, now <= 600ms",
        ]
    );
}

#[test]
fn what_is_stricter_over_time_is_not_told() {
    for (old, new) in [
        (
            "metric: coverage.line, targets: { 2026-Q1: 60% }",
            "metric: coverage.line, require: '>= 60%'",
        ),
        (
            "metric: coverage.line, targets: { 2026-Q1: 60% }",
            "metric: coverage.line, targets: { 2025-Q1: 50%, 2026-Q1: 60% }",
        ),
        (
            "metric: tests.duration, anomaly: mad",
            "metric: tests.duration, anomaly: { sensitivity: 3 }",
        ),
        (
            "metric: tests.duration, change_point: e_divisive",
            "metric: tests.duration, change_point: { last: 30d }",
        ),
        (
            "metric: tests.duration, regression: andon",
            "metric: tests.duration, regression: { effect: 3% }",
        ),
        (
            "metric: tests.duration, regression: { since: f355107e29 }",
            "metric: tests.duration, regression: { since: f355107 }",
        ),
        (
            "metric: coverage.line, targets: { 2026-Q1: 60% }, zones: { green: 90% }",
            "metric: coverage.line, targets: { 2026-Q1: 60% }, zones: { green: 95% }",
        ),
    ] {
        assert_eq!(of_gate(old, new), Vec::<String>::new(), "{old} -> {new}");
    }
}
