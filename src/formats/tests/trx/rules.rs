//! What TRX files are known to get wrong.

use crate::domain::report::{Report, Weight};
use crate::formats::testing::{report, sniffed};

fn run(results: &str, rest: &str) -> Report {
    let text = format!(
        "<TestRun id='r' xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'><Times start='2020-01-02T03:04:05.5+01:00'/><Results>{results}</Results>{rest}</TestRun>"
    );
    assert_eq!(sniffed(&text), ["trx"]);
    report("trx", &text)
}

fn figures(report: &Report) -> [u64; 4] {
    let counts = report.content.tests.as_ref().unwrap().counts;
    [counts.passed, counts.failed, counts.errored, counts.skipped]
}

fn ids(report: &Report) -> Vec<String> {
    let tests = report.content.tests.as_ref().unwrap();
    tests.notable.iter().map(|case| case.id()).collect()
}

#[test]
fn a_result_ends_as_its_outcome_says_and_without_one_is_an_error() {
    for (outcome, expected) in [
        ("outcome='Passed'", [1, 0, 0, 0]),
        ("outcome='Completed'", [1, 0, 0, 0]),
        ("outcome='Warning'", [1, 0, 0, 0]),
        ("outcome='Failed'", [0, 1, 0, 0]),
        ("outcome='Error'", [0, 0, 1, 0]),
        ("outcome='Timeout'", [0, 0, 1, 0]),
        ("outcome='Aborted'", [0, 0, 1, 0]),
        ("outcome='PassedButRunAborted'", [0, 0, 1, 0]),
        ("outcome='NotRunnable'", [0, 0, 1, 0]),
        ("outcome='InProgress'", [0, 0, 1, 0]),
        ("outcome='NotExecuted'", [0, 0, 0, 1]),
        ("outcome='Inconclusive'", [0, 0, 0, 1]),
        ("outcome='Pending'", [0, 0, 0, 1]),
        ("", [0, 0, 1, 0]),
    ] {
        let report = run(&format!("<UnitTestResult testName='a' {outcome}/>"), "");
        assert_eq!(figures(&report), expected, "{outcome}");
    }
}

#[test]
fn results_are_joined_by_execution_and_by_test_in_either_order() {
    let results = "<UnitTestResult executionId='e1' testId='t1' testName='a(1)' outcome='Failed' duration='00:00:01.5000000'>\
        <Output><StdOut>x</StdOut><ErrorInfo><Message>no</Message><StackTrace>   at N.C.a() in C:\\w\\C.cs:line 12</StackTrace></ErrorInfo></Output></UnitTestResult>\
        <UnitTestResult executionId='e9' testId='t2' testName='N.D.b' outcome='Failed'/>";
    let definitions = "<TestDefinitions><UnitTest name='a' id='t9'><Execution id='e1'/><TestMethod className='N.C, Tests, Version=1' name='a'/></UnitTest>\
        <UnitTest name='b' id='t2'><Execution id='e2'/><TestMethod className='N.D' name='b'/></UnitTest></TestDefinitions>";
    let after = run(results, definitions);
    assert_eq!(ids(&after), ["N.C > a(1)", "N.D > b"]);
    let tests = after.content.tests.unwrap();
    let case = &tests.notable[0];
    assert_eq!((case.seconds, case.message.as_str()), (1.5, "no"));
    assert_eq!((case.file.as_str(), case.line), ("C:\\w\\C.cs", 12));
    assert_eq!(tests.started, "2020-01-02T02:04:05.5Z".parse().ok());
    let before =
        format!("<TestRun><TestSettings/>{definitions}<Results>{results}</Results></TestRun>");
    assert_eq!(ids(&report("trx", &before)), ["N.C > a(1)", "N.D > b"]);
}

#[test]
fn inner_results_count_beside_the_one_that_holds_them() {
    let report = run(
        "<UnitTestResult testName='d' outcome='Failed' resultType='DataDrivenTest'><InnerResults>\
         <UnitTestResult testName='d (Data Row 0)' outcome='Passed'/><UnitTestResult testName='d (Data Row 1)' outcome='Failed'><Output><ErrorInfo><Message>row</Message></ErrorInfo></Output></UnitTestResult>\
         </InnerResults></UnitTestResult><TestResultAggregation testName='ordered' outcome='Passed'/>",
        "<ResultSummary outcome='Failed'><Counters total='4' passed='2' failed='2'/></ResultSummary>",
    );
    assert_eq!((figures(&report), report.problems.len()), ([2, 2, 0, 0], 0));
    assert_eq!(report.content.tests.unwrap().notable[0].message, "row");
}

#[test]
fn a_run_that_failed_by_itself_is_never_green() {
    let summary = |outcome: &str| {
        format!(
            "<ResultSummary outcome='{outcome}'><Counters total='1' executed='1' passed='1' failed='0'/><RunInfos><RunInfo outcome='Error'><Text>host process crashed</Text></RunInfo></RunInfos></ResultSummary>"
        )
    };
    let crashed = run(
        "<UnitTestResult testName='a' outcome='Passed'/>",
        &summary("Failed"),
    );
    assert_eq!(
        (figures(&crashed), ids(&crashed)),
        ([1, 0, 1, 0], vec!["(run)".to_owned()])
    );
    let failed = run(
        "<UnitTestResult testName='a' outcome='Failed'/>",
        &summary("Failed"),
    );
    assert_eq!(figures(&failed), [0, 1, 0, 0]);
    assert_eq!(failed.problems[0].weight, Weight::Warning);
    assert!(failed.problems[0].message.contains("host process crashed"));
    let warned = "<ResultSummary outcome='Completed'><RunInfos><RunInfo outcome='Warning'><Text>w</Text></RunInfo></RunInfos></ResultSummary>";
    let passed = run("<UnitTestResult testName='a' outcome='Passed'/>", warned);
    assert_eq!((figures(&passed), passed.problems.len()), ([1, 0, 0, 0], 0));
}

#[test]
fn declared_counts_are_used_where_there_is_no_result() {
    let report = run(
        "",
        "<ResultSummary outcome='Completed'><Counters total='5' executed='4' passed='3' failed='0' timeout='1' notExecuted='0'/></ResultSummary>",
    );
    assert_eq!(figures(&report), [3, 0, 1, 1]);
    assert!(report.problems[0].message.contains("holds no case"));
}
