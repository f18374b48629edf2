//! Robot Framework's output.xml.

mod held;
mod test;

use std::rc::Rc;

use self::held::{Held, HeldCase};
use self::test::Test;
use super::path::Path;
use super::record::Record;
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "robot",
    title: "Robot Framework XML",
    kind: Kind::Tests,
    producers: &["Robot Framework", "Rebot", "Pabot"],
    default_paths: &["**/output.xml", "**/robot*.xml"],
    sniff,
    parse,
    reads: "Suites to any depth, tests and tasks that passed, failed and were skipped, durations, messages, the file of the suite and the line of the test. A suite tear-down that failed fails the tests of the suite, as in Robot's own totals.",
    omits: "Keywords, logs, tags. A dry run (`--dryrun`), which Robot counts as passed, is an error. A test that failed has failed, also where a version before 4 calls it not critical.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    // Robots of flesh and steel have descriptions with the same root.
    head.xml_root() == Some("robot")
        && (head.xml_child() == Some("suite")
            || head.text.contains("generator=\"Robot")
            || head.text.contains("generator=\"Rebot"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits();
    let mut reading = Reading {
        record: Record::new(limits),
        path: Path::new(limits.text_bytes),
        open: Vec::new(),
        held: Held::default(),
        ran: false,
        idle: false,
    };
    let result = reading.read(&mut Xml::new(input.source));
    let result = result.and_then(|()| match reading.idle && !reading.ran {
        true => Err(Problem::error(
            "this is a dry run (`--dryrun`): Robot calls tests passed in which it ran nothing",
        )),
        false => Ok(()),
    });
    reading.held.settle(&mut reading.record);
    reading.record.finish(result.is_ok(), input, content);
    result
}

/// A suite that is open.
struct Open {
    path: Rc<str>,
    source: Rc<str>,
    /// How many cases are held of the suites before it.
    first: usize,
    /// Cases in it that ended badly.
    bad: u64,
    /// How its tear-down ended, and what that says.
    teardown: Option<(Outcome, String)>,
    /// Its own status.
    status: Option<Branch>,
}

struct Reading {
    record: Record,
    path: Path,
    open: Vec<Open>,
    /// A tear-down decides about the tests before it.
    held: Held,
    /// Whether in a test that passed a keyword was run.
    ran: bool,
    /// Whether in a test that passed a keyword was not run.
    idle: bool,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "robot" => {}
                        "suite" => self.begin(&branch),
                        "test" => {
                            let test = Test::read(xml)?;
                            self.test(&branch, &test);
                        }
                        "kw" if branch.attribute("type").eq_ignore_ascii_case("teardown") => {
                            let keyword = xml.grow(branch, |name| name == "status")?;
                            self.teardown(&keyword);
                        }
                        "status" => {
                            let status = xml.grow(branch, |_| false)?;
                            if let Some(open) = self.open.last_mut() {
                                open.status = Some(status);
                            }
                        }
                        "statistics" => {
                            let statistics =
                                xml.grow(branch, |name| matches!(name, "total" | "stat"))?;
                            self.declared(&statistics);
                        }
                        _ => xml.skip()?,
                    }
                }
                Node::Close(name) if name.local() == "suite" => self.end(),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn begin(&mut self, suite: &Branch) {
        self.path.push(&suite.attribute("name"));
        self.open.push(Open {
            path: self.path.as_str().into(),
            source: (&*suite.attribute("source")).into(),
            first: self.held.len(),
            bad: 0,
            teardown: None,
            status: None,
        });
    }

    fn test(&mut self, test: &Branch, within: &Test) {
        let status = within.status.as_ref();
        let outcome = status.map_or(Outcome::Errored, outcome);
        // After a failure keywords are not run either.
        if outcome == Outcome::Passed {
            self.ran |= within.ran;
            self.idle |= within.idle;
        }
        let (path, source): (Rc<str>, Rc<str>) = match self.open.last_mut() {
            Some(open) => {
                open.bad += u64::from(outcome == Outcome::Failed || outcome == Outcome::Errored);
                (Rc::clone(&open.path), Rc::clone(&open.source))
            }
            None => ("".into(), "".into()),
        };
        let case = HeldCase {
            suite: path,
            source,
            name: test.attribute("name").into_owned(),
            outcome,
            seconds: status.map_or(0.0, elapsed),
            line: test.attribute("line").parse().unwrap_or(0),
            message: status.map_or_else(String::new, message),
        };
        self.held.add(case, &mut self.record);
    }

    fn teardown(&mut self, keyword: &Branch) {
        let Some(status) = keyword.child("status") else {
            return;
        };
        if let Some(open) = self.open.last_mut() {
            let said = match message(status) {
                none if none.is_empty() => "tear-down".to_owned(),
                said => said,
            };
            open.teardown = Some((outcome(status), said));
        }
    }

    fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let mut bad = open.bad;
        let status = open.status.as_ref();
        if let Some(started) = status.and_then(start) {
            self.record.started(started);
        }
        if let Some((outcome @ (Outcome::Failed | Outcome::Skipped), said)) = &open.teardown {
            bad += self.held.overrule(open.first, *outcome, said);
        }
        // A suite that failed though no test in it did, did so by itself.
        if bad == 0 && status.is_some_and(|status| outcome(status) == Outcome::Failed) {
            bad += 1;
            let case = HeldCase {
                suite: Rc::clone(&open.path),
                source: Rc::clone(&open.source),
                name: "(suite)".to_owned(),
                outcome: Outcome::Errored,
                seconds: 0.0,
                line: 0,
                message: status.map_or_else(String::new, message),
            };
            self.held.add(case, &mut self.record);
        }
        if let Some(outer) = self.open.last_mut() {
            outer.bad += bad;
        }
        self.path.pop();
    }

    fn declared(&mut self, statistics: &Branch) {
        let total = statistics.child("total").map(Branch::children);
        for stat in total.into_iter().flatten() {
            let count = |name: &str| stat.attribute(name).parse::<u64>().unwrap_or(0);
            if count("fail") > 0 {
                self.record.failed("`statistics`");
            }
            // Before version 4 there are those of critical tests as well.
            if stat.text().starts_with("All") {
                self.record.declare(Counts {
                    passed: count("pass"),
                    failed: count("fail"),
                    skipped: count("skip"),
                    ..Counts::default()
                });
            }
        }
    }
}

