//! What reports of test runners are known to get wrong, or to say each in its own way: one test for each trap.

use crate::domain::report::tests::Tests;
use crate::domain::report::{Outcome, Problem, Weight};
use crate::formats::{Limits, read};

fn read_bytes(bytes: Vec<u8>) -> (Tests, Vec<Problem>) {
    let file = Box::new(std::io::Cursor::new(bytes));
    let report = read("r.xml", file, None, Default::default(), &Limits::default());
    assert_eq!(report.format, "junit");
    (report.content.tests.unwrap(), report.problems)
}

fn run(document: &str) -> (Tests, Vec<Problem>) {
    read_bytes(document.as_bytes().to_vec())
}

/// Reads a report in which nothing is wrong.
fn clean(document: &str) -> Tests {
    let (tests, problems) = run(document);
    assert_eq!(problems, [], "{document}");
    tests
}

/// Passed, failed, errored, skipped, flaky.
fn figures(tests: &Tests) -> [u64; 5] {
    let counts = tests.counts;
    [
        counts.passed,
        counts.failed,
        counts.errored,
        counts.skipped,
        counts.flaky,
    ]
}

fn outcome(inside: &str) -> Outcome {
    let tests = clean(&format!(
        "<testsuite><testcase name='a'>{inside}</testcase></testsuite>"
    ));
    assert_eq!(tests.counts.total(), 1, "{inside}");
    match tests.notable.as_slice() {
        [case] => case.outcome,
        _ if tests.counts.skipped == 1 => Outcome::Skipped,
        _ => Outcome::Passed,
    }
}

#[test]
fn trap_1_an_error_of_a_suite_is_a_case() {
    let tests = clean(
        "<testsuites><testsuite name='S' tests='0' errors='1'><error message='no database'>at a.rs:3:1</error></testsuite></testsuites>",
    );
    assert_eq!(figures(&tests), [0, 0, 1, 0, 0]);
    let case = &tests.notable[0];
    assert_eq!((case.suite.as_str(), case.name.as_str()), ("S", "(suite)"));
    assert_eq!(
        (case.message.as_str(), case.file.as_str(), case.line),
        ("no database", "a.rs", 3)
    );
    assert_eq!(
        figures(&clean("<testsuites><failure/></testsuites>")),
        [0, 1, 0, 0, 0]
    );
}

#[test]
fn trap_2_the_worst_of_several_ends_counts_once() {
    for inside in [
        "<skipped/><failure/><error/>",
        "<error/><failure/><skipped/>",
        "<error/><error/>",
    ] {
        assert_eq!(outcome(inside), Outcome::Errored, "{inside}");
    }
    assert_eq!(outcome("<skipped/><failure/>"), Outcome::Failed);
    assert_eq!(outcome("<failure/><skipped/>"), Outcome::Failed);
    assert_eq!(
        outcome("<error type='org.testng.SkipException'/>"),
        Outcome::Skipped
    );
    // node: what is still to be done may fail.
    assert_eq!(
        outcome("<skipped type='todo'/><failure/>"),
        Outcome::Skipped
    );
    let tests = clean(
        "<testcase><failure message='1'/><error message='2'/><error message='3'/><failure message='4'/></testcase>",
    );
    assert_eq!(tests.notable[0].message, "2");
}

#[test]
fn trap_3_suites_nest_to_any_depth() {
    let depth = 300;
    let document = format!(
        "{}<testcase name='deep'><failure/></testcase>{}",
        "<testsuite name='s'><testcase/>".repeat(depth),
        "</testsuite>".repeat(depth)
    );
    let tests = clean(&document);
    assert_eq!(figures(&tests), [300, 1, 0, 0, 0]);
    assert_eq!(tests.suites.len(), depth);
    let tests = clean(
        "<testsuites name='root'><testsuite name='a'><testsuite name='b'><testcase/></testsuite><testcase><failure/></testcase></testsuite></testsuites>",
    );
    let names: Vec<_> = tests
        .suites
        .iter()
        .map(|suite| suite.name.as_str())
        .collect();
    assert_eq!(names, ["a > b", "a"]);
    assert_eq!(tests.notable[0].suite, "a");
}

