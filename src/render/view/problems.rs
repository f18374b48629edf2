//! What is wrong with reports, the same thing said once.

use rustc_hash::FxHashMap;

use super::ProblemRow;
use crate::render::json::v1::{Problem, Weight};
use crate::text::{number, plural};

/// How many reports are named that have the same problem.
const NAMED: usize = 3;

/// The problems, errors first. One that many reports have, such as a wrong `format:` in the policy gives, is one row that
/// names the first of them.
pub(super) fn of(problems: &[Problem]) -> Vec<ProblemRow> {
    let mut alike = FxHashMap::<(bool, &str), usize>::default();
    let mut groups: Vec<Vec<&Problem>> = Vec::new();
    for problem in problems {
        let what = (is_error(problem), problem.message.as_str());
        let at = *alike.entry(what).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.push(problem);
        }
    }
    let mut rows: Vec<ProblemRow> = groups.iter().filter_map(|group| row(group)).collect();
    rows.sort_by_key(|row| !row.error);
    rows
}

/// How many reports have errors.
pub(super) fn broken(problems: &[Problem]) -> u64 {
    let errors = problems.iter().filter(|problem| is_error(problem));
    let mut paths: Vec<&str> = errors.map(|problem| problem.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.len() as u64
}

fn row(group: &[&Problem]) -> Option<ProblemRow> {
    let first = group.first()?;
    let mut named: Vec<String> = group.iter().take(NAMED).map(|it| location(it)).collect();
    if let Some(more) = group.len().checked_sub(NAMED).filter(|&more| more > 0) {
        named.push(format!("{} more", number::count(more as u64)));
    }
    Some(ProblemRow {
        error: is_error(first),
        location: plural::list(&named),
        message: first.message.clone(),
    })
}

fn is_error(problem: &Problem) -> bool {
    problem.weight == Weight::Error
}

fn location(problem: &Problem) -> String {
    let mut location = problem.path.clone();
    let numbers = [problem.line, problem.line.and(problem.column)];
    for number in numbers.into_iter().flatten() {
        location = format!("{location}:{number}");
    }
    location
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &str, line: Option<u64>, weight: Weight, message: &str) -> Problem {
        Problem {
            path: path.to_owned(),
            line,
            column: None,
            weight,
            message: message.to_owned(),
        }
    }

    #[test]
    fn one_problem_of_many_reports_is_one_row_that_names_the_first() {
        let mut problems = vec![problem("a.xml", Some(3), Weight::Warning, "odd")];
        let many = (1..=42).map(|at| problem(&format!("{at}.xml"), None, Weight::Error, "none"));
        problems.extend(many);
        problems.push(problem("1.xml", Some(7), Weight::Error, "odd"));
        problems.push(problem("b.xml", None, Weight::Warning, "odd"));
        let rows = of(&problems);
        let shown: Vec<(bool, &str, &str)> = rows
            .iter()
            .map(|row| (row.error, row.location.as_str(), row.message.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (true, "1.xml, 2.xml, 3.xml and 39 more", "none"),
                (true, "1.xml:7", "odd"),
                (false, "a.xml:3 and b.xml", "odd"),
            ]
        );
        assert_eq!(broken(&problems), 42);
    }
}