fn outcome(status: &Branch) -> Outcome {
    match &*status.attribute("status") {
        "PASS" => Outcome::Passed,
        "SKIP" => Outcome::Skipped,
        "FAIL" => Outcome::Failed,
        _ => Outcome::Errored,
    }
}

fn message(status: &Branch) -> String {
    told::traced(status.text(), "").message
}

/// `start` and `elapsed` since version 7; before it `starttime` and `endtime`.
fn elapsed(status: &Branch) -> f64 {
    let elapsed = status.attribute("elapsed");
    if !elapsed.is_empty() {
        return clock::number(&elapsed);
    }
    let end = clock::instant(&status.attribute("endtime"));
    match start(status).zip(end) {
        Some((start, end)) => end.duration_since(start).as_secs_f64(),
        None => 0.0,
    }
}

fn start(status: &Branch) -> Option<jiff::Timestamp> {
    clock::instant(&status.attribute("start"))
        .or_else(|| clock::instant(&status.attribute("starttime")))
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    fn run(inside: &str) -> ([u64; 4], Vec<(String, String)>) {
        let text = format!("<robot><suite name='R' source='/w/r.robot'>{inside}</suite></robot>");
        assert_eq!(sniffed(&text), ["robot"]);
        let report = report("robot", &text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        let notable = tests.notable.iter();
        let notable = notable.map(|case| (case.id(), case.message.clone()));
        let figures = [counts.passed, counts.failed, counts.errored, counts.skipped];
        (figures, notable.collect())
    }

    fn test(name: &str, status: &str) -> String {
        format!(
            "<test name='{name}' line='3'><kw><status status='FAIL'>inner</status></kw><status status='{status}'>said</status></test>"
        )
    }

    #[test]
    fn a_test_ends_as_its_own_status_says() {
        for (status, expected) in [
            ("PASS", [1, 0, 0, 0]),
            ("FAIL", [0, 1, 0, 0]),
            ("SKIP", [0, 0, 0, 1]),
            ("ODD", [0, 0, 1, 0]),
        ] {
            assert_eq!(run(&test("a", status)).0, expected);
        }
        assert_eq!(run("<test name='a'/>").0, [0, 0, 1, 0]);
    }

    #[test]
    fn a_tear_down_that_failed_fails_what_stands_before_it() {
        let teardown = |status: &str| {
            format!("<kw type='teardown'><kw/><status status='{status}'>torn</status></kw>")
        };
        let cases = [test("a", "PASS"), test("b", "FAIL"), test("c", "SKIP")].concat();
        let inner = format!(
            "<suite name='I'>{cases}{}<status status='FAIL'/></suite>",
            teardown("FAIL")
        );
        let (figures, notable) = run(&format!("{}{inner}{}", test("z", "PASS"), teardown("PASS")));
        assert_eq!(figures, [1, 2, 0, 1]);
        assert_eq!(notable[0].0, "R > I > a");
        assert!(
            notable[0].1.contains("tear-down failed:\ntorn"),
            "{notable:?}"
        );
        let (figures, _) = run(&format!(
            "<suite name='I'>{cases}</suite>{}",
            teardown("FAIL")
        ));
        assert_eq!(figures, [0, 2, 0, 1]);
        let (figures, _) = run(&format!("{cases}{}", teardown("SKIP")));
        assert_eq!(figures, [0, 0, 0, 3]);
    }

    #[test]
    fn a_suite_that_failed_by_itself_is_an_error() {
        let (figures, notable) = run(&format!(
            "{}<status status='FAIL'>why</status>",
            test("a", "PASS")
        ));
        assert_eq!(figures, [1, 0, 1, 0]);
        assert_eq!(notable[0], ("R > (suite)".to_owned(), "why".to_owned()));
    }

    #[test]
    fn durations_and_places_of_every_version_are_read() {
        for times in [
            "start='2020-01-02T03:04:05.5' elapsed='1.25'",
            "starttime='20200102 03:04:05.500' endtime='20200102 03:04:06.750'",
        ] {
            let text = format!(
                "<robot generator=\"Robot 3\"><suite name='R' source='/w/r.robot'><test name='a' line='7'><status status='FAIL' {times}/></test><status status='FAIL' {times}/></suite></robot>"
            );
            let tests = report("robot", &text).content.tests.unwrap();
            let case = &tests.notable[0];
            assert_eq!(
                (case.seconds, case.line, case.file.as_str()),
                (1.25, 7, "/w/r.robot")
            );
            assert_eq!(tests.started, "2020-01-02T03:04:05.5Z".parse().ok());
        }
    }

    #[test]
    fn a_dry_run_is_no_pass() {
        let kw = |status: &str, inner: &str| {
            format!("<kw name='k'>{inner}<status status='{status}'/></kw>")
        };
        let read = |tests: &[(&str, String)]| {
            let tests = tests.iter().map(|(status, inner)| {
                format!("<test name='a'>{inner}<status status='{status}'>why</status></test>")
            });
            let tests: String = tests.collect();
            let text = format!("<robot generator='Robot'><suite name='R'>{tests}</suite></robot>");
            let report = report("robot", &text);
            let messages = report
                .problems
                .iter()
                .map(|it| it.message.contains("dry run"));
            messages.collect::<Vec<bool>>()
        };
        for idle in ["NOT RUN", "NOT_RUN"] {
            let called = kw("PASS", &format!("<for><iter>{}</iter></for>", kw(idle, "")));
            assert_eq!(read(&[("PASS", called), ("FAIL", kw("FAIL", ""))]), [true]);
            // Some branch was not taken.
            let branched = kw("PASS", "") + &kw(idle, "");
            assert_eq!(read(&[("PASS", branched)]), [false; 0]);
            // What follows a failure is not run, and of what passed the keywords may have been removed.
            let failed = kw("FAIL", "") + &kw(idle, "");
            assert_eq!(
                read(&[("FAIL", failed), ("PASS", String::new())]),
                [false; 0]
            );
        }
    }

    #[test]
    fn robots_of_steel_are_not_claimed() {
        assert_eq!(
            sniffed("<robot name='arm'><link name='base'/></robot>"),
            [""; 0]
        );
    }
}