#[test]
fn trap_4_cases_are_counted_and_declared_counts_that_disagree_are_named() {
    let (tests, problems) = run(
        "<testsuites tests='9' failures='0'><testsuite name='S' tests='3' failures='0' errors='0'><testcase/><testcase><failure/></testcase></testsuite></testsuites>",
    );
    assert_eq!(figures(&tests), [1, 1, 0, 0, 0]);
    let messages: Vec<_> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "suite `S` declares 3 tests where the cases are 2, 0 failures and errors where the cases are 1; the cases were counted",
            "the report declares 9 tests where the cases are 2, 0 failures and errors where the cases are 1; the cases were counted",
        ]
    );
    assert!(
        problems
            .iter()
            .all(|problem| problem.weight == Weight::Warning)
    );
    // Own cases, all cases, and cases with suites are all counted by somebody.
    for tests in [1, 2, 3] {
        clean(&format!(
            "<testsuite tests='{tests}'><testcase/><testsuite tests='2'><testcase/><testcase/></testsuite></testsuite>"
        ));
    }
    let (_, problems) = run(&format!(
        "<testsuites>{}</testsuites>",
        "<testsuite tests='2'><testcase/></testsuite>".repeat(1000)
    ));
    assert_eq!(problems.len(), 6);
}

#[test]
fn trap_4_declared_counts_are_used_where_there_is_no_case() {
    for document in [
        "<testsuites tests='9' failures='2' errors='1' skipped='3'><testsuite tests='5'/></testsuites>",
        "<testsuites><testsuite tests='4' failures='2' errors='1'/><testsuite tests='5' skipped='1' disabled='2'/></testsuites>",
    ] {
        let (tests, problems) = run(document);
        assert_eq!(figures(&tests), [3, 2, 1, 3, 0], "{document}");
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0]
                .message
                .contains("declares 9 tests but holds no case")
        );
    }
    assert_eq!(figures(&clean("<testsuites/>")), [0; 5]);
    assert_eq!(
        figures(&clean("<testsuites tests='0' failures='0'/>")),
        [0; 5]
    );
    let (tests, _) = run("<testsuite tests='9'>");
    assert_eq!(figures(&tests), [0; 5]);
}

#[test]
fn trap_5_the_file_decides_what_a_comma_is() {
    let seconds = |times: &[&str]| {
        let cases: String = times
            .iter()
            .map(|time| format!("<testcase name='{time}' time='{time}'/>"))
            .collect();
        let tests = clean(&format!("<testsuite name='s'>{cases}</testsuite>"));
        assert_eq!(tests.suites[0].seconds, tests.seconds);
        let slowest = tests.slowest.iter().map(|case| case.seconds).sum::<f64>();
        assert!((slowest - tests.seconds).abs() < 1e-9);
        assert_eq!(tests.counts.total(), times.len() as u64);
        (
            tests.seconds,
            tests.slowest.first().map(|case| case.name.clone()),
        )
    };
    let first = |name: &str| Some(name.to_owned());
    assert_eq!(seconds(&["1,234.5"]), (1234.5, first("1,234.5")));
    assert_eq!(seconds(&["0,014"]), (0.014, first("0,014")));
    assert_eq!(seconds(&["1.234,5"]), (1234.5, first("1.234,5")));
    assert_eq!(seconds(&["1,234", "2"]), (1236.0, first("1,234")));
    // Evidence that comes late changes what was read before it, and their order.
    assert_eq!(seconds(&["1,250", "2", "0,5"]), (3.75, first("2")));
    assert_eq!(seconds(&["0,5", "1,250", "2"]), (3.75, first("2")));
    assert_eq!(seconds(&["1,250", "1,000.5"]), (2250.5, first("1,250")));
    assert_eq!(seconds(&["NaN", "-1", "", "1e999"]), (0.0, None));
}

