//! Metrics of the user's own that stand in files, through the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::path::Path;

use serde_json::Value;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, project};

fn fixture(name: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::read(root.join("tests/fixtures").join(name)).unwrap()
}

/// What comes of one metric read in this way, and of a gate that demands it is at most `most`.
fn judged(metric: &str, most: &str, files: &[(&str, &[u8])]) -> (i32, Value) {
    let folder = project(&format!(
        "metrics: {{ own: {metric} }}\ngates: [{{ metric: own, require: '<= {most}' }}]\n"
    ));
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let (code, out, err) = andon(folder.path(), &["check", "--format", "json"], &[]);
    let result = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    (code, result)
}

fn value(result: &Value) -> f64 {
    let measurements = result["measurements"].as_array().unwrap();
    let own = measurements.iter().find(|m| m["metric"] == "own");
    let own = own.unwrap_or_else(|| panic!("{result:#}"));
    own["value"].as_f64().unwrap_or_else(|| panic!("{own:#}"))
}

#[test]
fn a_number_that_no_format_knows_is_one_line_of_the_policy_away() {
    let jscpd = fixture("openmetrics/jscpd-5.txt");
    let junit = fixture("junit/pytest-all-pass.xml");
    let table = b"operation,p95\ninstall,480\nupdate,70\n";
    let log = b"linking\nbundle: 1.5 MB\n";
    for (metric, file, content, expected) in [
        (
            "{ unit: count, better: lower, read: { path: m.txt, openmetrics: 'jscpd_clones_found{format=\"rust\"}' } }",
            "m.txt",
            &jscpd[..],
            13.0,
        ),
        (
            "{ unit: count, better: lower, read: { path: 'out/*.xml', xml: /testsuites/testsuite/@tests, take: sum } }",
            "out/j.xml",
            &junit,
            219.0,
        ),
        (
            "{ unit: s, better: lower, read: { path: t.csv, csv: p95, unit: ms, where: { operation: install } } }",
            "t.csv",
            table,
            0.48,
        ),
        (
            "{ unit: B, better: lower, read: { path: b.log, text: 'bundle: (?<value>[0-9.]+) (?<unit>\\w+)' } }",
            "b.log",
            log,
            1_500_000.0,
        ),
        (
            "{ unit: B, better: lower, read: { path: s.json, json: '$.assets[*].size', take: max } }",
            "s.json",
            br#"{"assets": [{"size": 10}, {"size": "2 kB"}]}"#,
            2_000.0,
        ),
        (
            "{ unit: '%', better: lower, read: { path: s.json, json: /share } }",
            "s.json",
            br#"{"share": "12.5%"}"#,
            12.5,
        ),
        (
            "{ unit: count, better: lower, read: { path: b.log, text: '^(l|b)', take: count } }",
            "b.log",
            log,
            2.0,
        ),
    ] {
        let unit = metric
            .split("unit: ")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        let unit = unit.trim_matches('\'').replace("count", "");
        let (code, result) = judged(metric, &format!("{expected}{unit}"), &[(file, content)]);
        assert_eq!(
            (value(&result), code),
            (expected, 0),
            "{metric}\n{result:#}"
        );
        let (code, _) = judged(
            metric,
            &format!("{}{unit}", expected - 0.01),
            &[(file, content)],
        );
        assert_eq!(code, 1, "{metric}");
    }
}

#[test]
fn a_report_may_state_a_metric_by_its_id() {
    let own = "metrics: { jscpd_clones_found: { unit: count, better: lower } }
gates: [{ metric: jscpd_clones_found, require: '<= 42' }]
reports: [{ path: m.prom }]
";
    let folder = project(own);
    fs::write(
        folder.path().join("m.prom"),
        fixture("openmetrics/jscpd-5.txt"),
    )
    .unwrap();
    let (code, out, err) = andon(folder.path(), &["check"], &[]);
    assert_eq!(code, 0, "{out}{err}");
    fs::write(
        folder.path().join("m.prom"),
        "# TYPE a gauge\njscpd_clones_found 43\n",
    )
    .unwrap();
    assert_eq!(andon(folder.path(), &["check"], &[]).0, 1);
    fs::write(folder.path().join("m.prom"), "# TYPE a gauge\nother 1\n").unwrap();
    let (code, out, _) = andon(folder.path(), &["check"], &[]);
    assert_eq!(code, 1);
    assert!(out.contains("no report states it"), "{out}");
}

