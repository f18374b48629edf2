//! The paths that reports name, matched to the files of a repository, and reports of one run merged, through the binary.

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
use tempfile::TempDir;

#[allow(dead_code, reason = "not all of it is needed here")]
mod project;

use project::{andon, git, prepare};

const GATE: &str = "gates: [{ metric: coverage.line, require: '>= 1%' }]\n";

/// A repository with these files, each of ten lines, and this policy.
fn repository(policy: &str, files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "-q"]);
    for file in files {
        put(root, file, &"x = 1\n".repeat(10));
    }
    git(root, &["add", "."]);
    git(root, &["commit", "-qm", "x"]);
    prepare(root, policy);
    fs::write(root.join(".git/info/exclude"), "andon.yaml\nreports\n").unwrap();
    folder
}

fn put(root: &Path, file: &str, content: &str) {
    let path = root.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// LCOV of these files, each with the hits of its lines from the first on.
fn lcov(files: &[(&str, &[u64])]) -> String {
    let mut text = String::new();
    for (file, hits) in files {
        text.push_str(&format!("SF:{file}\n"));
        for (line, hits) in hits.iter().enumerate() {
            text.push_str(&format!("DA:{},{hits}\n", line + 1));
        }
        text.push_str("end_of_record\n");
    }
    text
}

/// Cobertura of these files with these sources.
fn cobertura(sources: &[&str], files: &[(&str, &[u64])]) -> String {
    let source = |source: &&str| format!("<source>{source}</source>");
    let class = |(file, hits): &(&str, &[u64])| {
        let lines = (1..).zip(*hits);
        let lines = lines.map(|(line, hits)| format!("<line number=\"{line}\" hits=\"{hits}\"/>"));
        let lines: String = lines.collect();
        format!("<class name=\"x\" filename=\"{file}\"><lines>{lines}</lines></class>")
    };
    let sources: String = sources.iter().map(source).collect();
    let classes: String = files.iter().map(class).collect();
    format!(
        "<?xml version=\"1.0\"?><coverage line-rate=\"1\" version=\"7\"><sources>{sources}</sources>\
         <packages><package name=\"p\"><classes>{classes}</classes></package></packages></coverage>"
    )
}

fn json(root: &Path, command: &[&str]) -> (i32, Value) {
    let (code, out, err) = andon(root, command, &[]);
    let result = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    (code, result)
}

fn check(root: &Path, reports: &[&str]) -> (i32, Value) {
    let command = [&["check", "--format", "json"], reports].concat();
    json(root, &command)
}

/// The lines of each file as the snapshot keeps them.
fn lines(root: &Path, reports: &[&str]) -> Value {
    let (_, snapshot) = json(root, &[&["collect"], reports].concat());
    snapshot["evidence"]["lines"].clone()
}

/// Covered and all lines of the project, for the reports with these labels.
fn coverage(result: &Value, labels: &Value) -> (u64, u64) {
    let all = result["measurements"].as_array().unwrap();
    let mut found = all.iter().filter(|one| {
        one["metric"] == "coverage.line"
            && one["scope"]["kind"] == "project"
            && one["subset"].is_null()
            && one["labels"] == *labels
    });
    let found = found.next().unwrap_or_else(|| panic!("{result:#}"));
    (
        found["part"].as_u64().unwrap(),
        found["whole"].as_u64().unwrap(),
    )
}

fn none() -> Value {
    serde_json::json!({})
}

fn messages(result: &Value) -> Vec<String> {
    let problems = result["problems"].as_array().unwrap().iter();
    let text = |one: &Value| format!("{}: {}", one["weight"], one["message"]).replace('"', "");
    problems.map(text).collect()
}

#[test]
fn what_matches_nothing_is_kept_counted_and_said() {
    let tracked = ["src/a.py", "src/b.py"];
    let mut files = vec![("src/a.py", &[1, 0][..]), ("src/b.py", &[1][..])];
    files.push(("gone/x.py", &[1, 1]));
    let folder = repository(GATE, &tracked);
    put(folder.path(), "reports/lcov.info", &lcov(&files));
    let (code, result) = check(folder.path(), &["reports"]);
    let said = "warning: 1 of 3 files match no tracked file; first: gone/x.py";
    assert_eq!((code, messages(&result)), (0, vec![said.to_owned()]));
    assert_eq!(coverage(&result, &none()), (4, 5));

    let gone: Vec<String> = (0..14).map(|at| format!("/opt/other/{at:02}.py")).collect();
    let mut files: Vec<(&str, &[u64])> = gone.iter().map(|file| (&**file, &[1][..])).collect();
    let known: Vec<String> = (0..6).map(|at| format!("src/{at}.py")).collect();
    files.extend(known.iter().map(|file| (&**file, &[0][..])));
    let tracked: Vec<&str> = known.iter().map(|file| &**file).collect();
    for (policy, weight, expected) in [
        (GATE.to_owned(), "error", 1),
        (
            format!("paths: {{ unmatched: warn }}\n{GATE}"),
            "warning",
            0,
        ),
    ] {
        let folder = repository(&policy, &tracked);
        put(folder.path(), "reports/lcov.info", &lcov(&files));
        let (code, result) = check(folder.path(), &["reports/lcov.info"]);
        let said = messages(&result).join("\n");
        let begin =
            format!("{weight}: 14 of 20 files match no tracked file; first: /opt/other/00.py");
        assert!(said.starts_with(&begin), "{said}");
        assert_eq!(code, expected, "{said}");
        assert_eq!(result["problems"][0]["path"], "reports/lcov.info");
        assert_eq!(coverage(&result, &none()), (14, 20));
    }
}

#[test]
fn each_source_of_a_report_is_tried() {
    let folder = repository(GATE, &["app/src/m.py", "web/src/m.py", "src/a.py"]);
    let sources = ["/w/nowhere", "/w/demo/web/src", r"C:\w\src"];
    let text = cobertura(&sources, &[("m.py", &[1, 0]), ("a.py", &[1])]);
    put(folder.path(), "reports/c.xml", &text);
    let expected = serde_json::json!(["src/a.py", "web/src/m.py"]);
    assert_eq!(names(&lines(folder.path(), &["reports"])), expected);
}

fn names(lines: &Value) -> Value {
    let files = lines.as_array().unwrap().iter();
    files.map(|file| file["path"].clone()).collect()
}

#[test]
fn a_file_is_meant_by_its_longest_end_if_only_one_has_it() {
    let tracked = ["src/a.py", "app/src/m.py", "web/src/m.py", "lib/deep/c.py"];
    let report = lcov(&[
        ("/app/src/a.py", &[1]),
        (r"D:\a\demo\demo\LIB\deep\c.py", &[1]),
        ("src/m.py", &[1]),
        ("/__w/demo/demo/web/src/m.py", &[1]),
    ]);
    for (policy, ambiguous) in [
        (GATE.to_owned(), "src/m.py"),
        (
            format!("paths: {{ replace: {{ src/m.py: app/src/m.py }} }}\n{GATE}"),
            "app/src/m.py",
        ),
    ] {
        let folder = repository(&policy, &tracked);
        put(folder.path(), "reports/lcov.info", &report);
        let mut expected = ["src/a.py", "lib/deep/c.py", "web/src/m.py", ambiguous];
        expected.sort_unstable();
        let found = names(&lines(folder.path(), &["reports"]));
        assert_eq!(found, serde_json::json!(expected));
        let (_, result) = check(folder.path(), &["reports"]);
        assert_eq!(messages(&result).is_empty(), ambiguous != "src/m.py");
    }
}

#[test]
fn systems_are_merged_and_a_gate_sees_one_of_them() {
    let policy = "reports:
  - { path: reports/linux.info, labels: { os: linux } }
  - { path: reports/windows.info, labels: { os: windows } }
gates:
  - { id: all, metric: coverage.line, require: '>= 66%' }
  - { id: one, metric: coverage.line, require: '>= 66%', where: { os: linux } }
";
    let folder = repository(policy, &["src/a.py"]);
    let root = folder.path();
    put(
        root,
        "reports/linux.info",
        &lcov(&[("src/a.py", &[1, 0, 0])]),
    );
    let windows = lcov(&[(r"C:\b\SRC\a.py", &[1, 2, 0])]).replace('\n', "\r\n");
    put(root, "reports/windows.info", &windows);
    let (code, result) = check(root, &[]);
    assert_eq!(coverage(&result, &none()), (2, 3));
    assert_eq!(
        coverage(&result, &serde_json::json!({"os": "linux"})),
        (1, 3)
    );
    let gates = result["gates"].as_array().unwrap();
    let outcomes: Vec<_> = gates.iter().map(|gate| &gate["outcome"]).collect();
    assert_eq!(
        (code, outcomes[0], outcomes[1]),
        (1, &"pass".into(), &"fail".into())
    );
}

#[test]
fn no_file_is_counted_twice() {
    let folder = repository(GATE, &["src/a.py", "src/b.py"]);
    let root = folder.path();
    let files: [(&str, &[u64]); 2] = [("/app/src/a.py", &[1, 0, 1]), ("src/b.py", &[0])];
    put(root, "reports/lcov.info", &lcov(&files));
    put(root, "reports/again.info", &lcov(&files));
    let relative: [(&str, &[u64]); 2] = [("a.py", &[1, 0, 1]), ("b.py", &[0])];
    put(root, "reports/c.xml", &cobertura(&["/app/src"], &relative));
    let one = lines(root, &["reports/lcov.info"]);
    assert_eq!(names(&one), serde_json::json!(["src/a.py", "src/b.py"]));
    for reports in [
        &["reports/lcov.info", "reports/again.info"][..],
        &["reports/lcov.info", "reports/lcov.info"],
        &["reports/lcov.info", "reports/c.xml"],
        &["reports"],
    ] {
        assert_eq!(lines(root, reports), one, "{reports:?}");
        let (_, result) = check(root, reports);
        assert_eq!(coverage(&result, &none()), (2, 4), "{reports:?}");
        assert!(messages(&result).is_empty(), "{reports:?}");
    }
}

#[test]
fn places_of_failed_tests_are_matched_alike() {
    let tracked = ["src/a.py", "src/b.py", "web/x.test.js", "tests/test_c.py"];
    let folder = repository(
        "gates: [{ metric: tests.failed, require: '== 0' }]\n",
        &tracked,
    );
    let root = folder.path();
    let case = |name: &str, file: &str| {
        format!(
            "<testcase classname=\"k\" name=\"{name}\" file=\"{file}\" line=\"3\">\
             <failure message=\"boom\">no</failure></testcase>"
        )
    };
    let cases = [
        case("one", "/home/runner/work/demo/demo/src/a.py"),
        case("two", r"C:\x\SRC\b.py"),
        case("three", "test_c.py"),
        case("four", "elsewhere/d.py"),
    ];
    let junit = format!(
        "<testsuites><testsuite name=\"s\" tests=\"4\" failures=\"4\">{}</testsuite></testsuites>",
        cases.concat()
    );
    put(root, "reports/junit.xml", &junit);
    let jest = r#"{"numFailedTests":1,"numPassedTests":0,"numTotalTests":1,"numTotalTestSuites":1,"numFailedTestSuites":1,
        "success":false,"startTime":1700000000000,"testResults":[{"name":"/builds/g/demo/web/x.test.js",
        "status":"failed","message":"","startTime":1,"endTime":2,"assertionResults":[{"ancestorTitles":[],
        "fullName":"five","title":"five","status":"failed","duration":1,"failureMessages":["Error: boom"]}]}]}"#;
    put(root, "reports/jest.json", jest);
    let (code, result) = check(root, &["reports"]);
    let pointers = result["gates"][0]["pointers"].as_array().unwrap();
    let mut paths: Vec<&str> = pointers
        .iter()
        .filter_map(|one| one["path"].as_str())
        .collect();
    paths.sort_unstable();
    let mut expected = tracked.to_vec();
    expected.push("elsewhere/d.py");
    expected.sort_unstable();
    assert_eq!((code, paths), (1, expected), "{result:#}");
    assert!(messages(&result).is_empty());
}