#[test]
fn trap_5_a_late_comma_reads_failures_and_suites_again() {
    let tests = clean(
        "<testsuites><testsuite name='a' time='7,125'/><testsuite name='b'><testcase name='f' time='1,500'><failure/></testcase></testsuite>\
         <testsuite name='c' time='2,000'><testcase/></testsuite><testsuite name='d'><testcase time='0,5'/></testsuite></testsuites>",
    );
    assert_eq!(tests.seconds, 7.125 + 1.5 + 2.0 + 0.5);
    assert_eq!((tests.notable.len(), tests.notable[0].seconds), (1, 1.5));
    let suites: Vec<_> = tests
        .suites
        .iter()
        .map(|suite| (suite.name.as_str(), suite.seconds))
        .collect();
    assert_eq!(suites, [("b", 1.5), ("c", 2.0), ("d", 0.5)]);
    assert_eq!(figures(&tests), [2, 1, 0, 0, 0]);
}

#[test]
fn trap_5_a_suites_own_time_counts_where_its_cases_have_none() {
    let seconds = |document: &str| clean(document).seconds;
    assert_eq!(
        seconds("<testsuite time='9'><testcase time='1'/><testcase/></testsuite>"),
        1.0
    );
    assert_eq!(seconds("<testsuite time='9'><testcase/></testsuite>"), 9.0);
    assert_eq!(
        seconds(
            "<testsuites time='99'><testsuite time='9'><testcase/></testsuite><testsuite time='8'><testcase time='2'/></testsuite></testsuites>"
        ),
        11.0
    );
    assert_eq!(
        seconds("<testsuites time='99'><testsuite><testcase/></testsuite></testsuites>"),
        99.0
    );
}

#[test]
fn trap_6_reruns() {
    for (inside, expected) in [
        ("<flakyFailure message='x'/>", Outcome::Flaky),
        ("<flakyError/><flakyFailure/>", Outcome::Flaky),
        ("<rerun/>", Outcome::Flaky),
        ("<failure/><rerunFailure/>", Outcome::Failed),
        ("<failure/><rerunError/>", Outcome::Failed),
        ("<error/><rerunFailure/>", Outcome::Errored),
        ("<failure/><flakyFailure/>", Outcome::Failed),
        ("<flakyError/><failure/>", Outcome::Failed),
        ("<rerunFailure/>", Outcome::Failed),
        ("<rerunError/><flakyFailure/>", Outcome::Failed),
    ] {
        assert_eq!(outcome(inside), expected, "{inside}");
    }
    let tests = clean(
        "<testcase name='a'><flakyFailure message='lost the race'><stackTrace>x</stackTrace><system-out>o</system-out></flakyFailure></testcase>",
    );
    assert_eq!(figures(&tests), [1, 0, 0, 0, 1]);
    assert_eq!(tests.notable[0].message, "lost the race");
}

#[test]
fn trap_7_duplicates_are_not_merged_so_no_failure_turns_green() {
    let tests = clean(
        "<testsuite tests='3' failures='1' errors='1'><testcase name='a'><failure/></testcase><testcase name='a'><error/></testcase><testcase name='a'/></testsuite>",
    );
    assert_eq!(figures(&tests), [1, 1, 1, 0, 0]);
}

#[test]
fn trap_8_cases_stand_anywhere() {
    for document in [
        "<testsuites><testcase/><testsuite><testcase/></testsuite></testsuites>",
        "<testsuite><testcase/><testcase/></testsuite>",
        "<testsuites><other><testsuite><testcase></testcase></testsuite></other><testcase/></testsuites>",
        "<testcase><testcase/></testcase>",
    ] {
        assert_eq!(figures(&clean(document)), [2, 0, 0, 0, 0], "{document}");
    }
}

