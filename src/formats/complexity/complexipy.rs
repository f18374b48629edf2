//! complexipy's JSON: the cognitive complexity of every Python function.

use serde::Deserialize;

use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind, Limits};
use crate::domain::catalogue::{COGNITIVE_SPREAD, COGNITIVE_WORST, Family, SIZE_FUNCTIONS};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "complexipy",
    title: "complexipy JSON",
    kind: Kind::Complexity,
    producers: &[
        "complexipy --output-format json",
        "complexipy --output-json",
    ],
    default_paths: &["**/complexipy*.json"],
    sniff,
    parse,
    reads: "Functions and methods with their cognitive complexity. Its SARIF and GitLab outputs are read as what they are.",
    omits: "Lines, which it does not state; plans for refactoring; its snapshot, which holds only what was tolerated. A report of no functions is `[]` and is read only with its format stated.",
    supplies: SUPPLIES,
};

/// What both of its tables supply.
pub(super) static SUPPLIES: &[Family] = &[COGNITIVE_WORST, COGNITIVE_SPREAD, &[&SIZE_FUNCTIONS]];

fn sniff(head: &Head) -> bool {
    head.keys_at(1).next().is_none()
        && ["complexity", "function_name", "path"]
            .into_iter()
            .all(|key| head.has_key(2, key))
}

#[derive(Deserialize)]
struct Function {
    path: String,
    function_name: String,
    #[serde(default, deserialize_with = "lenient")]
    complexity: Option<u32>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(empty());
    json::walk(input, |walk| {
        walk.array(|walk| {
            if let Some(function) = walk.read_or_warn::<Function>()? {
                let Function {
                    path,
                    function_name,
                    complexity,
                } = function;
                match complexity {
                    Some(_) => {
                        code.functions
                            .push(measure(path, &function_name, complexity, &limits))
                    }
                    None => walk.warn(Problem::error(
                        limits.cap(format!("{function_name} in {path} has no complexity")),
                    )),
                }
            }
            Ok(())
        })
    })
}

/// Nothing yet.
pub(super) fn empty() -> Code {
    Code {
        producer: "complexipy".into(),
        ..Code::default()
    }
}

/// One row of either table.
pub(super) fn measure(
    path: String,
    name: &str,
    cognitive: Option<u32>,
    limits: &Limits,
) -> FunctionMeasure {
    FunctionMeasure {
        path: limits.cap(path),
        // It writes methods as `Class::method`.
        name: limits.cap(name.replace("::", ".")),
        cognitive,
        ..FunctionMeasure::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn one_bad_row_costs_no_other() {
        let text = r#"[{"path": "a.py", "file_name": "a.py", "function_name": "A::f", "complexity": 3},
            {"path": "a.py", "function_name": "g", "complexity": -1}, 7,
            {"path": "a.py", "function_name": "h", "complexity": 0}]"#;
        assert_eq!(sniffed(text), ["complexipy"]);
        let (code, problems) = code("", text);
        assert_eq!((code.functions.len(), problems.len()), (2, 2));
        assert_eq!(
            (&*code.functions[0].name, code.functions[0].cognitive),
            ("A.f", Some(3))
        );
    }
}
