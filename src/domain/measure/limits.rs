//! Beyond what a function is counted as too much.

/// Limits that the `….over` metrics count against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For `complexity.cyclomatic.over`.
    pub cyclomatic: u32,
    /// For `complexity.cognitive.over`.
    pub cognitive: u32,
    /// For `function.length.over`, in lines.
    pub function_length: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            cyclomatic: 10,
            cognitive: 15,
            function_length: 60,
        }
    }
}