#[test]
fn a_file_that_is_named_twice_is_one_report() {
    let folder = repository(GATE, &["src/a.py"]);
    let root = folder.path();
    let junit = "<testsuite name=\"s\" tests=\"1\"><testcase name=\"one\"/></testsuite>";
    put(root, "reports/junit.xml", junit);
    put(root, "reports/other.txt", "named by nobody");
    for reports in [
        &["reports/junit.xml"][..],
        &["reports", "reports/junit.xml"],
        &["reports/junit.xml", "./reports/junit.xml", "reports"],
    ] {
        let (_, result) = check(root, reports);
        let all = result["measurements"].as_array().unwrap();
        let total = all.iter().find(|one| one["metric"] == "tests.total");
        assert_eq!(total.unwrap()["value"], 1.0, "{reports:?}");
        assert_eq!(result["inputs"].as_array().unwrap().len(), 1);
    }
    let (code, result) = check(root, &["reports", "reports/other.txt"]);
    assert_eq!((code, messages(&result).len()), (1, 1), "{result:#}");
}

#[test]
fn findings_functions_and_clones_are_matched_alike() {
    let folder = repository(GATE, &["src/a.py", "src/b.py"]);
    let root = folder.path();
    let checkstyle = r#"<?xml version="1.0"?><checkstyle version="8"><file name="C:\w\src\a.py">
        <error line="2" severity="error" message="bad" source="x.Y"/></file></checkstyle>"#;
    let lizard = "3,2,20,0,3,\"f@1-3@/app/src/b.py\",\"/app/src/b.py\",\"f\",\"f( )\",1,3\n";
    let clones = r#"<?xml version="1.0"?><pmd-cpd><duplication lines="4" tokens="30">
        <file path="/app/src/a.py" line="1" endline="4"/><file path="/app/src/b.py" line="2" endline="5"/>
        <codefragment>x</codefragment></duplication></pmd-cpd>"#;
    put(root, "reports/checkstyle.xml", checkstyle);
    put(root, "reports/lizard.csv", lizard);
    put(root, "reports/cpd.xml", clones);
    let (_, snapshot) = json(root, &["collect", "reports"]);
    let evidence = &snapshot["evidence"];
    assert_eq!(evidence["findings"][0]["path"], "src/a.py", "{snapshot:#}");
    // The line is that of the file in the repository.
    assert!(evidence["findings"][0]["anchor"].is_string());
    let text = evidence["duplication"].to_string();
    assert!(
        text.contains("\"src/a.py\"") && text.contains("\"src/b.py\""),
        "{text}"
    );
    let measured = snapshot["measurements"].as_array().unwrap();
    let scopes = measured.iter().map(|one| &one["scope"]["function"]["path"]);
    let functions: Vec<&Value> = scopes.filter(|path| path.is_string()).collect();
    assert!(!functions.is_empty() && functions.iter().all(|path| **path == "src/b.py"));
    assert!(!snapshot.to_string().contains("/app/"));
}

