//! Figures of functions that linters state only in words: `Function 'f' has a complexity of 12. Maximum allowed is 10.`

use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use rustc_hash::FxHashSet;

use crate::domain::report::{FunctionMeasure, Thresholds};

/// What a figure is a figure of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    Cyclomatic,
    Cognitive,
    Length,
    Parameters,
}

/// A figure of one function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figure {
    pub(super) of: Of,
    /// The function; empty where the words do not name it.
    pub(super) name: String,
    pub(super) value: u32,
    /// How much is allowed, where the words say so: functions up to it are left out.
    pub(super) allowed: Option<u32>,
}

/// How a tool words a figure: the rules (their last part, in lower case), and the message with the groups `n`, `max`,
/// and `name` for a name; a phrase at the beginning is `words` if it may hold a name, and `whole` if it is one.
type Wording = (&'static [&'static str], Of, &'static str);

#[rustfmt::skip]
static WORDINGS: &[Wording] = &[
    // ESLint and oxlint.
    (&["complexity"], Of::Cyclomatic, r"^(?<words>.+?) has a complexity of (?<n>\d+)\. Maximum allowed is (?<max>\d+)"),
    (&["max-lines-per-function", "noexcessivelinesperfunction"], Of::Length, r"^(?<words>.+?) has too many lines \((?<n>\d+)\)\. Maximum allowed is (?<max>\d+)"),
    (&["max-params"], Of::Parameters, r"^(?<words>.+?) has too many parameters \((?<n>\d+)\)\. Maximum allowed is (?<max>\d+)"),
    (&["cognitive-complexity", "s3776"], Of::Cognitive, r"Cognitive Complexity from (?<n>\d+) to the (?<max>\d+) allowed"),
    // Biome.
    (&["noexcessivecognitivecomplexity"], Of::Cognitive, r"^Excessive complexity of (?<n>\d+) detected \(max: (?<max>\d+)\)"),
    (&["usemaxparams"], Of::Parameters, r"^Function has (?<n>\d+) parameters, but only (?<max>\d+) (?:is|are) allowed"),
    // Checkstyle.
    (&["cyclomaticcomplexity", "cyclomaticcomplexitycheck"], Of::Cyclomatic, r"^Cyclomatic Complexity is (?<n>[\d,.]+) \(max allowed is (?<max>[\d,.]+)\)"),
    (&["methodlength", "methodlengthcheck"], Of::Length, r"^Method (?:(?<name>\S+) )?length is (?<n>[\d,.]+) lines \(max allowed is (?<max>[\d,.]+)\)"),
    (&["parameternumber", "parameternumbercheck"], Of::Parameters, r"^More than (?<max>\d+) parameters \(found (?<n>\d+)\)"),
    // PMD.
    (&["cyclomaticcomplexity"], Of::Cyclomatic, r"^The (?:method|constructor|function|trigger) '(?<name>[^']+)' has a cyclomatic complexity of (?<n>\d+)"),
    (&["cognitivecomplexity"], Of::Cognitive, r"^The (?:method|constructor|function) '(?<name>[^']+)' has a cognitive complexity of (?<n>\d+)(?:, current threshold is (?<max>\d+))?"),
    // PHP_CodeSniffer.
    (&["toohigh", "maxexceeded"], Of::Cyclomatic, r"^Function's cyclomatic complexity \((?<n>\d+)\) exceeds (?:allowed maximum of )?(?<max>\d+)"),
    // lizard states all of a function at once.
    (&["", "lizard"], Of::Cyclomatic, r"^(?<whole>.+?) has \d+ NLOC, (?<n>\d+) CCN,"),
    (&["", "lizard"], Of::Parameters, r"^(?<whole>.+?) has \d+ NLOC, \d+ CCN, \d+ token, (?<n>\d+) PARAM"),
    (&["", "lizard"], Of::Length, r"^(?<whole>.+?) has \d+ NLOC, \d+ CCN, \d+ token, \d+ PARAM, (?<n>\d+) length"),
    // complexipy.
    (&["cognitive-complexity", "cc001"], Of::Cognitive, r"^Function '(?<name>[^']+)' has (?:a )?cognitive complexity (?:of )?(?<n>\d+)(?:,| )[^\d]*(?<max>\d+)"),
    // radon.
    (&["complexity"], Of::Cyclomatic, r"^Cyclomatic complexity is too high in (?:function|method) (?<name>\S+)\. \((?<n>\d+)\)"),
    // Clippy.
    (&["cognitive_complexity"], Of::Cognitive, r"^the function has a cognitive complexity of \((?<n>\d+)/(?<max>\d+)\)"),
    (&["too_many_lines"], Of::Length, r"^this function has too many lines \((?<n>\d+)/(?<max>\d+)\)"),
    (&["too_many_arguments"], Of::Parameters, r"^this function has too many arguments \((?<n>\d+)/(?<max>\d+)\)"),
    // ruff, flake8's mccabe, pylint.
    (&["c901", "complex-structure"], Of::Cyclomatic, r"^(?:C901:? )?[`'](?<name>[^`']+)[`'] is too complex \((?<n>\d+)(?: > (?<max>\d+))?\)"),
    (&["too-complex", "r1260"], Of::Cyclomatic, r"^(?:'(?<name>[^']+)'|This '[^']+') is too complex\. The McCabe rating is (?<n>\d+)"),
    (&["plr0913", "too-many-arguments", "r0913"], Of::Parameters, r"Too many arguments[^()]* \((?<n>\d+)[ />]+(?<max>\d+)\)"),
    // golangci-lint: gocyclo, gocognit, cyclop, funlen.
    (&["gocyclo"], Of::Cyclomatic, r"^cyclomatic complexity (?<n>\d+) of func `?(?<name>.+?)`? is high \(> (?<max>\d+)\)"),
    (&["gocognit"], Of::Cognitive, r"^cognitive complexity (?<n>\d+) of func `?(?<name>.+?)`? is high \(> (?<max>\d+)\)"),
    (&["cyclop"], Of::Cyclomatic, r"^calculated cyclomatic complexity for function (?<name>\S+) is (?<n>\d+), max is (?<max>\d+)"),
    (&["funlen"], Of::Length, r"^Function '(?<name>[^']+)' is too long \((?<n>\d+) > (?<max>\d+)\)"),
    // detekt.
    (&["cyclomaticcomplexmethod", "complexmethod"], Of::Cyclomatic, r"^The function (?<name>\S+) appears to be too complex(?: based on Cyclomatic Complexity)? \((?:complexity: )?(?<n>\d+)\)(?:.*? set to '?(?<max>\d+))?"),
    (&["cognitivecomplexmethod"], Of::Cognitive, r"^The function (?<name>\S+) appears to be too complex based on Cognitive Complexity \(complexity: (?<n>\d+)\)(?:.*? set to '?(?<max>\d+))?"),
    (&["longmethod"], Of::Length, r"^The function (?<name>\S+) is too long \((?<n>\d+)\)\. The maximum length is (?<max>\d+)"),
    // SwiftLint.
    (&["cyclomatic_complexity"], Of::Cyclomatic, r"^Function should have complexity (?<max>\d+) or less(?:;|:) currently complexity is (?<n>\d+)"),
    (&["function_body_length"], Of::Length, r"^Function body should span (?<max>\d+) lines or less .*: currently spans (?<n>\d+) lines"),
];

