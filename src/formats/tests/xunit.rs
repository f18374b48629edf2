//! xUnit.net XML, of version 2 and 3, and of version 1.

use super::record::{Ended, Record};
use super::{clock, told};
use crate::domain::catalogue as metric;
use crate::domain::report::tests::Counts;
use crate::domain::report::{Content, Outcome, Problem};
use crate::formats::xml::{Branch, Node, Xml};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "xunit",
    title: "xUnit.net XML",
    kind: Kind::Tests,
    producers: &["xUnit.net", "XunitXml.TestLogger"],
    default_paths: &["**/*xunit*.xml", "**/TestResults*.xml"],
    sniff,
    parse,
    reads: "Assemblies, tests with class and arguments, failures, skips, durations, places from the test or its stack trace; errors outside of tests (a clean-up, an assembly that cannot be loaded), each as an errored case.",
    omits: "Collections, traits, output, warnings. The assembly's path is cut to its file.",
    supplies: &[metric::TESTS_COUNTED, metric::TESTS_TIMED],
};

fn sniff(head: &Head) -> bool {
    match (head.xml_root(), head.xml_child()) {
        (Some("assemblies"), None | Some("assembly")) => true,
        (Some("assembly"), Some("errors" | "collection" | "class")) => {
            head.text.contains("run-date=")
        }
        _ => false,
    }
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reading = Reading {
        record: Record::new(input.source.limits()),
        assembly: String::new(),
        class: String::new(),
        declared: Counts::default(),
    };
    let result = reading.read(&mut Xml::new(input.source));
    reading.record.declare(reading.declared);
    reading.record.finish(result.is_ok(), input, content);
    result
}

struct Reading {
    record: Record,
    assembly: String,
    /// The class that is open; only version 1 writes such elements.
    class: String,
    declared: Counts,
}

