//! A report that is read as something it is not, because a policy says so.

use super::format::Format;
use super::head::Head;
use super::known::identify;
use crate::domain::report::code::Code;
use crate::domain::report::{Benchmarks, Content, Documentation, Findings, Problem};

/// What to say of a report which was read as `format` because the policy states it, if it is none: it does not begin like
/// one, and nothing of one was found in it, or reading it `failed`. A linter's report would else read as a clean one. The
/// error in which a reading ended says enough where the content tells nothing better.
pub(super) fn mistaken(
    format: &Format,
    head: &Head,
    content: &Content,
    failed: bool,
) -> Option<Problem> {
    if (format.sniff)(head) || !(failed || says_nothing(content)) {
        return None;
    }
    let title = format.title;
    let like = match identify(head).as_slice() {
        [] if failed => return None,
        // What a linter writes that found nothing may be so short that it is of many formats, if it is no XML.
        [] => format!("its root is `{}`", head.xml_root()?),
        [other] => format!(
            "it looks like {}; write `format: {}`, or leave `format:` out, so that the content tells",
            other.title, other.id
        ),
        several => {
            let ids: Vec<&str> = several.iter().map(|other| other.id).collect();
            format!("it looks like one of {}", ids.join(", "))
        }
    };
    Some(Problem::error(format!(
        "the policy has it read as {title}, and nothing of that stands in it: {like}"
    )))
}

fn says_nothing(content: &Content) -> bool {
    let Content {
        coverage,
        tests,
        code,
        findings,
        security,
        duplication,
        documentation,
        values,
        events,
        benchmarks,
        snapshot,
    } = content;
    let coverage = coverage
        .as_ref()
        .is_none_or(|it| it.files.is_empty() && it.totals.is_empty());
    let tests = tests.as_ref().is_none_or(|it| it.counts.total() == 0);
    let code = code.as_ref().is_none_or(no_code);
    let lists = [findings, security];
    coverage
        && tests
        && code
        && lists.into_iter().flatten().all(no_findings)
        && duplication.as_ref().is_none_or(|it| it.is_empty())
        && documentation.as_ref().is_none_or(no_documentation)
        && values.as_ref().is_none_or(Vec::is_empty)
        && events.as_ref().is_none_or(Vec::is_empty)
        && benchmarks.as_ref().is_none_or(no_benchmarks)
        && snapshot.is_none()
}

fn no_code(code: &Code) -> bool {
    code.functions.is_empty() && code.files.is_empty() && code.failed.is_empty()
}

fn no_findings(findings: &Findings) -> bool {
    // A tool error may be what a reader makes of the lack of everything.
    findings.items.is_empty() && findings.inspected.unwrap_or_default() == 0
}

/// A benchmark without a figure is what a reader makes of a file that has none.
fn no_benchmarks(benchmarks: &Benchmarks) -> bool {
    let mut items = benchmarks.items.iter();
    items.all(|item| item.quantities.is_empty())
}

fn no_documentation(documentation: &Documentation) -> bool {
    documentation.items.is_empty()
        && documentation.files.is_empty()
        && documentation.total.is_none()
        && documentation.percent.is_none()
}

#[cfg(test)]
mod tests {
    use crate::formats::registry;
    use crate::formats::testing::report;

    const JUNIT: &str = r#"<testsuites><testsuite name="a" tests="1"><testcase name="b" classname="a"/></testsuite></testsuites>"#;

    #[test]
    fn a_report_read_as_another_format_than_its_own_is_one_clear_error_and_never_a_clean_report() {
        let mut judged = 0;
        for format in registry() {
            let read = report(format.id, JUNIT);
            if read
                .content
                .tests
                .as_ref()
                .is_some_and(|it| it.counts.total() > 0)
            {
                continue;
            }
            judged += 1;
            let said: Vec<&str> = read.problems.iter().map(|it| it.message.as_str()).collect();
            assert!(
                matches!(said.as_slice(), [one] if one.contains("looks like JUnit XML; write `format: junit`")),
                "{}: {said:?}",
                format.id
            );
            assert_eq!(read.content, Default::default(), "{}", format.id);
        }
        assert!(judged > 100);
    }

    #[test]
    fn what_is_of_no_known_format_is_no_clean_report_of_the_stated_one() {
        let read = report("checkstyle", "<nothing/>");
        assert!(
            read.problems[0].message.contains("its root is `nothing`"),
            "{:?}",
            read.problems
        );
        assert!(read.content.findings.is_none());
    }
}
