//! Functions whose figures linters state one by one, each in a finding of its own.

use std::collections::BTreeMap;

use super::worded::{Figure, Of};
use crate::domain::report::{Code, Finding, FunctionMeasure, Thresholds};

/// Among how many functions of one line a figure looks for its own: a file without line breaks has them all on one.
const NEAR: usize = 64;

/// The functions that findings measure.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// By path and line. Some findings name the function that they measure, others only say where it is.
    at: BTreeMap<(String, u32), Vec<FunctionMeasure>>,
    /// The tool that measures, after the first finding that does.
    producer: String,
    above: Thresholds,
    /// The smallest figures of tools that do not say what they allow: what is below is left out.
    least: BTreeMap<Of, u32>,
}

impl Functions {
    /// Adds the figures that a finding states of a function, if it states any.
    pub(super) fn add(&mut self, finding: &Finding) {
        for figure in Figure::of(&finding.rule, &finding.message) {
            self.measure(&finding.producer, &finding.path, finding.line, figure);
        }
    }

    /// Adds the figures that a finding states of the function of this name.
    pub(super) fn add_of(&mut self, name: &str, finding: &Finding) {
        for figure in Figure::of(&finding.rule, &finding.message) {
            let name = name.to_owned();
            let figure = Figure { name, ..figure };
            self.measure(&finding.producer, &finding.path, finding.line, figure);
        }
    }

    /// Adds a figure of the function that stands there.
    pub(super) fn measure(&mut self, producer: &str, path: &str, line: u32, figure: Figure) {
        // Each producer counts in its own way: the figures of two do not mix.
        if !self.producer.is_empty() && self.producer != producer {
            return;
        }
        producer.clone_into(&mut self.producer);
        self.note(&figure);
        if figure.is_of_statement() {
            return;
        }
        let here = self.at.entry((path.to_owned(), line)).or_default();
        let fits = |function: &FunctionMeasure| {
            let named = !function.name.is_empty() && function.name == figure.name;
            let unnamed = function.name.is_empty() || figure.name.is_empty();
            named || (unnamed && figure.of.read(function).is_none())
        };
        let far = here.len().saturating_sub(NEAR);
        let found = match here.iter().skip(far).position(fits) {
            Some(at) => here.get_mut(far + at),
            None => {
                here.push(FunctionMeasure::default());
                here.last_mut()
            }
        };
        let Some(function) = found else { return };
        if function.name.is_empty() {
            function.name = figure.name;
        }
        let member = figure.of.member(function);
        *member = (*member).max(Some(figure.value));
    }

    /// Learns what is left out, as far as this figure tells: one of a statement outside functions tells no less.
    pub(super) fn note(&mut self, figure: &Figure) {
        match figure.allowed {
            Some(allowed) => figure.of.raise(&mut self.above, allowed),
            None => {
                let least = self.least.entry(figure.of).or_insert(figure.value);
                *least = figure.value.min(*least);
            }
        }
    }

    /// What was measured, if anything was.
    pub(super) fn into_code(self) -> Option<Code> {
        let mut above = self.above;
        for (of, least) in self.least {
            of.raise(&mut above, least.saturating_sub(1));
        }
        let functions: Vec<_> = self
            .at
            .into_iter()
            .flat_map(|((path, line), here)| {
                here.into_iter().map(move |function| FunctionMeasure {
                    path: path.clone(),
                    line,
                    name: match function.name {
                        name if name.is_empty() => "{function}".to_owned(),
                        name => name,
                    },
                    ..function
                })
            })
            .collect();
        (!functions.is_empty()).then(|| Code {
            producer: self.producer.into(),
            functions,
            reported_above: above,
            ..Code::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(line: u32, rule: &str, message: &str) -> Finding {
        Finding {
            path: "a.js".to_owned(),
            line,
            producer: "eslint".into(),
            rule: rule.to_owned(),
            message: message.to_owned(),
            ..Finding::default()
        }
    }

    #[test]
    fn figures_of_one_function_meet_though_only_one_names_it() {
        let mut functions = Functions::default();
        let cognitive =
            "Refactor this function to reduce its Cognitive Complexity from 14 to the 2 allowed.";
        for found in [
            finding(3, "sonarjs/cognitive-complexity", cognitive),
            finding(
                3,
                "complexity",
                "Function 'total' has a complexity of 10. Maximum allowed is 1.",
            ),
            finding(
                9,
                "complexity",
                "Arrow function has a complexity of 2. Maximum allowed is 1.",
            ),
            finding(
                9,
                "complexity",
                "Arrow function has a complexity of 4. Maximum allowed is 1.",
            ),
            finding(9, "no-var", "Unexpected var"),
        ] {
            functions.add(&found);
        }
        let code = functions.into_code().unwrap();
        let told: Vec<_> = code
            .functions
            .iter()
            .map(|f| (f.name.as_str(), f.line, f.cyclomatic, f.cognitive))
            .collect();
        assert_eq!(
            told,
            [
                ("total", 3, Some(10), Some(14)),
                ("{function}", 9, Some(2), None),
                ("{function}", 9, Some(4), None)
            ]
        );
        let above = code.reported_above;
        assert_eq!((above.cyclomatic, above.cognitive), (1, 2));
    }

    #[test]
    fn a_tool_that_does_not_say_what_it_allows_leaves_out_what_is_below() {
        let mut functions = Functions::default();
        functions.add(&finding(1, "C901", "'a' is too complex (12)"));
        functions.add(&finding(2, "C901", "'b' is too complex (9)"));
        // No function, but it tells of the limit.
        functions.add(&finding(3, "C901", "'Loop 3' is too complex (7)"));
        let code = functions.into_code().unwrap();
        assert_eq!(
            (code.functions.len(), code.reported_above.cyclomatic),
            (2, 6)
        );
    }

    #[test]
    fn the_limit_is_the_highest_that_is_stated() {
        let mut functions = Functions::default();
        functions.add(&finding(1, "C901", "`a` is too complex (10 > 8)"));
        functions.add(&finding(2, "C901", "`b` is too complex (30 > 9)"));
        assert_eq!(functions.into_code().unwrap().reported_above.cyclomatic, 9);
        assert!(Functions::default().into_code().is_none());
    }

    #[test]
    fn what_is_said_twice_of_a_named_function_is_one_measure() {
        let mut functions = Functions::default();
        for (name, figure) in [("a", 4), ("b", 5), ("a", 3)] {
            let message = format!("'{name}' is too complex ({figure})");
            functions.add(&finding(1, "C901", &message));
        }
        let many = finding(1, "too-many-arguments", "Too many arguments (7/5)");
        functions.add_of("b", &many);
        let functions = functions.into_code().unwrap().functions;
        let told: Vec<_> = functions
            .iter()
            .map(|f| (f.name.as_str(), f.cyclomatic, f.parameters))
            .collect();
        assert_eq!(told, [("a", Some(4), None), ("b", Some(5), Some(7))]);
    }
}