impl Reading {
    fn read(&mut self, xml: &mut Xml<'_>) -> Result<(), Problem> {
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) => {
                    let branch = Branch::of(&element);
                    match branch.name() {
                        "assembly" => self.begin(&branch),
                        "class" => self.class = branch.attribute("name").into_owned(),
                        "test" => {
                            let test = xml.grow(branch, wanted)?;
                            self.test(&test);
                        }
                        "error" | "failure" => {
                            let error = xml.grow(branch, wanted)?;
                            self.error(&error);
                        }
                        "assemblies" | "collection" | "errors" => {}
                        _ => xml.skip()?,
                    }
                }
                Node::Close(name) if name.local() == "class" => self.class.clear(),
                Node::Close(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn begin(&mut self, assembly: &Branch) {
        let path = assembly.attribute("name");
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        self.assembly = file.to_owned();
        let (date, time) = (
            assembly.attribute("run-date"),
            assembly.attribute("run-time"),
        );
        if let Some(started) = clock::instant(&format!("{date} {time}")) {
            self.record.started(started);
        }
        let count = |name: &str| assembly.attribute(name).trim().parse::<u64>().unwrap_or(0);
        self.declared.merge(&Counts {
            passed: count("passed"),
            failed: count("failed"),
            errored: count("errors"),
            skipped: count("skipped").saturating_add(count("not-run")),
            flaky: 0,
        });
    }

    fn test(&mut self, test: &Branch) {
        let outcome = match &*test.attribute("result") {
            "Pass" => Outcome::Passed,
            "Fail" => Outcome::Failed,
            "Skip" | "NotRun" => Outcome::Skipped,
            _ => Outcome::Errored,
        };
        let class = match test.attribute("type") {
            class if class.is_empty() => self.class.clone(),
            class => class.into_owned(),
        };
        let full = test.attribute("name");
        let inner = full
            .strip_prefix(class.as_str())
            .filter(|_| !class.is_empty());
        let name = inner
            .and_then(|name| name.strip_prefix('.'))
            .unwrap_or(&full);
        let ended = Ended {
            suite: &self.assembly,
            class: &class,
            name,
            outcome,
            seconds: clock::number(&test.attribute("time")),
        };
        self.record.case(ended, || {
            let (file, line) = (test.attribute("source-file"), test.attribute("source-line"));
            let (message, trace) = (test.text_of("message"), test.text_of("stack-trace"));
            let mut told = told::traced(message, trace);
            // The test's own place says less than where it broke.
            if told.file.is_empty() {
                (told.file, told.line) = (file.into_owned(), line.parse().unwrap_or(0));
            }
            told
        });
    }

    /// What broke outside of the tests.
    fn error(&mut self, error: &Branch) {
        let (kind, name) = (error.attribute("type"), error.attribute("name"));
        let name = match (&*kind, &*name) {
            ("", "") => "(class)".to_owned(),
            (kind, "") => format!("({kind})"),
            (kind, name) => format!("({kind}) {name}"),
        };
        let ended = Ended {
            suite: &self.assembly,
            class: &self.class,
            name: &name,
            outcome: Outcome::Errored,
            seconds: 0.0,
        };
        self.record.case(ended, || {
            told::traced(error.text_of("message"), error.text_of("stack-trace"))
        });
    }
}

fn wanted(name: &str) -> bool {
    matches!(name, "failure" | "reason" | "message" | "stack-trace")
}

#[cfg(test)]
mod rules {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn tests_end_as_they_say_and_errors_outside_of_them_are_cases() {
        let text = "<assemblies timestamp='1'><assembly name='C:\\w\\T.dll' run-date='2020-01-02' run-time='03:04:05' total='4' passed='1' failed='1' skipped='2' errors='1'>\
            <errors><error type='test-class-cleanup' name='N.C'><failure exception-type='E'><message>boom</message><stack-trace>   at N.C.Dispose() in C:\\w\\C.cs:line 9</stack-trace></failure></error></errors>\
            <collection name='Test collection for N.C'><test name='N.C.Ok(x: 1)' type='N.C' method='Ok' time='1.5' result='Pass'><traits/></test>\
            <test name='Shown name' type='N.C' result='Fail' source-file='C.cs' source-line='4'><failure><message><![CDATA[no]]></message></failure></test>\
            <test name='N.C.S' type='N.C' result='Skip'><reason>later</reason></test><test name='N.C.E' type='N.C' result='NotRun'/><test name='N.C.O' type='N.C' result='Odd'/></collection></assembly></assemblies>";
        assert_eq!(sniffed(text), ["xunit"]);
        let report = report("xunit", text);
        assert_eq!(report.problems, []);
        let tests = report.content.tests.unwrap();
        let counts = tests.counts;
        assert_eq!((counts.passed, counts.failed), (1, 1));
        assert_eq!((counts.errored, counts.skipped), (2, 2));
        assert_eq!(tests.started, "2020-01-02T03:04:05Z".parse().ok());
        assert_eq!(tests.slowest[0].id(), "T.dll > N.C > Ok(x: 1)");
        let ids: Vec<_> = tests.notable.iter().map(|case| case.id()).collect();
        assert_eq!(ids[0], "T.dll > (test-class-cleanup) N.C");
        assert_eq!(ids[1], "T.dll > N.C > Shown name");
        let places: Vec<_> = tests
            .notable
            .iter()
            .map(|c| (c.file.as_str(), c.line))
            .collect();
        assert_eq!(places, [("C:\\w\\C.cs", 9), ("C.cs", 4), ("", 0)]);
    }

    #[test]
    fn version_1_has_classes_that_may_fail_by_themselves() {
        let text = "<assembly name='T.dll' run-date='2010-01-02' run-time='03:04:05' total='1' passed='1' failed='0' skipped='0'>\
            <class name='N.C' time='1'><failure exception-type='E'><message>fixture</message></failure><test name='N.C.a' type='N.C' method='a' result='Pass' time='0.1'/></class></assembly>";
        assert_eq!(sniffed(text), ["xunit"]);
        let tests = report("xunit", text).content.tests.unwrap();
        assert_eq!((tests.counts.passed, tests.counts.errored), (1, 1));
        assert_eq!(tests.notable[0].id(), "T.dll > N.C > (class)");
    }

    #[test]
    fn other_assemblies_are_not_claimed() {
        assert_eq!(sniffed("<assemblies timestamp='1' />"), ["xunit"]);
        for other in [
            "<assembly><id>x</id></assembly>",
            "<assemblies><part/></assemblies>",
        ] {
            assert_eq!(sniffed(other), [""; 0]);
        }
    }
}