/// What a wording begins with that has a phrase before the words by which it is told. To look for those words, and to take
/// what stands before them, is many times faster than to match the phrase.
const WORDS: &str = "^(?<words>.+?)";
/// The same where the phrase is the name.
const WHOLE: &str = "^(?<whole>.+?)";

/// A wording with its pattern without the phrase, once a message had to be matched.
type Known = (&'static Wording, OnceLock<Option<Regex>>);

/// The wordings.
static PATTERNS: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let empty = |wording| (wording, OnceLock::new());
    WORDINGS.iter().map(empty).collect()
});

/// What is seen of a rule at once: its length, its first and its last letter. Nearly all rules are told by that from those
/// which state a figure.
type Shape = (usize, Option<u8>, Option<u8>);

static SHAPES: LazyLock<FxHashSet<Shape>> = LazyLock::new(|| {
    let rules = WORDINGS.iter().flat_map(|(rules, ..)| rules.iter());
    rules.map(|rule| shape(rule)).collect()
});

fn shape(rule: &str) -> Shape {
    let mut bytes = rule.bytes().map(|byte| byte.to_ascii_lowercase());
    let first = bytes.next();
    (rule.len(), first, bytes.next_back())
}

fn pattern(wording: &Wording) -> Option<Regex> {
    let phrase = [WORDS, WHOLE].into_iter();
    let mut behind = phrase.filter_map(|phrase| wording.2.strip_prefix(phrase));
    Regex::new(behind.next().unwrap_or(wording.2)).ok()
}