#[test]
fn trap_9_what_was_read_before_the_end_is_kept_and_the_end_is_an_error() {
    let whole = "<testsuites><testsuite name='a'><testcase name='1'><failure message='x'>t</failure></testcase><testcase/>";
    for (document, expected, words) in [
        (whole.to_owned(), [1, 1, 0, 0, 0], "truncated"),
        (
            format!("{whole}<testcase name='2'"),
            [1, 1, 0, 0, 0],
            "truncated",
        ),
        (format!("{whole}<testcase>"), [1, 1, 0, 0, 0], "truncated"),
        (
            format!("{whole}<testcase><error>no"),
            [1, 1, 1, 0, 0],
            "truncated",
        ),
        (
            format!("{whole}</testsuite></testsuites>\n{whole}"),
            [1, 1, 0, 0, 0],
            "second root",
        ),
        (
            format!("{whole}</testsuites>"),
            [1, 1, 0, 0, 0],
            "malformed",
        ),
    ] {
        let (tests, problems) = run(&document);
        assert_eq!(figures(&tests), expected, "{document}");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].weight, Weight::Error);
        assert!(
            problems[0].message.contains(words),
            "{}",
            problems[0].message
        );
        assert_eq!(tests.suites[0].counts.total(), tests.counts.total());
    }
    let empty = read(
        "r.xml",
        Box::new(&b"  \n"[..]),
        None,
        Default::default(),
        &Limits::default(),
    );
    assert!(empty.content.tests.is_none() && empty.problems[0].weight == Weight::Error);
}

#[test]
fn trap_10_control_characters_and_bad_bytes_are_replaced() {
    let mut document =
        b"<testcase name='a\x1b[31m\x00&#27;&#0;'><failure message='\xff\xc3'>".to_vec();
    document.extend_from_slice(b"\x08</failure></testcase>");
    let (tests, problems) = read_bytes(document);
    assert_eq!(problems, []);
    let case = &tests.notable[0];
    assert_eq!(case.name, "a\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}");
    assert_eq!(case.message, "\u{fffd}\u{fffd}");
}

#[test]
fn trap_11_any_encoding_is_read() {
    let text = "<?xml version='1.0' encoding='UTF-16'?><testcase name='ünï'><failure/></testcase>";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let latin = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(c).unwrap())
            .collect::<Vec<u8>>()
    };
    let marked = |mark: &[u8], mut rest: Vec<u8>| {
        rest.splice(0..0, mark.iter().copied());
        rest
    };
    for document in [
        marked(b"\xff\xfe", wide(u16::to_le_bytes)),
        marked(b"\xfe\xff", wide(u16::to_be_bytes)),
        wide(u16::to_le_bytes),
        latin(&text.replace("UTF-16", "ISO-8859-1")),
        marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        marked(b" \n\t", text.as_bytes().to_vec()),
        marked(b"\xef\xbb\xbf\n", text.as_bytes().to_vec()),
    ] {
        let (tests, problems) = read_bytes(document);
        assert_eq!(problems, []);
        assert_eq!(tests.notable[0].name, "ünï");
    }
}

#[test]
fn trap_12_entities_are_never_expanded() {
    let tests = clean(
        "<!DOCTYPE testcase SYSTEM \"http://127.0.0.1:1/x.dtd\" [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
         <testcase name='&b;&f;'><failure>&b;&f;</failure></testcase>",
    );
    assert_eq!(tests.notable[0].name, "&b;&f;");
    assert_eq!(tests.notable[0].message, "&b;&f;");
}

