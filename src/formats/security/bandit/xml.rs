//! bandit's XML, which has the form of test cases that ended in an error.

use super::super::super::xml::{Element, Node, Xml};
use super::super::super::{Head, Input};
use super::Issue;
use crate::domain::report::Problem;

/// Whether the root is bandit's: a suite of this name, and nothing of what test runners say of theirs.
pub(super) fn sniff(head: &Head) -> bool {
    head.xml_root() == Some("testsuite")
        && head.xml_root_attributes().is_some_and(|attributes| {
            attributes.starts_with(" name=\"bandit\" tests=\"")
                && attributes.matches('=').count() == 2
        })
}

/// Hands over the issues.
///
/// # Errors
/// When it is broken, and when it holds another number of issues than it says.
pub(super) fn read(input: &mut Input<'_>, mut take: impl FnMut(Issue)) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let (mut path, mut open) = (String::new(), None::<(Issue, String)>);
    let (mut told, mut read) = (None, 0_u64);
    let mut xml = Xml::new(input.source);
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(element) => match element.name() {
                "testsuite" => told = number(&element),
                "testcase" => path = limits.cap(text(&element, "classname")),
                "error" => {
                    let issue = Issue {
                        filename: path.clone(),
                        issue_severity: text(&element, "type"),
                        issue_text: text(&element, "message"),
                        ..Issue::default()
                    };
                    open = Some((issue, String::new()));
                }
                _ => {}
            },
            Node::Text(more) => {
                if let Some((_, words)) = &mut open {
                    *words = limits.cap(std::mem::take(words) + &more);
                }
            }
            Node::Close(name) => {
                if name.local() == "error"
                    && let Some((mut issue, words)) = open.take()
                {
                    issue.learn(&words);
                    read += 1;
                    take(issue);
                }
            }
        }
    }
    match told {
        Some(told) if told != read => Err(Problem::error(format!(
            "it says that it holds {told} issues, and {read} could be read"
        ))),
        _ => Ok(()),
    }
}

fn text(element: &Element<'_>, name: &str) -> String {
    element.attribute(name).unwrap_or_default().into_owned()
}

fn number(element: &Element<'_>) -> Option<u64> {
    element.attribute("tests")?.parse().ok()
}

impl Issue {
    /// Takes what only the words say: `Test ID: B101 Severity: …` and at the end `Location a.py:3`.
    fn learn(&mut self, words: &str) {
        let rule = words
            .strip_prefix("Test ID: ")
            .and_then(|rest| rest.split_whitespace().next());
        self.test_id = rule.unwrap_or_default().to_owned();
        let line = words
            .rsplit_once("\nLocation ")
            .and_then(|(_, place)| place.trim_end().rsplit_once(':'));
        self.line_number = line.and_then(|(_, line)| line.parse().ok()).unwrap_or(0);
    }
}
