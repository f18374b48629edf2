//! `radon cc`: cyclomatic complexity of functions, methods and classes, in JSON, Markdown and text.

mod table;

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::super::input::unreadable;
use super::super::{Format, Head, Input, Kind};
use super::radon::{self, Entry};
use crate::domain::catalogue::{
    CYCLOMATIC_SPREAD, CYCLOMATIC_WORST, FUNCTION_LENGTH_AVERAGE, LENGTH_WORST, SIZE_FUNCTIONS,
};
use crate::domain::report::{Code, Content, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "radon_cc",
    title: "radon cc JSON, Markdown and text",
    kind: Kind::Complexity,
    producers: &["radon cc -j", "radon cc --md", "radon cc -s"],
    default_paths: &[
        "**/radon*.json",
        "**/*radon*cc*.json",
        "**/*radon*cc*.txt",
        "**/*radon*cc*.md",
    ],
    sniff,
    parse,
    reads: "Functions and methods with their complexity and lines, closures where they are shown, files that could not be parsed.",
    omits: "Ranks, in text without `-s` all that there is: it is refused. The blocks for classes, which radon averages in. The text does not say where a function ends.",
    supplies: &[
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        LENGTH_WORST,
        &[&FUNCTION_LENGTH_AVERAGE, &SIZE_FUNCTIONS],
    ],
};

fn sniff(head: &Head) -> bool {
    radon::holds(head, 3, &["complexity", "rank", "lineno"])
        || only_errors(head)
        || !head.is_json() && head.xml_root().is_none() && table::sniff(head)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    if input.source.head().map_err(unreadable)?.is_json() {
        return radon::read::<Blocks>(input, content);
    }
    let code = content.code.insert(Code {
        producer: radon::PRODUCER.into(),
        ..Code::default()
    });
    table::read(input, code)
}

/// A report in which no file could be parsed: all of radon's commands then write the same, and one has to claim it.
fn only_errors(head: &Head) -> bool {
    let python = |path: &str| path.ends_with(".py") || path.ends_with(".ipynb") || path == "-";
    radon::holds(head, 2, &["error"])
        && head.keys_at(1).all(python)
        && head.keys_at(2).all(|key| key == "error")
        && head.keys_at(3).next().is_none()
}

/// The blocks of one file, or why there are none. Methods and, if they are shown, closures stand here once more beside
/// the class or function that holds them: only this outer list counts.
enum Blocks {
    Parsed(Vec<Block>),
    Unparsed(String),
}

/// A function, a method or a class.
#[derive(Deserialize)]
struct Block {
    r#type: String,
    name: String,
    classname: Option<String>,
    complexity: u32,
    lineno: u32,
    endline: Option<u32>,
}

