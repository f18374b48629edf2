//! Code Climate issues as engines write them: one document after the other with NUL between, or, as flake8's plugin has
//! it, one object of files.

use super::gathered::Gathered;
use super::issue::Issue;
use crate::domain::catalogue::{CYCLOMATIC_WORST, LINT_COUNTED};
use crate::domain::report::{Content, Problem};
use crate::formats::json::{Shape, Walk, walk_each};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "code_climate",
    title: "Code Climate issues",
    kind: Kind::Findings,
    producers: &[
        "radon --codeclimate",
        "flake8 --format codeclimate",
        "rubocop",
        "hadolint",
    ],
    default_paths: &["**/*codeclimate*"],
    sniff,
    parse,
    reads: "Issues with either form of place, one after the other or by file. `info` is information, `minor` a warning, `major` and above an error; the category `Security` makes a finding about security. Complexity of functions is read from the text of the rules that state it.",
    omits: "Measurements, fingerprints and other places. Issues in an array are GitLab's (`gitlab_code_quality`).",
    supplies: &[LINT_COUNTED, CYCLOMATIC_WORST],
};

fn sniff(head: &Head) -> bool {
    let issue = |depth| head.has_key(depth, "check_name") && head.has_key(depth, "location");
    let object = head
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{');
    object && (issue(1) || issue(3) && head.has_key(3, "categories"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    gathered.lint();
    let result = walk_each(input, |walk| document(walk, &mut gathered));
    gathered.give(content);
    result
}

/// Reads an issue, or an object of files with their issues. Which of them it is shows with its first member: a file's
/// is an array.
fn document(walk: &mut Walk<'_, '_>, gathered: &mut Gathered) -> Result<(), Problem> {
    let mut issue = Issue::default();
    let mut is_issue = false;
    walk.object(|walk, key| {
        if issue.take(key, walk)? {
            is_issue = true;
        } else if walk.shape()? == Shape::Array {
            walk.array(|walk| {
                add(walk.read_or_warn()?, key, gathered);
                Ok(())
            })?;
        }
        Ok(())
    })?;
    if is_issue {
        add(Some(issue), "", gathered);
    }
    Ok(())
}

fn add(issue: Option<Issue>, file: &str, gathered: &mut Gathered) {
    let finding = issue.and_then(|issue| issue.into_finding(FORMAT.id, file));
    finding
        .into_iter()
        .for_each(|finding| gathered.add(finding));
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    const ISSUE: &str = r#"{"type": "issue", "check_name": "r", "description": "d", "categories": ["Style"], "severity": "minor", "other_locations": [{"path": "z"}], "location": {"path": "a.py", "lines": {"begin": 3}}}"#;

    #[test]
    fn documents_follow_one_another_with_nul_or_white_space_between() {
        let measurement = r#"{"type": "measurement", "name": "complexity", "value": 7}"#;
        let text = format!("{ISSUE}\0\n{ISSUE}\n{measurement}\0");
        assert_eq!(sniffed(&text), ["code_climate"]);
        let read = report("", &text);
        assert_eq!(read.problems, []);
        let found = read.content.findings.unwrap();
        assert_eq!(found.items.len(), 2);
        let item = &found.items[1];
        assert_eq!(
            (item.path.as_str(), item.line, item.rule.as_str()),
            ("a.py", 3, "r")
        );
    }

    #[test]
    fn issues_may_stand_by_file() {
        let text = format!(
            r#"{{"a.py": [{ISSUE}, 7, {{"check_name": "s", "location": {{}}}}], "type": [{ISSUE}], "b.py": []}}"#
        );
        assert_eq!(sniffed(&text), ["code_climate"]);
        let read = report("", &text);
        let found = read.content.findings.unwrap();
        assert_eq!((found.items.len(), read.problems.len()), (3, 1));
        assert_eq!(found.items[1].path, "a.py");
    }
}
