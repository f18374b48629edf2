//! rust-code-analysis' JSON: one document per source file, in it the spaces (classes, functions, closures) that it nests.

use serde::Deserialize;

use super::super::json::{self, lenient};
use super::super::{Format, Head, Input, Kind, Limits};
use crate::domain::catalogue::{
    COGNITIVE_SPREAD, COGNITIVE_WORST, CYCLOMATIC_SPREAD, CYCLOMATIC_WORST,
    FUNCTION_LENGTH_AVERAGE, LENGTH_WORST, MAINTAINABILITY_RATED, SIZE_COUNTED, SIZE_FUNCTIONS,
};
use crate::domain::report::{Code, Content, FileMeasure, FunctionMeasure, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "rust_code_analysis",
    title: "rust-code-analysis JSON",
    kind: Kind::Complexity,
    producers: &["rust-code-analysis-cli -m -O json"],
    default_paths: &["**/rust-code-analysis*.json"],
    sniff,
    parse,
    reads: "Functions, methods and closures, each with its own complexity, parameters and lines; files with their lines and their maintainability index in Visual Studio's form, from 0 to 100. What the tool states of a function with what is nested in it is taken apart, so that nothing counts twice.",
    omits: "Halstead's measures, ABC, exits, the other two forms of the maintainability index, the complexity of code outside functions.",
    supplies: &[
        CYCLOMATIC_WORST,
        CYCLOMATIC_SPREAD,
        COGNITIVE_WORST,
        COGNITIVE_SPREAD,
        LENGTH_WORST,
        &[&FUNCTION_LENGTH_AVERAGE],
        MAINTAINABILITY_RATED,
        SIZE_COUNTED,
        &[&SIZE_FUNCTIONS],
    ],
};

fn sniff(head: &Head) -> bool {
    ["name", "start_line", "end_line", "kind", "spaces"]
        .into_iter()
        .all(|key| head.has_key(1, key))
}

/// A file, a class, a function, or another part of a file that holds some.
#[derive(Default, Deserialize)]
struct Space {
    #[serde(default, deserialize_with = "lenient")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    start_line: u32,
    #[serde(default, deserialize_with = "lenient")]
    end_line: u32,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    spaces: Vec<Space>,
    #[serde(default)]
    metrics: Metrics,
}

#[derive(Default, Deserialize)]
struct Metrics {
    #[serde(default, deserialize_with = "lenient")]
    cyclomatic: Sum,
    #[serde(default, deserialize_with = "lenient")]
    cognitive: Sum,
    #[serde(default, deserialize_with = "lenient")]
    nargs: Total,
    #[serde(default, deserialize_with = "lenient")]
    loc: Lines,
    #[serde(default, deserialize_with = "lenient")]
    mi: Index,
}

/// A figure of a space with all that is nested in it.
#[derive(Default, Deserialize)]
struct Sum {
    #[serde(default, deserialize_with = "lenient")]
    sum: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Total {
    #[serde(default, deserialize_with = "lenient")]
    total: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Lines {
    #[serde(default, deserialize_with = "lenient")]
    sloc: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    ploc: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    cloc: Option<f64>,
    #[serde(default, deserialize_with = "lenient")]
    blank: Option<f64>,
}

#[derive(Default, Deserialize)]
struct Index {
    #[serde(default, deserialize_with = "lenient")]
    mi_visual_studio: Option<f64>,
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let code = content.code.insert(Code {
        producer: "rust-code-analysis".into(),
        ..Code::default()
    });
    json::walk_each(input, |walk| {
        if let Some(file) = walk.read_or_warn::<Space>()? {
            add(&file, code, &limits);
        }
        Ok(())
    })
}

fn add(file: &Space, code: &mut Code, limits: &Limits) {
    let path = limits.cap(file.name.clone());
    let Metrics { loc, mi, .. } = &file.metrics;
    code.files.push(FileMeasure {
        path: path.clone(),
        maintainability: mi
            .mi_visual_studio
            .filter(|index| (0.0..=100.0).contains(index)),
        lines: loc.sloc.and_then(whole),
        code: loc.ploc.and_then(whole),
        comments: loc.cloc.and_then(whole),
        blank: loc.blank.and_then(whole),
    });
    // What is ahead, with the name of what holds it. The parser bounds how deep they nest.
    let mut ahead: Vec<(&Space, String)> = Vec::new();
    ahead.extend(file.spaces.iter().rev().map(|space| (space, String::new())));
    while let Some((space, outer)) = ahead.pop() {
        let name = match &*outer {
            "" => space.name.clone(),
            outer => limits.cap(format!("{outer}.{}", space.name)),
        };
        if space.kind == "function" {
            code.functions
                .push(space.measure(path.clone(), limits.cap(name.clone())));
        }
        ahead.extend(space.spaces.iter().rev().map(|inner| (inner, name.clone())));
    }
}

impl Space {
    fn measure(&self, path: String, name: String) -> FunctionMeasure {
        let own = |of: fn(&Metrics) -> Option<f64>| {
            let nested = self.spaces.iter().filter_map(|space| of(&space.metrics));
            let own = of(&self.metrics)? - nested.sum::<f64>();
            whole(own).and_then(|own| u32::try_from(own).ok())
        };
        let lines = self.end_line.checked_sub(self.start_line);
        FunctionMeasure {
            path,
            name,
            line: self.start_line,
            end_line: self.end_line,
            cyclomatic: own(|metrics| metrics.cyclomatic.sum),
            cognitive: own(|metrics| metrics.cognitive.sum),
            parameters: own(|metrics| metrics.nargs.total),
            length: lines.map(|lines| lines.saturating_add(1)),
        }
    }
}

/// The tool writes counts as `4.0`.
fn whole(figure: f64) -> Option<u64> {
    let fits = (0.0..=f64::from(u32::MAX)).contains(&figure) && figure.fract() == 0.0;
    fits.then_some(figure as u64)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{code, sniffed};

    fn space(name: &str, kind: &str, sum: &str, inner: &str) -> String {
        format!(
            r#"{{"name": "{name}", "start_line": 1, "end_line": 4, "kind": "{kind}", "spaces": [{inner}], "metrics": {{"cyclomatic": {{"sum": {sum}}}, "nargs": {{"total": 1.0}}, "cognitive": null}}}}"#
        )
    }

    #[test]
    fn what_is_nested_counts_once() {
        let closure = space("<anonymous>", "function", "2.0", "");
        let method = space("m", "function", "5.0", &closure);
        let file = space("a.rs", "unit", "9.0", &space("A", "impl", "6.0", &method));
        assert_eq!(sniffed(&file), ["rust_code_analysis"]);
        let (code, problems) = code("", &format!("{file}\n{file}"));
        assert_eq!(
            (problems.len(), code.functions.len(), code.files.len()),
            (0, 4, 2)
        );
        let told = code.functions[..2]
            .iter()
            .map(|f| (&*f.name, f.cyclomatic, f.length, f.parameters));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("A.m", Some(3), Some(4), Some(0)),
                ("A.m.<anonymous>", Some(2), Some(4), Some(1))
            ]
        );
        assert_eq!(code.functions[0].cognitive, None);
    }

    #[test]
    fn a_figure_that_is_none_is_left_out() {
        for sum in ["-1.0", "1e300", "1.5", "\"x\""] {
            let file = space("a.rs", "unit", "1.0", &space("f", "function", sum, ""));
            let (code, _) = code("rust_code_analysis", &file);
            assert_eq!(code.functions[0].cyclomatic, None, "{sum}");
        }
    }
}
