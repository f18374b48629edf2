//! Metrics that come together: what a report of one sort supplies.

use super::*;

/// Metrics that come together.
pub type Family = &'static [&'static Metric];

/// What every report of test cases supplies.
pub static TESTS_COUNTED: Family = &[
    &TESTS_TOTAL,
    &TESTS_PASSED,
    &TESTS_FAILED,
    &TESTS_ERRORED,
    &TESTS_SKIPPED,
    &TESTS_FLAKY,
    &TESTS_PASS_RATE,
];

/// What a report of test cases supplies that tells how long they took.
pub static TESTS_TIMED: Family = &[&TESTS_DURATION, &TESTS_SLOWEST];

/// The metrics that compare the tests with the baseline's, name by name.
pub static TESTS_COMPARED: Family = &[
    &TESTS_BROKEN,
    &TESTS_STILL_FAILING,
    &TESTS_FIXED,
    &TESTS_ADDED,
    &TESTS_REMOVED,
    &TESTS_NEWLY_SKIPPED,
    &TESTS_NEWLY_FLAKY,
    &TESTS_SLOWER,
];

/// What `andon run` measures of a command.
pub static COMMAND_MEASURED: Family = &[
    &COMMAND_WALL,
    &COMMAND_USER,
    &COMMAND_SYSTEM,
    &COMMAND_MEMORY_PEAK,
    &COMMAND_MEMORY_CURRENT,
    &COMMAND_MEMORY_MEAN,
    &COMMAND_MEMORY_RANGE,
    &COMMAND_SUCCESS,
];

/// What a coverage report supplies that knows branches beside lines.
pub static COVERAGE_BRANCHED: Family = &[&COVERAGE_LINE, &COVERAGE_BRANCH, &COVERAGE_COMBINED];

/// What every report of lint findings supplies.
pub static LINT_COUNTED: Family = &[&LINT_FINDINGS, &LINT_ERRORS, &LINT_WARNINGS, &LINT_INFOS];

/// What every report about security supplies.
pub static SECURITY_COUNTED: Family = &[
    &SECURITY_FINDINGS,
    &SECURITY_CRITICAL,
    &SECURITY_HIGH,
    &SECURITY_MEDIUM,
    &SECURITY_LOW,
    &SECURITY_UNRATED,
    &SECURITY_FIXABLE,
];

/// What a list of the functions above a limit supplies on their cyclomatic complexity.
pub static CYCLOMATIC_WORST: Family = &[&CYCLOMATIC, &CYCLOMATIC_MAX, &CYCLOMATIC_OVER];

/// What only a list of all functions supplies on their cyclomatic complexity.
pub static CYCLOMATIC_SPREAD: Family = &[&CYCLOMATIC_AVERAGE, &CYCLOMATIC_P90];

/// What a list of the functions above a limit supplies on their cognitive complexity.
pub static COGNITIVE_WORST: Family = &[&COGNITIVE, &COGNITIVE_MAX, &COGNITIVE_OVER];

/// What only a list of all functions supplies on their cognitive complexity.
pub static COGNITIVE_SPREAD: Family = &[&COGNITIVE_AVERAGE, &COGNITIVE_P90];

/// What a list of the functions above a limit supplies on their length.
pub static LENGTH_WORST: Family = &[
    &FUNCTION_LENGTH,
    &FUNCTION_LENGTH_MAX,
    &FUNCTION_LENGTH_OVER,
];

/// What a report on maintainability indices supplies.
pub static MAINTAINABILITY_RATED: Family = &[&MAINTAINABILITY, &MAINTAINABILITY_LOWEST];

/// What a count of lines supplies.
pub static SIZE_COUNTED: Family = &[&SIZE_LINES, &SIZE_CODE, &SIZE_COMMENTS];

/// What every report on duplicated code supplies.
pub static DUPLICATION_COUNTED: Family = &[&DUPLICATION_LINES, &DUPLICATION_CLONES];

/// What every report on documentation supplies.
pub static DOCUMENTATION_COUNTED: Family = &[&DOCUMENTATION_COVERAGE, &DOCUMENTATION_MISSING];

/// What every report of benchmarks supplies, beside their figures.
pub static BENCHMARK_COUNTED: Family = &[&BENCHMARK_COUNT, &BENCHMARK_FAILED];
