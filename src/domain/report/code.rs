//! Measures of functions and files: complexity, length, maintainability.

use std::borrow::Cow;

/// Measures of one function or method by one producer. What the producer does not measure is `None`.
#[derive(Debug, Clone, Default, PartialEq, PartialOrd)]
pub struct FunctionMeasure {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// The name, qualified (`Class.method`) where the producer says so.
    pub name: String,
    /// First line, from 1; 0 if unknown.
    pub line: u32,
    /// Last line; 0 if unknown.
    pub end_line: u32,
    /// McCabe's cyclomatic complexity as this producer counts it.
    pub cyclomatic: Option<u32>,
    /// Cognitive complexity.
    pub cognitive: Option<u32>,
    /// Length in lines as the producer counts it (lizard: all lines of the function, from first to last).
    pub length: Option<u32>,
    /// Number of parameters.
    pub parameters: Option<u32>,
}

/// Measures of one file by one producer.
#[derive(Debug, Clone, Default, PartialEq, PartialOrd)]
pub struct FileMeasure {
    /// The file, as the report names it until paths are matched.
    pub path: String,
    /// Maintainability index, 0 to 100.
    pub maintainability: Option<f64>,
    /// All lines.
    pub lines: Option<u64>,
    /// Lines that hold code.
    pub code: Option<u64>,
    /// Lines that hold comments.
    pub comments: Option<u64>,
    /// Blank lines.
    pub blank: Option<u64>,
}

/// What one producer measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Code {
    /// The tool whose counting rule the figures follow: `radon`, `lizard`, `clippy`.
    pub producer: Cow<'static, str>,
    /// Functions and methods, each once.
    pub functions: Vec<FunctionMeasure>,
    /// Files.
    pub files: Vec<FileMeasure>,
    /// Files that the tool could not analyse, with its message.
    pub failed: Vec<(String, String)>,
    /// Above which figures the producer reports a function at all.
    pub reported_above: Thresholds,
}

/// Figures up to which functions are left out of a report: 0 where all are in it. Where some are left out, the highest
/// figure is still right, but a mean, a percentile or a number of functions would mislead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// Cyclomatic complexity.
    pub cyclomatic: u32,
    /// Cognitive complexity.
    pub cognitive: u32,
    /// Length in lines.
    pub length: u32,
    /// Number of parameters.
    pub parameters: u32,
}

impl Thresholds {
    /// What is left out of one of two reports or of both.
    #[must_use]
    pub fn highest(self, other: Thresholds) -> Thresholds {
        Thresholds {
            cyclomatic: self.cyclomatic.max(other.cyclomatic),
            cognitive: self.cognitive.max(other.cognitive),
            length: self.length.max(other.length),
            parameters: self.parameters.max(other.parameters),
        }
    }
}

impl FunctionMeasure {
    /// Takes over what another report of the same producer says of the same function; of two figures the worse.
    pub fn join(&mut self, other: &FunctionMeasure) {
        self.end_line = self.end_line.max(other.end_line);
        self.cyclomatic = self.cyclomatic.max(other.cyclomatic);
        self.cognitive = self.cognitive.max(other.cognitive);
        self.length = self.length.max(other.length);
        self.parameters = self.parameters.max(other.parameters);
    }
}

impl FileMeasure {
    /// Takes over what another report of the same producer says of the same file; of two figures the worse.
    pub fn join(&mut self, other: &FileMeasure) {
        self.maintainability = match (self.maintainability, other.maintainability) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.lines = self.lines.max(other.lines);
        self.code = self.code.max(other.code);
        self.comments = self.comments.max(other.comments);
        self.blank = self.blank.max(other.blank);
    }
}