#[test]
fn what_is_not_there_or_no_number_is_missing_and_said() {
    let read = |how: &str| format!("{{ unit: s, better: lower, read: {{ path: f.json, {how} }} }}");
    for (how, content, said) in [
        ("json: /a", &b""[..], "the file is empty"),
        ("json: /a", br#"{"a": "soon"}"#, "`soon` at /a is no amount"),
        ("json: /a", br#"{"a": [1]}"#, "`[1]` at /a is no amount"),
        (
            "json: '$.*'",
            br#"{"a": 1, "b": 2}"#,
            "2 values stand at $.*",
        ),
        ("json: /a", br#"{"a": 1e400}"#, "number out of range"),
        ("json: /a", br#"{"a": "NaN"}"#, "`NaN` at /a is no amount"),
        ("json: /a", br#"{"a": "5 MB"}"#, "`5 MB` at /a is no amount"),
        ("json: /a", br#"{"a": 5"#, "truncated"),
        ("json: /a, take: sum", b"{}", "nothing stands"),
        ("xml: /r", b"{}", "no XML element"),
        ("csv: a", b"b,c\n1,2\n", "no column `a`"),
    ] {
        let (code, result) = judged(&read(how), "1s", &[("f.json", content)]);
        let text = result.to_string();
        assert_eq!(code, 1, "{how}");
        assert_eq!(
            result["gates"][0]["outcome"], "missing",
            "{how}: {}",
            result["gates"]
        );
        assert!(text.contains(said), "{how}: {result:#}");
    }
    let (code, result) = judged(&read("json: /a"), "1s", &[]);
    assert_eq!(code, 1);
    assert!(result.to_string().contains("it is not there"), "{result:#}");
}

#[cfg(unix)]
#[test]
fn files_outside_the_workspace_are_not_read() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.json");
    fs::write(&secret, "{\"a\": 1}").unwrap();
    let own = "metrics: { own: { unit: s, better: lower, read: { path: link.json, json: /a } } }\ngates: [{ metric: own, require: '<= 5s' }]\n";
    let folder = project(own);
    std::os::unix::fs::symlink(&secret, folder.path().join("link.json")).unwrap();
    let (code, out, err) = andon(folder.path(), &["check"], &[]);
    assert_ne!(code, 0);
    assert!(
        (out.clone() + &err).contains("outside the workspace"),
        "{out}{err}"
    );
}

#[test]
fn mistakes_in_the_policy_are_pointed_out() {
    for (read, said) in [
        ("{ path: a, json: a.b }", "a JSON pointer begins with"),
        ("{ path: a, json: /a, xml: /b }", "one key says where"),
        ("{ path: a }", "one key says where"),
        ("{ path: a, text: '(' }", "this is no regular expression"),
        ("{ path: a, text: abc }", "no group that holds the number"),
        ("{ path: a, xml: '/a/@b/c' }", "no step of a path"),
        (
            "{ path: a, json: /a, where: { b: c } }",
            "chooses rows of a table",
        ),
        ("{ json: /a }", "path"),
        ("{ path: a, json: /a, take: most }", "take"),
    ] {
        let folder = project(&format!(
            "metrics: {{ own: {{ better: lower, read: {read} }} }}\n"
        ));
        let (code, _, err) = andon(folder.path(), &["check"], &[]);
        assert_eq!(code, 2, "{read}");
        assert!(err.contains(said), "{read}: {err}");
    }
    let both =
        "metrics: { own: { better: lower, formula: '1 + 1', read: { path: a, json: /a } } }\n";
    let (code, _, err) = andon(project(both).path(), &["check"], &[]);
    assert_eq!(code, 2);
    assert!(err.contains("computed or read, not both"), "{err}");
}

#[test]
fn what_is_stated_in_milliseconds_is_held_in_seconds() {
    let table = b"operation,p95\ninstall,480\nupdate,70\n";
    let metric = "{ unit: ms, better: lower, read: { path: t.csv, csv: p95, where: { operation: install } } }";
    for (most, expected) in [("480ms", 0), ("0.479s", 1)] {
        let (code, result) = judged(metric, most, &[("t.csv", table)]);
        assert_eq!((value(&result), code), (0.48, expected), "{result:#}");
    }
    let stated = "metrics: { build_time: { unit: ms, better: lower } }
gates: [{ metric: build_time, require: '<= 412ms' }]
reports: [{ path: m.prom }]
";
    for (number, expected) in [("412", 0), ("413", 1)] {
        let folder = project(stated);
        let text = format!("# TYPE build_time gauge\nbuild_time {number}\n# EOF\n");
        fs::write(folder.path().join("m.prom"), text).unwrap();
        let (code, out, err) = andon(folder.path(), &["check"], &[]);
        assert_eq!(code, expected, "{out}{err}");
    }
    let computed = project(
        "metrics: { each: { unit: ms, better: lower, formula: 'tests.duration / tests.total' } }\n",
    );
    let (code, _, err) = andon(computed.path(), &["check"], &[]);
    assert_eq!(code, 2, "{err}");
    for part in ["a formula does not compute in `ms`", "write `unit: s`"] {
        assert!(err.contains(part), "{part} in\n{err}");
    }
}