#[test]
fn trap_13_output_of_any_size_is_passed_over() {
    struct Endless {
        begin: std::io::Cursor<Vec<u8>>,
        left: usize,
        end: std::io::Cursor<Vec<u8>>,
    }
    impl std::io::Read for Endless {
        fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
            let count = self.begin.read(target)?;
            if count > 0 || self.left == 0 {
                return Ok(if count > 0 {
                    count
                } else {
                    self.end.read(target)?
                });
            }
            let count = target.len().min(self.left);
            target[..count].fill(b'x');
            self.left -= count;
            Ok(count)
        }
    }
    for (open, close) in [
        ("", ""),
        ("<![CDATA[", "]]>"),
        ("<!--", "-->"),
        ("<a>", "</a>"),
    ] {
        for element in ["system-out", "failure", "skipped", "properties"] {
            let file = Endless {
                begin: std::io::Cursor::new(
                    format!("<testsuite><testcase><{element}>{open}").into_bytes(),
                ),
                left: 3_000_000,
                end: std::io::Cursor::new(
                    format!("{close}</{element}></testcase></testsuite>").into_bytes(),
                ),
            };
            // A text that were held as a whole would break this limit.
            let limits = Limits {
                token_bytes: 1_000_000,
                ..Limits::default()
            };
            let report = read("r.xml", Box::new(file), None, Default::default(), &limits);
            assert_eq!(report.problems, [], "{element} {open}");
            let tests = report.content.tests.unwrap();
            assert_eq!(tests.counts.total(), 1);
            assert!(tests.notable.iter().all(|case| case.message.len() <= 2048));
        }
    }
}

#[test]
fn trap_14_prefixes_are_passed_over() {
    let tests = clean(
        "<j:testsuites xmlns:j='urn:x'><j:testsuite j:name='s'><j:testcase j:name='a' j:time='1'><j:failure j:message='m'/></j:testcase></j:testsuite></j:testsuites>",
    );
    let case = &tests.notable[0];
    assert_eq!(
        (
            case.suite.as_str(),
            case.name.as_str(),
            case.message.as_str()
        ),
        ("s", "a", "m")
    );
    assert_eq!(
        figures(&clean("<TestSuite><TestCase/></TestSuite>")),
        [1, 0, 0, 0, 0]
    );
}

#[test]
fn trap_15_a_status_can_skip_and_fail() {
    for (status, expected) in [
        ("disabled", Outcome::Skipped),
        ("notrun", Outcome::Skipped),
        ("Ignored", Outcome::Skipped),
        ("skipped", Outcome::Skipped),
        ("run", Outcome::Passed),
        ("passed", Outcome::Passed),
        ("completed", Outcome::Passed),
        ("failed", Outcome::Failed),
        ("error", Outcome::Errored),
    ] {
        for attribute in ["status", "result"] {
            let tests = clean(&format!(
                "<testsuite><testcase {attribute}='{status}'/></testsuite>"
            ));
            let mut counts = crate::domain::report::tests::Counts::default();
            counts.add(expected);
            assert_eq!(tests.counts, counts, "{status}");
        }
    }
    let tests = clean("<testcase status='notrun'><failure/></testcase>");
    assert_eq!(figures(&tests), [0, 1, 0, 0, 0]);
}

#[test]
fn trap_16_a_time_without_a_zone_is_utc() {
    let started = |stamps: &[&str]| {
        let suites: String = stamps
            .iter()
            .map(|stamp| format!("<testsuite timestamp='{stamp}'/>"))
            .collect();
        clean(&format!("<testsuites>{suites}</testsuites>"))
            .started
            .map(|at| at.to_string())
    };
    let noon = Some("2026-11-21T12:00:00Z".to_owned());
    assert_eq!(started(&["2026-11-21T12:00:00"]), noon);
    assert_eq!(started(&["2026-11-21 12:00:00.000000"]), noon);
    assert_eq!(started(&["2026-11-21T12:00:00Z"]), noon);
    assert_eq!(started(&["2026-11-21T14:00:00+02:00"]), noon);
    assert_eq!(
        started(&["2026-11-21T13:00:00", "2026-11-21T14:00:00+02:00", "today"]),
        noon
    );
    assert_eq!(started(&["yesterday", ""]), None);
}

