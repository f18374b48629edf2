//! Figures of functions that linters state only in the words of a message: `'load' is too complex (12)`.

use std::collections::BTreeMap;

use crate::domain::report::{Code, FunctionMeasure, Thresholds};

/// A figure, and up to which figure the linter says nothing, where the message states it.
pub(super) struct Stated {
    pub(super) figure: u32,
    pub(super) allowed: Option<u32>,
}

impl Stated {
    /// The figures in `text` between `before` and `after`: `10 > 8`, `10/8` or `10`.
    pub(super) fn between(text: &str, before: &str, after: &str) -> Option<Stated> {
        let (_, rest) = text.rsplit_once(before)?;
        let figures = rest.strip_suffix(after)?;
        let (figure, allowed) = match figures.split_once(['>', '/']) {
            Some((figure, allowed)) => (figure, Some(allowed.trim().parse().ok()?)),
            None => (figures, None),
        };
        let figure = figure.trim().parse().ok()?;
        Some(Stated { figure, allowed })
    }
}

/// Up to which figure functions are left out of a report.
#[derive(Default)]
struct LeftOut {
    allowed: Option<u32>,
    lowest: Option<u32>,
}

impl LeftOut {
    fn learn(&mut self, stated: &Stated) {
        // Folders may have limits of their own: the highest holds for all.
        self.allowed = self.allowed.max(stated.allowed);
        self.lowest = Some(self.lowest.unwrap_or(u32::MAX).min(stated.figure));
    }

    /// Where the limit is not stated, it is below the lowest figure that was reported, and may be just below.
    fn figure(&self) -> u32 {
        let below = self.lowest.map_or(0, |lowest| lowest.saturating_sub(1));
        self.allowed.unwrap_or(below)
    }
}

/// The functions of which some figure is stated, by path, line and name: each figure is a finding of its own.
#[derive(Default)]
pub(super) struct Measures {
    functions: BTreeMap<(String, u32), FunctionMeasure>,
    cyclomatic: LeftOut,
    parameters: LeftOut,
}

impl Measures {
    /// Takes a function's cyclomatic complexity. A line holds one function: linters state the line of its name.
    pub(super) fn cyclomatic(&mut self, path: &str, line: u32, name: &str, stated: &Stated) {
        self.cyclomatic.learn(stated);
        let function = self.function(path, line);
        name.clone_into(&mut function.name);
        function.cyclomatic = function.cyclomatic.max(Some(stated.figure));
    }

    /// Takes the cyclomatic complexity of a statement outside functions: no measure, but it tells of the limit.
    pub(super) fn outside(&mut self, stated: &Stated) {
        self.cyclomatic.learn(stated);
    }

    /// Takes a function's number of parameters; an empty name is not known.
    pub(super) fn parameters(&mut self, path: &str, line: u32, name: &str, stated: &Stated) {
        self.parameters.learn(stated);
        let function = self.function(path, line);
        if !name.is_empty() {
            name.clone_into(&mut function.name);
        }
        function.parameters = function.parameters.max(Some(stated.figure));
    }

    fn function(&mut self, path: &str, line: u32) -> &mut FunctionMeasure {
        self.functions.entry((path.to_owned(), line)).or_default()
    }

    /// What `producer` measured, if anything: the rules that state figures are off unless they are asked for.
    pub(super) fn into_code(self, producer: &'static str) -> Option<Code> {
        let reported_above = Thresholds {
            cyclomatic: self.cyclomatic.figure(),
            parameters: self.parameters.figure(),
            ..Thresholds::default()
        };
        let placed = self.functions.into_iter();
        let functions: Vec<_> = placed
            .map(|((path, line), function)| FunctionMeasure {
                path,
                line,
                ..function
            })
            .collect();
        (!functions.is_empty()).then(|| Code {
            producer: producer.into(),
            functions,
            reported_above,
            ..Code::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &str) -> Stated {
        Stated::between(text, "(", ")").unwrap()
    }

    #[test]
    fn figures_are_read_with_and_without_the_limit() {
        for (text, figure, allowed) in [
            ("`f` is too complex (10 > 8)", 10, Some(8)),
            ("Too many arguments (6/5)", 6, Some(5)),
            ("'f (x)' is too complex (9)", 9, None),
        ] {
            let stated = stated(text);
            assert_eq!((stated.figure, stated.allowed), (figure, allowed));
        }
        for text in [
            "too complex",
            "(x)",
            "(-1)",
            "(99999999999)",
            "(9",
            "(1 > )",
        ] {
            assert!(Stated::between(text, "(", ")").is_none(), "{text}");
        }
    }

    #[test]
    fn what_may_be_left_out_is_told_from_the_limit_or_from_the_lowest_figure() {
        let above = |texts: &[&str]| {
            let mut measures = Measures::default();
            for (line, text) in (1..).zip(texts) {
                measures.cyclomatic("a.py", line, "f", &stated(text));
            }
            measures.into_code("x").unwrap().reported_above.cyclomatic
        };
        assert_eq!(above(&["(10 > 8)", "(30 > 9)"]), 9);
        assert_eq!(above(&["(12)", "(18)"]), 11);
        assert_eq!(above(&["(1)", "(18)"]), 0);
        let mut measures = Measures::default();
        measures.outside(&stated("(4)"));
        measures.cyclomatic("a.py", 1, "f", &stated("(12)"));
        let above = measures.into_code("x").unwrap().reported_above;
        assert_eq!(above.cyclomatic, 3);
    }

    #[test]
    fn the_figures_of_one_function_are_one_measure() {
        let mut measures = Measures::default();
        measures.parameters("a.py", 3, "", &stated("(6 > 5)"));
        measures.cyclomatic("a.py", 3, "f", &stated("(9 > 8)"));
        let functions = measures.into_code("x").unwrap().functions;
        let [function] = functions.as_slice() else {
            panic!("{functions:?}");
        };
        let figures = (function.cyclomatic, function.parameters);
        assert_eq!((function.name.as_str(), figures), ("f", (Some(9), Some(6))));
        assert!(Measures::default().into_code("x").is_none());
    }
}
