//! JUnit XML: one test case per gate, so that any CI system can show the verdict among its tests.

use super::json::v1::Word;
use super::view::{Group, Mark, ProblemRow, Row, View, family};
use crate::text::escape::markup::xml;
use crate::text::escape::visible;
use crate::text::fit;

/// The places that a failure lists.
const PLACES: usize = 50;
/// The longest name, in characters.
const NAME: usize = 500;
/// The longest text of a case, in characters.
const TEXT: usize = 20_000;

/// What came of a case.
enum Came {
    Passed,
    Skipped(String),
    /// With a kind, and in one line.
    Failed(&'static str, String),
    /// As before, where nothing could be judged.
    Broken(&'static str, String),
}

struct Case {
    class: String,
    name: String,
    came: Came,
    /// What is said of it, on several lines.
    text: String,
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

/// The suites: the gates by family of their metrics, then the reports that cannot be read as they should.
pub fn render(view: &View) -> String {
    let mut suites: Vec<Suite> = Vec::new();
    for gate in &view.gates {
        let name = family(&gate.metric);
        let case = case(gate);
        match suites.iter_mut().find(|suite| suite.name == name) {
            Some(suite) => suite.cases.push(case),
            None => suites.push(Suite {
                name,
                cases: vec![case],
            }),
        }
    }
    let problems: Vec<Case> = view
        .problems
        .iter()
        .map(|it| report(it, view.word))
        .collect();
    let reports = Suite {
        name: "Reports".to_owned(),
        cases: problems,
    };
    suites.extend(Some(reports).filter(|suite| !suite.cases.is_empty()));
    suites.extend(view.relaxed.as_ref().map(|relaxed| Suite {
        name: "Policy".to_owned(),
        cases: vec![Case {
            class: "andon.policy".to_owned(),
            name: "Policy".to_owned(),
            came: Came::Passed,
            text: format!("warn\n{}:\n{}", relaxed.headline, relaxed.items.join("\n")),
        }],
    }));
    if suites.is_empty() {
        // A file without a case is an error to Jenkins, and looks like a pass to others.
        let case = Case {
            class: "andon".to_owned(),
            name: "Verdict".to_owned(),
            came: Came::Skipped(view.headline.clone()),
            text: view.notes.join("\n"),
        };
        suites.push(Suite {
            name: "Verdict".to_owned(),
            cases: vec![case],
        });
    }
    let (tests, failures, errors, _) = counts(suites.iter().flat_map(|suite| &suite.cases));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"andon gates\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"0\">\n"
    );
    suites.iter().for_each(|suite| write_suite(&mut out, suite));
    out + "</testsuites>\n"
}

fn case(gate: &Row) -> Case {
    let mut line = gate.judgement();
    if !gate.distance.is_empty() {
        line = format!("{line}: {}", gate.distance);
    }
    // Most reasons begin with the word.
    let reason = || match gate.notes.join("; ") {
        notes if notes.starts_with(gate.mark.word()) => notes,
        notes if notes.is_empty() => gate.mark.word().to_owned(),
        notes => format!("{}: {notes}", gate.mark.word()),
    };
    let came = match (gate.group, gate.mark) {
        (Group::Failing, Mark::ToolError) => Came::Broken("tool_error", line.clone()),
        (Group::Failing, Mark::Missing) => Came::Failed("missing", line.clone()),
        (Group::Failing, _) => Came::Failed("gate", line.clone()),
        (_, Mark::Waived | Mark::NotJudged) | (Group::Noted, Mark::Missing | Mark::ToolError) => {
            Came::Skipped(reason())
        }
        _ => Came::Passed,
    };
    // JUnit knows no warning: it passes, and says so.
    let word = matches!(gate.group, Group::Warning | Group::Noted).then(|| gate.mark.word());
    let mut text: Vec<String> = word.into_iter().map(str::to_owned).collect();
    text.extend([line, gate.remedy.clone()]);
    text.extend(gate.notes.iter().cloned());
    text.extend(
        gate.places
            .iter()
            .take(PLACES)
            .map(|place| match place.location().as_str() {
                "" => place.text.clone(),
                location => format!("{location}: {}", place.text),
            }),
    );
    let more = gate
        .places_total
        .saturating_sub(gate.places.len().min(PLACES));
    text.extend((more > 0).then(|| format!("… and {more} more")));
    text.extend(gate.description.clone());
    text.push(format!("rule: {}", gate.origin));
    text.retain(|line| !line.is_empty());
    let name = match gate.requirement.as_str() {
        "" => gate.subject(),
        requirement => format!("{} {requirement}", gate.subject()),
    };
    Case {
        class: format!("andon.{}", gate.id),
        name,
        came,
        text: text.join("\n"),
    }
}

fn report(problem: &ProblemRow, word: Word) -> Case {
    let fails = problem.error && word == Word::Fail;
    Case {
        class: "andon.reports".to_owned(),
        name: problem.location.clone(),
        came: match fails {
            true => Came::Broken("report", problem.message.clone()),
            false => Came::Passed,
        },
        text: problem.message.clone(),
    }
}

/// Cases, failures, errors, skipped ones.
fn counts<'a>(cases: impl IntoIterator<Item = &'a Case>) -> (usize, usize, usize, usize) {
    let mut counts = (0, 0, 0, 0);
    for case in cases {
        counts.0 += 1;
        match case.came {
            Came::Passed => {}
            Came::Failed(..) => counts.1 += 1,
            Came::Broken(..) => counts.2 += 1,
            Came::Skipped(_) => counts.3 += 1,
        }
    }
    counts
}

fn write_suite(out: &mut String, suite: &Suite) {
    let (tests, failures, errors, skipped) = counts(&suite.cases);
    out.push_str(&format!(
        "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\">\n",
        on_one_line(&suite.name)
    ));
    for case in &suite.cases {
        let text = escaped(&case.text);
        out.push_str(&format!(
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n      ",
            on_one_line(&case.class),
            on_one_line(&case.name)
        ));
        out.push_str(&match &case.came {
            Came::Passed => format!("<system-out>{text}</system-out>"),
            Came::Skipped(why) => format!("<skipped message=\"{}\"/>", escaped(why)),
            Came::Failed(kind, line) => {
                format!(
                    "<failure type=\"{kind}\" message=\"{}\">{text}</failure>",
                    escaped(line)
                )
            }
            Came::Broken(kind, line) => {
                format!(
                    "<error type=\"{kind}\" message=\"{}\">{text}</error>",
                    escaped(line)
                )
            }
        });
        out.push_str("\n    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn on_one_line(text: &str) -> String {
    xml(&fit::cut(&visible(text), NAME))
}

fn escaped(text: &str) -> String {
    xml(&fit::cut(text, TEXT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_not_taken_for_a_report_of_tests() {
        for (_, view) in crate::render::fixtures::views() {
            let head = crate::formats::Head::new(render(&view));
            assert!(crate::formats::registry().all(|format| !(format.sniff)(&head)));
        }
    }
    use crate::render::fixtures;

    #[test]
    fn shows_each_fixture() {
        for (name, view) in fixtures::views() {
            insta::assert_snapshot!(name, render(&view));
        }
    }

    #[test]
    fn each_gate_is_one_case_and_the_xml_is_sound() {
        for (name, document) in fixtures::all() {
            let view = View::new(&document);
            let text = render(&view);
            let mut reader = quick_xml::Reader::from_str(&text);
            reader.config_mut().check_end_names = true;
            let (mut cases, mut failed) = (0, 0);
            loop {
                match reader.read_event().unwrap() {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(tag) => {
                        tag.attributes()
                            .for_each(|it| assert!(it.is_ok(), "{name}"));
                        cases += usize::from(tag.name().as_ref() == "testcase");
                        let bad = ["failure", "error"].contains(&tag.name().as_ref());
                        failed += usize::from(bad);
                    }
                    _ => {}
                }
            }
            assert_eq!(
                cases,
                (view.gates.len() + view.problems.len()).max(1),
                "{name}"
            );
            assert_eq!(failed > 0, view.word == Word::Fail, "{name}");
        }
    }

    #[test]
    fn no_two_cases_have_one_name() {
        let mut view = fixtures::view("mixed");
        let mut names: Vec<String> = view
            .gates
            .iter_mut()
            .enumerate()
            .map(|(at, gate)| {
                gate.id = format!("gate-{at}");
                let case = case(gate);
                format!("{} {}", case.class, case.name)
            })
            .collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