impl Figure {
    /// Whether it is of a statement outside functions, which mccabe calls `If 59` or `Loop 12`.
    pub(super) fn is_of_statement(&self) -> bool {
        self.name.split_once(' ').is_some_and(|(kind, line)| {
            matches!(kind, "If" | "Loop" | "TryExcept" | "With")
                && line.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// The figures that a message of this rule states.
    pub(super) fn of(rule: &str, message: &str) -> Vec<Figure> {
        let last = rule.rsplit(['/', '.', ':', '(']).next().unwrap_or(rule);
        let last = last.trim_end_matches(')');
        if !SHAPES.contains(&shape(last)) {
            return Vec::new();
        }
        let speaks = |wording: &Wording| {
            let mut rules = wording.0.iter();
            rules.any(|rule| rule.eq_ignore_ascii_case(last))
        };
        let spoken = PATTERNS.iter().filter(|(wording, _)| speaks(wording));
        spoken
            .filter_map(|(wording, known)| {
                let pattern = known.get_or_init(|| pattern(wording)).as_ref()?;
                let groups = pattern.captures(message)?;
                let whole = wording.2.starts_with(WHOLE);
                let phrase = match groups.get(0) {
                    Some(words) if whole || wording.2.starts_with(WORDS) => {
                        let before = message.get(..words.start()).unwrap_or_default();
                        Some(before)
                            .filter(|before| !before.is_empty() && !before.contains('\n'))?
                    }
                    _ => "",
                };
                let number = |group: &str| {
                    let digits = groups.name(group)?.as_str().replace([',', '.'], "");
                    digits.parse::<u32>().ok()
                };
                Some(Figure {
                    of: wording.1,
                    name: match groups.name("name") {
                        Some(name) => name.as_str().to_owned(),
                        None if whole => phrase.to_owned(),
                        None => name_in(phrase).to_owned(),
                    },
                    value: number("n")?,
                    // lizard leaves none out.
                    allowed: number("max").or(wording.0.contains(&"lizard").then_some(0)),
                })
            })
            .collect()
    }
}

/// The name in the words for a function: `Private method '#a'` is `#a`; `Arrow function` has none.
fn name_in(words: &str) -> &str {
    for mark in ['\'', '`'] {
        let quoted = words
            .split_once(mark)
            .and_then(|(_, rest)| rest.split_once(mark));
        if let Some((name, _)) = quoted {
            return name;
        }
    }
    if let Some(at) = words.find('#') {
        return words.get(at..).unwrap_or_default();
    }
    let lower = words.to_ascii_lowercase();
    if lower == "constructor" {
        return "constructor";
    }
    let kinds = [
        "function",
        "method",
        "getter",
        "setter",
        "initializer",
        "block",
    ];
    let mut before = kinds.iter().filter_map(|kind| lower.strip_suffix(kind));
    let says_only_what_it_is = before.any(|before| before.is_empty() || before.ends_with(' '));
    if says_only_what_it_is { "" } else { words }
}

impl Of {
    /// The figure's member of a function.
    pub(super) fn member(self, function: &mut FunctionMeasure) -> &mut Option<u32> {
        match self {
            Of::Cyclomatic => &mut function.cyclomatic,
            Of::Cognitive => &mut function.cognitive,
            Of::Length => &mut function.length,
            Of::Parameters => &mut function.parameters,
        }
    }

    /// The figure of a function.
    pub(super) fn read(self, function: &FunctionMeasure) -> Option<u32> {
        match self {
            Of::Cyclomatic => function.cyclomatic,
            Of::Cognitive => function.cognitive,
            Of::Length => function.length,
            Of::Parameters => function.parameters,
        }
    }

    /// Notes that functions up to this figure are left out.
    pub(super) fn raise(self, above: &mut Thresholds, allowed: u32) {
        let member = match self {
            Of::Cyclomatic => &mut above.cyclomatic,
            Of::Cognitive => &mut above.cognitive,
            Of::Length => &mut above.length,
            Of::Parameters => &mut above.parameters,
        };
        *member = allowed.max(*member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(rule: &str, message: &str) -> Vec<(Of, String, u32, Option<u32>)> {
        let figures = Figure::of(rule, message).into_iter();
        figures
            .map(|f| (f.of, f.name, f.value, f.allowed))
            .collect()
    }

    #[test]
    fn every_wording_compiles() {
        assert!(WORDINGS.iter().all(|wording| pattern(wording).is_some()));
    }

    #[test]
    fn what_the_tools_say_is_understood() {
        use Of::{Cognitive, Cyclomatic, Length, Parameters};
        #[rustfmt::skip]
        let said = [
            ("complexity", "Async method 'run' has a complexity of 2. Maximum allowed is 1.", (Cyclomatic, "run", 2, Some(1))),
            ("complexity", "Private method #secret has a complexity of 2. Maximum allowed is 1. (complexity)", (Cyclomatic, "#secret", 2, Some(1))),
            ("complexity", "Static arrow function has a complexity of 2. Maximum allowed is 1.", (Cyclomatic, "", 2, Some(1))),
            ("complexity", "Class static block has a complexity of 2. Maximum allowed is 1.", (Cyclomatic, "", 2, Some(1))),
            ("complexity", "Constructor has a complexity of 3. Maximum allowed is 1.", (Cyclomatic, "constructor", 3, Some(1))),
            ("eslint(complexity)", "private method `secret` has a complexity of 2. Maximum allowed is 1.", (Cyclomatic, "secret", 2, Some(1))),
            ("eslint(max-lines-per-function)", "The function `total` has too many lines (20). Maximum allowed is 5.", (Length, "total", 20, Some(5))),
            ("max-params", "Function 'total' has too many parameters (5). Maximum allowed is 2.", (Parameters, "total", 5, Some(2))),
            ("lint/complexity/noExcessiveCognitiveComplexity", "Excessive complexity of 17 detected (max: 2).", (Cognitive, "", 17, Some(2))),
            ("lint/complexity/noExcessiveLinesPerFunction", "This function has too many lines (12). Maximum allowed is 5.", (Length, "", 12, Some(5))),
            ("CyclomaticComplexity", "Cyclomatic Complexity is 1,012 (max allowed is 10).", (Cyclomatic, "", 1012, Some(10))),
            ("MethodLength", "Method total length is 60 lines (max allowed is 50).", (Length, "total", 60, Some(50))),
            ("CyclomaticComplexity", "The method 'total(int, int)' has a cyclomatic complexity of 12.", (Cyclomatic, "total(int, int)", 12, None)),
            ("CognitiveComplexity", "The method 'total()' has a cognitive complexity of 20, current threshold is 15", (Cognitive, "total()", 20, Some(15))),
            ("complexipy/cognitive-complexity", "Function 'A::b' has cognitive complexity 23 (max allowed: 10).", (Cognitive, "A::b", 23, Some(10))),
            ("CC001", "Function 'A::b' has a cognitive complexity of 23, which exceeds the maximum allowed complexity of 10.", (Cognitive, "A::b", 23, Some(10))),
            ("Complexity", "Cyclomatic complexity is too high in method resolve_redirects. (15)", (Cyclomatic, "resolve_redirects", 15, None)),
            ("clippy::too_many_lines", "this function has too many lines (45/40)", (Length, "", 45, Some(40))),
            ("C901", "`send` is too complex (12 > 10)", (Cyclomatic, "send", 12, Some(10))),
            ("C901", "C901: `send` is too complex (12 > 10)", (Cyclomatic, "send", 12, Some(10))),
            ("C901", "'block' is too complex (12)", (Cyclomatic, "block", 12, None)),
            ("too-complex", "'load' is too complex. The McCabe rating is 12", (Cyclomatic, "load", 12, None)),
            ("R1260", "This 'if' is too complex. The McCabe rating is 4", (Cyclomatic, "", 4, None)),
            ("too-many-arguments", "Too many arguments (6/5)", (Parameters, "", 6, Some(5))),
            ("PLR0913", "Too many arguments in function definition (6 > 5)", (Parameters, "", 6, Some(5))),
            ("clippy::cognitive_complexity", "the function has a cognitive complexity of (8/4)", (Cognitive, "", 8, Some(4))),
            ("gocyclo", "cyclomatic complexity 31 of func `(*T).run` is high (> 30)", (Cyclomatic, "(*T).run", 31, Some(30))),
            ("CyclomaticComplexMethod", "The function f appears to be too complex based on Cyclomatic Complexity (complexity: 18). Defined complexity threshold for methods is set to '15'", (Cyclomatic, "f", 18, Some(15))),
        ];
        for (rule, message, (of, name, value, allowed)) in said {
            assert_eq!(
                told(rule, message),
                [(of, name.to_owned(), value, allowed)],
                "{message}"
            );
        }
        let lizard = told("", "S::f has 17 NLOC, 8 CCN, 105 token, 3 PARAM, 30 length");
        let figures: Vec<_> = lizard.iter().map(|f| (f.0, f.2)).collect();
        assert_eq!(figures, [(Cyclomatic, 8), (Parameters, 3), (Length, 30)]);
    }

    #[test]
    fn other_rules_and_classes_state_no_figure_of_a_function() {
        for (rule, message) in [
            (
                "max-lines",
                "File has too many lines (36). Maximum allowed is 20.",
            ),
            (
                "CyclomaticComplexity",
                "The class 'A' has a total cyclomatic complexity of 80 (highest 12).",
            ),
            (
                "Complexity",
                "Cyclomatic complexity is too high in class A. (15)",
            ),
            ("C901", "'f' is too complex (-1)"),
            ("C901", "'f' is too complex (1 > )"),
            ("C901", "'f' is too complex (9"),
            (
                "complexity",
                "Function 'f' has a complexity of 99999999999. Maximum allowed is 5.",
            ),
        ] {
            assert_eq!(told(rule, message), [], "{message}");
        }
    }
}