impl Entry for Blocks {
    fn add(self, path: &str, code: &mut Code) -> Result<(), &'static str> {
        let blocks = match self {
            Blocks::Parsed(blocks) => blocks,
            Blocks::Unparsed(message) => {
                code.failed.push((path.to_owned(), message));
                return Ok(());
            }
        };
        // A class's complexity is made of its methods': radon's own average counts it all the same.
        let functions = blocks.into_iter().filter(|block| block.r#type != "class");
        code.functions.extend(functions.map(|block| {
            let end_line = block.endline.unwrap_or(0);
            let lines = end_line.checked_sub(block.lineno);
            FunctionMeasure {
                path: path.to_owned(),
                name: match block.classname {
                    Some(class) => format!("{class}.{}", block.name),
                    None => block.name,
                },
                line: block.lineno,
                end_line,
                cyclomatic: Some(block.complexity),
                length: lines.map(|lines| lines.saturating_add(1)),
                ..FunctionMeasure::default()
            }
        }));
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Blocks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blocks, D::Error> {
        deserializer.deserialize_any(BlocksVisitor)
    }
}

struct BlocksVisitor;

impl<'de> Visitor<'de> for BlocksVisitor {
    type Value = Blocks;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of blocks or an error")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Blocks, A::Error> {
        let mut blocks = Vec::new();
        while let Some(block) = seq.next_element()? {
            blocks.push(block);
        }
        Ok(Blocks::Parsed(blocks))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Blocks, A::Error> {
        match map.next_entry::<String, String>()? {
            Some((key, message)) if key == "error" => match map.next_key::<String>()? {
                None => Ok(Blocks::Unparsed(message)),
                Some(key) => Err(A::Error::custom(format!("unknown key `{key}`"))),
            },
            _ => Err(A::Error::custom("neither blocks nor an error")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    #[test]
    fn methods_count_once_and_classes_not_at_all() {
        let method = r#"{"type": "method", "rank": "A", "complexity": 2, "lineno": 3, "endline": 6, "classname": "Outer.Inner", "name": "deep", "closures": [{"type": "function", "complexity": 9}]}"#;
        let class = format!(
            r#"{{"type": "class", "rank": "A", "complexity": 3, "lineno": 2, "endline": 6, "name": "Outer.Inner", "methods": [{method}]}}"#
        );
        let report = format!(r#"{{"a.py": [{class}, {method}]}}"#);
        let (code, problems) = code("radon_cc", &report);
        assert_eq!(problems, [""; 0]);
        let function = &code.functions[..];
        assert_eq!(function.len(), 1);
        assert_eq!(function[0].name, "Outer.Inner.deep");
        assert_eq!(function[0].cyclomatic, Some(2));
        assert_eq!(function[0].length, Some(4));
    }

    #[test]
    fn a_file_that_radon_cannot_parse_is_named() {
        let report = r#"{"a.py": {"error": "invalid syntax"}, "b.py": []}"#;
        let (code, problems) = code("radon_cc", report);
        assert_eq!(problems, [""; 0]);
        assert_eq!(
            code.failed,
            [("a.py".to_owned(), "invalid syntax".to_owned())]
        );
        assert_eq!(
            sniffed(r#"{"a.py": {"error": "invalid syntax"}}"#),
            ["radon_cc"]
        );
    }

    #[test]
    fn what_stands_before_an_error_is_kept() {
        let report = r#"{"a.py": [{"type": "function", "complexity": 1, "lineno": 1, "endline": 0, "name": "f"}], "b.py": [{"#;
        let (code, problems) = code("radon_cc", report);
        assert_eq!(code.functions.len(), 1);
        assert_eq!(code.functions[0].length, None);
        assert!(problems[0].contains("truncated"), "{problems:?}");
    }

    #[test]
    fn neighbours_are_not_claimed() {
        for foreign in [
            "{}",
            r#"{"data": {"error": "not found"}}"#,
            r#"{"a.py": {"total": {"h1": 3, "h2": 7, "N1": 5}, "functions": {}}}"#,
        ] {
            assert_eq!(sniffed(foreign), [""; 0], "{foreign}");
        }
    }

    #[test]
    fn markdown_and_text_leave_classes_out_too() {
        let text = "a b.py\n    C 5:0 A - B (7)\n    M 8:4 A.f - B (6)\nbad.py\n    ERROR: invalid syntax (<unknown>, line 1)\n\n2 blocks (classes, functions, methods) analyzed.\nAverage complexity: B (6.5)\n";
        let table = "\n| Filename | Name | Type | Start:End Line | Complexity | Classification |\n| -------- | ---- | ---- | -------------- | ---------- | -------------- |\n| a b.py | A | C | 5:14 | 7 | B |\n| a b.py | A.f | M | 8:14 | 6 | B |\n\n";
        for (text, failed, length) in [(text, 1, None), (table, 0, Some(7))] {
            assert_eq!(sniffed(text), ["radon_cc"], "{text}");
            let (code, problems) = code("", text);
            assert_eq!(problems, [""; 0]);
            assert_eq!((code.functions.len(), code.failed.len()), (1, failed));
            let function = &code.functions[0];
            assert_eq!((&*function.path, &*function.name), ("a b.py", "A.f"));
            assert_eq!((function.line, function.cyclomatic), (8, Some(6)));
            assert_eq!(function.length, length);
        }
    }

    #[test]
    fn ranks_without_figures_are_refused() {
        let text = "a.py\n    M 8:4 A.f - B\n";
        assert_eq!(sniffed(text), ["radon_cc"]);
        let problems = code("", text).1;
        assert!(problems[0].contains("radon cc -s"), "{problems:?}");
        let odd = code("radon_cc", "a.py\n    M 8:4 A.f - B (6)\n    M 8:x\n").1;
        assert_eq!(odd.len(), 1);
    }
}
