//! `gocognit -json`, and gocognit's text where the policy says that it is gocognit's.

use std::io::BufRead;

use serde::Deserialize;

use super::super::input::unreadable;
use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind};
use super::gocyclo::{Listed, rows};
use crate::domain::catalogue::{COGNITIVE_SPREAD, COGNITIVE_WORST, SIZE_FUNCTIONS};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "gocognit",
    title: "gocognit JSON",
    kind: Kind::Complexity,
    producers: &["gocognit -json"],
    default_paths: &["**/gocognit*.json"],
    sniff,
    parse,
    reads: "Functions with their cognitive complexity and their first line. Its text is read too, but only with `format: gocognit` in the policy: it cannot be told from gocyclo's.",
    omits: "Diagnostics, and functions of no complexity, which gocognit leaves out. What is below the lowest figure is taken for left out as well, as with `-over` and `-top`; so is something where `-avg` states another average: then there is no average, no percentile and no number of functions.",
    supplies: &[COGNITIVE_WORST, COGNITIVE_SPREAD, &[&SIZE_FUNCTIONS]],
};

fn sniff(head: &Head) -> bool {
    ["PkgName", "FuncName", "Complexity", "Pos"]
        .into_iter()
        .all(|key| head.has_key(2, key))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    func_name: String,
    complexity: u32,
    #[serde(default, deserialize_with = "lenient")]
    pos: Position,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Position {
    #[serde(default, deserialize_with = "lenient")]
    filename: String,
    #[serde(default, deserialize_with = "lenient")]
    line: u32,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "gocognit".into(),
        ..Code::default()
    });
    let start = input.source.fill_buf().map_err(unreadable)?;
    let start = start.iter().find(|byte| !byte.is_ascii_whitespace());
    if start.is_some_and(u8::is_ascii_digit) {
        let mut listed = Listed::default();
        let result = rows(input, code, &mut listed, |function, figure| {
            function.cognitive = Some(figure)
        });
        code.reported_above.cognitive = listed.above();
        return result;
    }
    let mut listed = Listed::default();
    let visit = |walk: &mut json::Walk<'_, '_>| {
        walk.array(|walk| {
            if let Some(Function {
                func_name,
                complexity,
                pos,
            }) = walk.read_or_warn()?
            {
                listed.function(complexity);
                code.functions.push(FunctionMeasure {
                    path: limits.cap(pos.filename),
                    name: limits.cap(func_name),
                    line: pos.line,
                    cognitive: Some(complexity),
                    ..FunctionMeasure::default()
                });
            }
            Ok(())
        })
    };
    // With `-avg` a line of text follows.
    let mut average = None;
    let result = json::walk_then(input, visit, |rest| {
        average = rest.strip_suffix('\n').map(str::to_owned);
        average
            .as_deref()
            .is_some_and(|line| line.starts_with("Average: "))
    });
    if let Some(line) = average {
        listed.average(&line);
    }
    code.reported_above.cognitive = listed.above();
    result
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn one_bad_function_costs_no_other() {
        let text = r#"[{"PkgName": "a", "FuncName": "(*T).F", "Complexity": 4, "Pos": {"Filename": "a.go", "Offset": 9, "Line": 3, "Column": 1}},
            {"PkgName": "a", "FuncName": "g", "Complexity": "many", "Pos": null},
            {"PkgName": "a", "FuncName": "h", "Complexity": 0, "Pos": null}]"#;
        assert_eq!(sniffed(text), ["gocognit"]);
        let (code, problems) = code("", text);
        assert_eq!((code.functions.len(), problems.len()), (2, 1));
        let first = &code.functions[0];
        assert_eq!(
            (&*first.path, first.line, first.cognitive),
            ("a.go", 3, Some(4))
        );
    }

    #[test]
    fn an_average_may_follow_and_nothing_else() {
        let list =
            r#"[{"PkgName":"a","FuncName":"f","Complexity":4,"Pos":{"Filename":"a.go","Line":3}}]"#;
        for (behind, problems, above) in [
            ("", 0, 3),
            ("\nAverage: 4\n", 0, 0),
            ("\nAverage: 0.5\n", 0, 3),
            ("\nAverage", 1, 3),
            ("\n[]", 1, 3),
        ] {
            let (code, told) = code("gocognit", &format!("{list}{behind}"));
            assert_eq!((code.functions.len(), told.len()), (1, problems));
            assert_eq!(code.reported_above.cognitive, above, "{behind}");
        }
    }
}