#[test]
fn trap_17_the_place_is_on_the_case_the_failure_the_suite_or_in_the_trace() {
    let place = |suite: &str, case: &str, failure: &str, text: &str| {
        let tests = clean(&format!(
            "<testsuite {suite}><testcase {case}><failure {failure}>{text}</failure></testcase></testsuite>"
        ));
        (tests.notable[0].file.clone(), tests.notable[0].line)
    };
    let at = |file: &str, line: u32| (file.to_owned(), line);
    let (suite, case, failure, text) = (
        "file='s.py' line='1'",
        "file='c.py' line='2'",
        "file='f.py' line='3'",
        "t.py:4: E",
    );
    assert_eq!(place(suite, case, failure, text), at("c.py", 2));
    assert_eq!(place(suite, "", failure, text), at("f.py", 3));
    assert_eq!(place(suite, "", "", text), at("s.py", 1));
    assert_eq!(place("", "", "", text), at("t.py", 4));
    assert_eq!(
        place("", "filepath='c.py' lineno='2'", "", ""),
        at("c.py", 2)
    );
    // A line without a file belongs to the file that is known; a line of another file does not.
    assert_eq!(place("file='s.py'", "", "line='3'", ""), at("s.py", 3));
    assert_eq!(place("file='s.py'", "", "", "/w/s.py:4: E"), at("s.py", 4));
    assert_eq!(place("file='s.py'", "", "", text), at("s.py", 0));
    assert_eq!(place("", "line='2'", "", ""), at("", 0));
    assert_eq!(place("", "file='c.py' line='-1'", "", ""), at("c.py", 0));
}

#[test]
fn a_message_is_the_attribute_else_the_type_with_the_first_lines() {
    let message = |attributes: &str, text: &str| {
        let tests = clean(&format!(
            "<testcase><error {attributes}>{text}</error></testcase>"
        ));
        tests.notable[0].message.clone()
    };
    assert_eq!(message("message=' m ' type='t'", "x"), "m");
    assert_eq!(message("message='' type='T'", ""), "T");
    assert_eq!(
        message("type='T'", "went wrong\n\nhere\n    at a (b.js:1:2)\nlater"),
        "T: went wrong\nhere"
    );
    assert_eq!(message("type='T'", "T: went wrong"), "T: went wrong");
    assert_eq!(message("", "\n  one\n two\n"), "one\n two");
    assert_eq!(message("", ""), "");
    assert_eq!(
        message(&format!("message='{}'", "é".repeat(5000)), "").len(),
        2048
    );
}

#[test]
fn a_million_suites_and_failures_stay_bounded() {
    let suite =
        "<testsuite name='s'><testcase name='a'><failure message='m'/></testcase></testsuite>";
    let (tests, problems) = run(&format!(
        "<testsuites>{}</testsuites>",
        suite.repeat(50_000)
    ));
    assert_eq!(tests.counts.failed, 50_000);
    assert_eq!(
        (tests.suites.len(), tests.notable.len()),
        (Tests::SUITES, Tests::NOTABLE)
    );
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0]
            .message
            .starts_with("40000 failed or flaky cases")
    );
}

#[test]
fn roots_of_other_formats_are_left_to_them() {
    use crate::formats::{Head, identify};
    let ids = |text: &str| {
        identify(&Head::new(text.to_owned()))
            .iter()
            .map(|format| format.id)
            .collect::<Vec<_>>()
    };
    for root in [
        "testsuites",
        "testsuite",
        "testcase",
        "x:testsuites",
        "TESTSUITES",
    ] {
        assert_eq!(
            ids(&format!("<?xml version='1.0'?><{root} a='b'>")),
            ["junit"],
            "{root}"
        );
    }
    for root in [
        "test-run",
        "test-results",
        "assemblies",
        "TestRun",
        "coverage",
        "html",
    ] {
        assert!(!ids(&format!("<{root}>")).contains(&"junit"), "{root}");
    }
}