/// Real reports of several kinds, two and more of each.
const REPORTS: &[&str] = &[
    "junit/pytest-all-pass.xml",
    "junit/ctest-mixed.xml",
    "jest/jest-mixed.json",
    "bandit/pkg-1.9.4.json",
    "bandit/requests-1.9.4.json",
    "jscpd/web-5.json",
    "jscpd/web-4.json",
    "interrogate/requests-vv.txt",
    "pytest_benchmark/saved.json",
];

#[test]
fn the_order_of_reports_never_matters() {
    let policy = |order: &[usize]| {
        let entries = order
            .iter()
            .map(|at| format!("  - path: reports/{}\n", name(*at)));
        let entries: String = entries.collect();
        format!("paths: {{ unmatched: warn }}\nreports:\n{entries}{GATE}")
    };
    let mut orders: Vec<Vec<usize>> = Vec::new();
    let count = REPORTS.len() + 3;
    for step in [1, 5, 7, 11] {
        // Each step has no divisor in common with the count: every report once.
        orders.push((0..count).map(|at| at * step % count).collect());
    }
    let folder = repository(&policy(&orders[0]), &["src/a.py", "src/b.py"]);
    let root = folder.path();
    for (at, fixture) in REPORTS.iter().enumerate() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let text = fs::read_to_string(fixtures.join(fixture)).unwrap();
        put(root, &format!("reports/{}", name(at)), &text);
    }
    let files: [(&str, &[u64]); 2] = [("src/a.py", &[1, 0, 0]), ("gone/x.py", &[3])];
    let shard: [(&str, &[u64]); 2] = [("/app/src/a.py", &[0, 4]), ("src/b.py", &[0])];
    let texts = [lcov(&files), lcov(&shard), cobertura(&["/app"], &shard)];
    for (at, text) in (REPORTS.len()..).zip(texts) {
        put(root, &format!("reports/{}", name(at)), &text);
    }
    let mut results = Vec::new();
    for order in &orders {
        fs::write(root.join("andon.yaml"), policy(order)).unwrap();
        results.push(timeless(check(root, &[]).1));
        let named: Vec<String> = order
            .iter()
            .map(|at| format!("reports/{}", name(*at)))
            .collect();
        let named: Vec<&str> = named.iter().map(|name| &**name).collect();
        results.push(timeless(check(root, &named).1));
    }
    let first = &results[0];
    assert_eq!(first["inputs"].as_array().unwrap().len(), count);
    assert_eq!(coverage(first, &none()), (3, 5), "{first:#}");
    assert!(results.iter().all(|result| result == first));
}

fn name(at: usize) -> String {
    let of = REPORTS.get(at).and_then(|name| name.rsplit_once('.'));
    format!("{at}.{}", of.map_or("report", |(_, end)| end))
}

fn timeless(mut result: Value) -> Value {
    result["subject"]["taken_at"] = Value::Null;
    result
}
