//! The built-in metrics, one entry each. Everything that lists metrics reads this: `andon explain`, the README's table,
//! the policy's JSON Schema, did-you-mean, arrows, colours and units.

mod families;

use std::borrow::Cow;

use super::metric::{BY_BENCHMARK, BY_FILE, BY_FUNCTION, BY_PROJECT, Better, Framework, Metric};
use super::unit::Unit;

pub use families::*;

macro_rules! catalogue {
    ($($name:ident = $id:literal, $title:literal, $unit:ident, $better:ident, $scopes:ident, $frameworks:expr,
        $meaning:literal, $advice:literal;)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $meaning)]
            pub static $name: Metric = Metric {
                id: Cow::Borrowed($id),
                title: Cow::Borrowed($title),
                unit: Unit::$unit,
                better: Better::$better,
                meaning: Cow::Borrowed($meaning),
                advice: Cow::Borrowed($advice),
                frameworks: $frameworks,
                scopes: $scopes,
            };
        )*

        /// All built-in metrics, in the order in which they are shown.
        pub static CATALOGUE: &[&Metric] = &[$(&$name),*];
    };
}

catalogue! {
    COVERAGE_LINE = "coverage.line", "Line coverage", Percent, Higher, BY_FILE, &[Framework::DxCore4],
        "Executable lines that a test executed, of all executable lines. Reports are united line by line and hits add up; a line counts as covered from one hit on.",
        "Cover the largest uncovered blocks first; `andon check` names them. Exclude generated code in the coverage tool, not here.";

    COVERAGE_BRANCH = "coverage.branch", "Branch coverage", Percent, Higher, BY_FILE, &[],
        "Branch arms that a test took, of all arms. A line's arms are counted as the format states them.",
        "Add a test for the arm that is never taken: the error path, the empty list, the other side of the condition.";

    COVERAGE_FUNCTION = "coverage.function", "Function coverage", Percent, Higher, BY_FILE, &[],
        "Functions entered at least once, of all functions that the report names.",
        "Call the function from a test, or delete it if nothing needs it.";

    COVERAGE_STATEMENT = "coverage.statement", "Statement coverage", Percent, Higher, BY_FILE, &[],
        "Statements executed, of all statements. Go's official total counts statements; Istanbul states them beside lines.",
        "Cover the largest uncovered blocks first.";

    COVERAGE_COMBINED = "coverage.combined", "Combined coverage", Percent, Higher, BY_FILE, &[],
        "Covered lines and branch arms, of all lines and arms: the total that coverage.py prints with branches on, and SonarQube's coverage.",
        "Look at line and branch coverage to see which of the two slipped.";

    TESTS_TOTAL = "tests.total", "Tests", Count, Higher, BY_PROJECT, &[],
        "Test cases reported, whatever their outcome. Cases are counted; declared totals are not believed.",
        "A drop means that tests were deleted or no longer collected: compare the suites with the last run.";

    TESTS_PASSED = "tests.passed", "Tests passed", Count, Higher, BY_PROJECT, &[],
        "Cases that passed, flaky ones included.",
        "See which cases failed, errored or were skipped instead.";

    TESTS_FAILED = "tests.failed", "Tests failed", Count, Lower, BY_PROJECT, &[],
        "Cases in which an assertion did not hold.",
        "Mend the test or the code; the summary lists each failure with its message.";

    TESTS_ERRORED = "tests.errored", "Tests errored", Count, Lower, BY_PROJECT, &[],
        "Cases that broke before or after their assertions: set-up, tear-down, crashes, a class that would not initialise.",
        "Look at set-up and environment first: an error there often breaks many cases at once.";

    TESTS_SKIPPED = "tests.skipped", "Tests skipped", Count, Lower, BY_PROJECT, &[],
        "Cases not run on purpose: skipped, disabled, ignored, expected to fail.",
        "Enable them again, or delete those that nobody will.";

    TESTS_FLAKY = "tests.flaky", "Flaky tests", Count, Lower, BY_PROJECT, &[],
        "Cases that failed at first and passed when they were run again. They count as passed too.",
        "Find the race or the shared state; quarantine with a waiver that expires, not for ever.";

    TESTS_PASS_RATE = "tests.pass_rate", "Pass rate", Percent, Higher, BY_PROJECT, &[],
        "Passed cases, of all that ran (passed, failed and errored; skipped ones do not count).",
        "Mend the failures that the summary lists.";

    TESTS_DURATION = "tests.duration", "Test duration", Seconds, Lower, BY_PROJECT, &[Framework::Space],
        "The durations of all cases added up: computing time, not waiting time when tests run in parallel.",
        "Look at the slowest cases that the summary lists.";

    TESTS_SLOWEST = "tests.slowest", "Slowest test", Seconds, Lower, BY_PROJECT, &[],
        "The duration of the slowest single case.",
        "Split it, fake what it waits for, or move it to a slower suite.";

    TESTS_BROKEN = "tests.broken", "Newly failing tests", Count, Lower, BY_PROJECT, &[],
        "Tests that fail (an assertion or the set-up) and in the baseline passed, were skipped or did not exist. By name: several cases of one name count once, the worst of them.",
        "Mend what the change broke; the summary lists each failure with its message. Failures that were there before are in `tests.still_failing`.";

    TESTS_STILL_FAILING = "tests.still_failing", "Tests that still fail", Count, Lower, BY_PROJECT, &[],
        "Tests that fail and failed in the baseline too.",
        "Mend them, or quarantine them with a waiver that expires: a build that is always red hides new failures.";

    TESTS_FIXED = "tests.fixed", "Fixed tests", Count, Higher, BY_PROJECT, &[],
        "Tests that failed in the baseline and pass. One that was removed, is skipped or passes only when run again is not fixed.",
        "Nothing is to be done: it says what the change mended.";

    TESTS_ADDED = "tests.added", "Added tests", Count, Neither, BY_PROJECT, &[],
        "Tests that the baseline does not have, whatever their outcome. A test in a renamed file is the same test.",
        "Context for the other figures.";

    TESTS_REMOVED = "tests.removed", "Removed tests", Count, Lower, BY_PROJECT, &[],
        "Tests of the baseline that are not reported any more, under any of their suites.",
        "See whether they were deleted on purpose or are no longer collected: a renamed file, a filter, a shard that did not run.";

    TESTS_NEWLY_SKIPPED = "tests.newly_skipped", "Newly skipped tests", Count, Lower, BY_PROJECT, &[],
        "Tests that ran in the baseline, with whatever outcome, and are skipped.",
        "Enable them again: skipping a test that fails mends nothing.";

    TESTS_NEWLY_FLAKY = "tests.newly_flaky", "Newly flaky tests", Count, Lower, BY_PROJECT, &[],
        "Tests that pass only when run again and were not flaky in the baseline, or did not exist.",
        "Find the race or the shared state while the change that brought it is small.";

    TESTS_SLOWER = "tests.slower", "Tests that got much slower", Count, Lower, BY_PROJECT, &[],
        "Tests that ran in both and take at least twice as long as in the baseline and at least a second more.",
        "Look at what the change added to them: waiting, input and output, a larger fixture. Durations vary between machines: compare runs on the same kind.";

    CYCLOMATIC = "complexity.cyclomatic", "Cyclomatic complexity", Points, Lower, BY_FUNCTION, &[],
        "Independent paths through one function, as McCabe counts them. Producers differ by a point or more on one function, so the figure carries its producer's name.",
        "Split the function along its branches: early returns, a table instead of a chain of conditions, one function per case.";

    CYCLOMATIC_MAX = "complexity.cyclomatic.max", "Highest cyclomatic complexity", Points, Lower, BY_FILE, &[],
        "The cyclomatic complexity of the most complex function.",
        "Split the function that the summary names.";

    CYCLOMATIC_AVERAGE = "complexity.cyclomatic.average", "Average cyclomatic complexity", Points, Lower, BY_FILE, &[],
        "The mean over functions and methods; classes and other blocks that some producers average in are left out.",
        "The average moves slowly: look at the functions over the limit.";

    CYCLOMATIC_P90 = "complexity.cyclomatic.p90", "Cyclomatic complexity, 90th percentile", Points, Lower, BY_FILE, &[],
        "Nine in ten functions are at most this complex (linear interpolation).",
        "Look at the functions over the limit.";

    CYCLOMATIC_OVER = "complexity.cyclomatic.over", "Functions over the cyclomatic limit", Count, Lower, BY_FILE, &[],
        "Functions whose cyclomatic complexity is above the policy's limit (`limits: complexity.cyclomatic`, 10 unless set).",
        "Split the functions that the summary names, the worst first.";

    COGNITIVE = "complexity.cognitive", "Cognitive complexity", Points, Lower, BY_FUNCTION, &[],
        "How hard one function is to follow: breaks in the flow weigh more the deeper they are nested.",
        "Flatten the nesting: early returns, a named function for the inner loop.";

    COGNITIVE_MAX = "complexity.cognitive.max", "Highest cognitive complexity", Points, Lower, BY_FILE, &[],
        "The cognitive complexity of the most complex function.",
        "Split the function that the summary names.";

    COGNITIVE_AVERAGE = "complexity.cognitive.average", "Average cognitive complexity", Points, Lower, BY_FILE, &[],
        "The mean over the functions that the producer reports. Some producers leave out functions that score 0.",
        "The average moves slowly: look at the functions over the limit.";

    COGNITIVE_P90 = "complexity.cognitive.p90", "Cognitive complexity, 90th percentile", Points, Lower, BY_FILE, &[],
        "Nine in ten reported functions are at most this complex (linear interpolation).",
        "Look at the functions over the limit.";

    COGNITIVE_OVER = "complexity.cognitive.over", "Functions over the cognitive limit", Count, Lower, BY_FILE, &[],
        "Functions whose cognitive complexity is above the policy's limit (`limits: complexity.cognitive`, 15 unless set).",
        "Split the functions that the summary names, the worst first.";

    FUNCTION_LENGTH = "function.length", "Function length", Lines, Lower, BY_FUNCTION, &[],
        "Lines of one function as its producer counts them.",
        "Give the parts of the function names of their own.";

    FUNCTION_LENGTH_MAX = "function.length.max", "Longest function", Lines, Lower, BY_FILE, &[],
        "Lines of the longest function.",
        "Split the function that the summary names.";

    FUNCTION_LENGTH_AVERAGE = "function.length.average", "Average function length", Lines, Lower, BY_FILE, &[],
        "The mean over functions and methods.",
        "Look at the longest functions.";

    FUNCTION_LENGTH_OVER = "function.length.over", "Functions over the length limit", Count, Lower, BY_FILE, &[],
        "Functions longer than the policy's limit (`limits: function.length`, 60 lines unless set).",
        "Split the functions that the summary names, the worst first.";

    MAINTAINABILITY = "maintainability.index", "Maintainability index", Points, Higher, BY_FILE, &[],
        "A file's maintainability index on radon's scale of 0 to 100 (above 19 is rank A); for the project and for components, the mean over files.",
        "Long and branching files score low: split the file that the summary names.";

    MAINTAINABILITY_LOWEST = "maintainability.lowest", "Lowest maintainability index", Points, Higher, BY_PROJECT, &[],
        "The maintainability index of the worst file.",
        "Split the file that the summary names.";

    SIZE_LINES = "size.lines", "Lines", Lines, Neither, BY_FILE, &[],
        "All lines of the source files that the report covers.",
        "Context for other metrics; growth alone is neither good nor bad.";

    SIZE_CODE = "size.code", "Lines of code", Lines, Neither, BY_FILE, &[],
        "Lines that hold code, without blank lines and comments, as the producer counts them.",
        "Context for other metrics; growth alone is neither good nor bad.";

    SIZE_COMMENTS = "size.comments", "Comment lines", Lines, Neither, BY_FILE, &[],
        "Lines that hold comments, as the producer counts them.",
        "Context for other metrics.";

    SIZE_FUNCTIONS = "size.functions", "Functions", Count, Neither, BY_FILE, &[],
        "Functions and methods that the producer reports.",
        "Context for other metrics.";

    LINT_FINDINGS = "lint.findings", "Lint findings", Count, Lower, BY_FILE, &[Framework::DxCore4],
        "Located problems of every severity, each once.",
        "Mend the errors first; many linters can mend the rest themselves.";

    LINT_ERRORS = "lint.errors", "Lint errors", Count, Lower, BY_FILE, &[],
        "Findings of severity error, and files that the linter could not parse.",
        "Mend them: an error is wrong code, or code that was not looked at.";

    LINT_WARNINGS = "lint.warnings", "Lint warnings", Count, Lower, BY_FILE, &[],
        "Findings of severity warning.",
        "Mend what the change added; ratchet the rest down.";

    LINT_INFOS = "lint.infos", "Lint notes", Count, Lower, BY_FILE, &[],
        "Findings of severity information, hint, note or style.",
        "Mend them when you touch the file.";

    SECURITY_FINDINGS = "security.findings", "Security findings", Count, Lower, BY_FILE, &[Framework::DxCore4],
        "Vulnerable packages, secrets and dangerous code, of every risk, each once for each producer. Findings about security are not counted among lint findings.",
        "Update the packages for which a fix is known first; revoke a leaked secret before removing it.";

    SECURITY_CRITICAL = "security.critical", "Critical security findings", Count, Lower, BY_FILE, &[],
        "Security findings of critical risk: a CVSS score of 9.0 or more, or what the producer calls critical.",
        "Mend them now: update the package, or take it out.";

    SECURITY_HIGH = "security.high", "Security findings of high risk", Count, Lower, BY_FILE, &[],
        "Security findings of high risk: a CVSS score from 7.0 to 8.9, or what the producer calls high.",
        "Mend them now: update the package, or take it out.";

    SECURITY_MEDIUM = "security.medium", "Security findings of medium risk", Count, Lower, BY_FILE, &[],
        "Security findings of medium risk: a CVSS score from 4.0 to 6.9, or what the producer calls medium or moderate.",
        "Plan the update; waive with a date what cannot be reached from your code.";

    SECURITY_LOW = "security.low", "Security findings of low risk", Count, Lower, BY_FILE, &[],
        "Security findings of low risk: a CVSS score below 4.0, or what the producer calls low.",
        "Mend them with the next update.";

    SECURITY_UNRATED = "security.unrated", "Security findings without a rating", Count, Lower, BY_FILE, &[],
        "Security findings that their producer does not rate: many advisories carry no score, secrets hardly ever one.",
        "Read each of them: no rating is not a low rating.";

    SECURITY_FIXABLE = "security.fixable", "Security findings with a known fix", Count, Lower, BY_FILE, &[],
        "Security findings for which the producer names what mends them, such as a version to update to.",
        "Update what the summary names.";

    DUPLICATION_DENSITY = "duplication.density", "Duplication", Percent, Lower, BY_FILE, &[],
        "Duplicated lines, of all lines inspected. For the project both are the producer's own totals where it states them, as for `duplication.lines`.",
        "Give the longest repeated passage a name and a place of its own; the summary lists them.";

    DUPLICATION_LINES = "duplication.lines", "Duplicated lines", Lines, Lower, BY_FILE, &[],
        "Lines that stand in a clone. For the project the producer's own total where it states one (jscpd counts a passage that stands twice once, and again with each further place); else, and for components and files, every line that lies in any place of a clone, once.",
        "Give the longest repeated passage a name and a place of its own; the summary lists them.";

    DUPLICATION_CLONES = "duplication.clones", "Clones", Count, Lower, BY_FILE, &[],
        "Passages that stand in more than one place, as the producer groups them: jscpd names pairs of places, CPD all places of a passage together.",
        "Give the longest repeated passage a name and a place of its own; the summary lists them.";

    DOCUMENTATION_COVERAGE = "documentation.coverage", "Documented", Percent, Higher, BY_FILE, &[],
        "Things that have documentation, of all that the producer looks at: modules, classes and functions, or the items of a crate.",
        "Document what the summary names, public things first.";

    DOCUMENTATION_MISSING = "documentation.missing", "Undocumented", Count, Lower, BY_FILE, &[],
        "Things that lack documentation, of those that the producer looks at.",
        "Document what the summary names, public things first.";

    BENCHMARK_TIME = "benchmark.time", "Benchmark time", Seconds, Lower, BY_BENCHMARK, &[],
        "How long one run of a benchmark takes: the estimate that its tool leads with (criterion's slope or mean, divan's median, hyperfine's mean …). Of a benchmark in several reports the slowest counts.",
        "Profile the benchmark before and after the change. Times vary between machines and runs: compare on the same kind of machine, and leave room for noise.";

    BENCHMARK_THROUGHPUT = "benchmark.throughput", "Benchmark throughput", PerSecond, Higher, BY_BENCHMARK, &[],
        "Operations, requests, items or bytes that a benchmark gets through in a second, as its tool states them. Of a benchmark in several reports the lowest counts.",
        "Profile the benchmark before and after the change. Rates vary between machines and runs: compare on the same kind of machine, and leave room for noise.";

    BENCHMARK_MEMORY = "benchmark.memory", "Benchmark memory", Bytes, Lower, BY_BENCHMARK, &[],
        "Memory that a benchmark takes or allocates in one run, as its tool states it. Of a benchmark in several reports the most counts.",
        "Look for what is allocated again in each run: buffers to be kept, copies to be borrowed.";

    BENCHMARK_SCORE = "benchmark.score", "Benchmark score", Points, Higher, BY_BENCHMARK, &[],
        "A number of a benchmark in a unit of its own, of which more is better. It is held in the unit that the report has.",
        "See in the report what the number stands for, and profile the benchmark before and after the change.";

    BENCHMARK_COST = "benchmark.cost", "Benchmark cost", Points, Lower, BY_BENCHMARK, &[],
        "A number of a benchmark in a unit of its own, of which less is better: allocations, misses, a share of the processor. It is held in the unit that the report has.",
        "See in the report what the number stands for, and profile the benchmark before and after the change.";

    BENCHMARK_COUNT = "benchmark.count", "Benchmarks", Count, Higher, BY_PROJECT, &[],
        "Benchmarks that the reports name, failed ones included.",
        "A drop means that benchmarks were deleted or no longer run: compare the names with the last run.";

    BENCHMARK_FAILED = "benchmark.failed", "Benchmarks failed", Count, Lower, BY_PROJECT, &[],
        "Benchmarks that did not run to their end, or missed a threshold of their own. While there is one, no gate on what its tool measures passes.",
        "Mend the benchmark; the summary gives the tool's message.";

    COMMAND_WALL = "command.wall", "Command time", Seconds, Lower, BY_PROJECT, &[],
        "How long a command takes, from just before its start to its end, as `andon run --record` measured it.",
        "Profile the command before and after the change. Times vary between machines and runs: compare on the same kind of machine, with `--repeat`.";

    COMMAND_USER = "command.user", "Command processor time", Seconds, Lower, BY_PROJECT, &[],
        "Processor time in user mode of a command and of all descendants that were waited for.",
        "Profile the command: what it computes costs more than before.";

    COMMAND_SYSTEM = "command.system", "Command system time", Seconds, Lower, BY_PROJECT, &[],
        "Processor time in the kernel of a command and of all descendants that were waited for.",
        "Look at what the command asks of the system: files, processes, memory.";

    COMMAND_MEMORY_PEAK = "command.memory.peak", "Command peak memory", Bytes, Lower, BY_PROJECT, &[],
        "The most resident memory of a command: of its whole process tree as it was seen, or of its largest process by the system's own account, whichever is more.",
        "Look for what is held at once and need not be: whole files, results that could be streamed.";

    COMMAND_MEMORY_CURRENT = "command.memory.current", "Command current memory", Bytes, Lower, BY_PROJECT, &[],
        "The resident memory of a command's process tree at the last look before it ended.",
        "Look for what is still held when the work is done.";

    COMMAND_MEMORY_MEAN = "command.memory.mean", "Command memory", Bytes, Lower, BY_PROJECT, &[],
        "The resident memory of a command's process tree, as a mean over time.",
        "Look for what is held longer than it is needed.";

    COMMAND_MEMORY_RANGE = "command.memory.range", "Command memory range", Bytes, Lower, BY_PROJECT, &[],
        "The most minus the least resident memory that was seen of a command's process tree.",
        "See whether memory grows as the command runs, and what is never given back.";

    COMMAND_SUCCESS = "command.success", "Command success", Count, Higher, BY_PROJECT, &[],
        "Whether a command ended with 0: 1 if so, else 0. The mean of it is the share of runs that succeeded.",
        "Look at the category of the errors (`error`) and at what the command said.";

    DORA_FREQUENCY = "dora.deployment_frequency", "Deployment frequency", PerWeek, Higher, BY_PROJECT, &[Framework::Dora, Framework::Space, Framework::DxCore4],
        "Deployments per week over the window. From git alone a deployment is a release tag.",
        "Ship smaller changes more often; look at what a release waits for.";

    DORA_LEAD_TIME = "dora.lead_time", "Change lead time", Seconds, Lower, BY_PROJECT, &[Framework::Dora, Framework::Space, Framework::DxCore4],
        "Median time from a commit to the first deployment that ships it, over the commits shipped in the window.",
        "Ship smaller changes; look at how long work waits for review and for the next release.";

    DORA_LEAD_TIME_P75 = "dora.lead_time.p75", "Change lead time, 75th percentile", Seconds, Lower, BY_PROJECT, &[Framework::Dora],
        "Three in four shipped commits were deployed within this time.",
        "Look at the changes that waited longest.";

    DORA_LEAD_TIME_P90 = "dora.lead_time.p90", "Change lead time, 90th percentile", Seconds, Lower, BY_PROJECT, &[Framework::Dora],
        "Nine in ten shipped commits were deployed within this time.",
        "Look at the changes that waited longest.";

    DORA_FAIL_RATE = "dora.change_fail_rate", "Change fail rate", Percent, Lower, BY_PROJECT, &[Framework::Dora, Framework::DxCore4],
        "Deployments that needed immediate intervention, of all deployments in the window. From git alone: a shipped commit was reverted by a later deployment, or a patch release followed unusually soon.",
        "Read the failed deployments that the summary lists, and ask what would have caught each of them before it shipped.";

    DORA_RECOVERY = "dora.recovery_time", "Failed deployment recovery time", Seconds, Lower, BY_PROJECT, &[Framework::Dora, Framework::DxCore4],
        "Median time from a failed deployment to the deployment that holds its fix.",
        "Make rolling back and shipping a fix routine: small changes, a short pipeline.";

    DORA_REWORK = "dora.rework_rate", "Deployment rework rate", Percent, Lower, BY_PROJECT, &[Framework::Dora],
        "Deployments that exist only because an earlier one failed, of all deployments in the window.",
        "Read the failed deployments that the summary lists.";

}

/// The built-in metric with this id.
pub fn find(id: &str) -> Option<&'static Metric> {
    CATALOGUE.iter().copied().find(|metric| metric.id == id)
}

/// Whether only events state a built-in metric: no report does.
pub fn is_recorded(id: &str) -> bool {
    COMMAND_MEASURED.iter().any(|metric| metric.id == id)
}

/// The metric that a comparison with the baseline rests on: whatever supplies it supplies the comparison. `None` for
/// metrics that reports state by themselves.
pub fn compares(id: &str) -> Option<&'static Metric> {
    let known = TESTS_COMPARED.iter().any(|metric| metric.id == id);
    known.then_some(&TESTS_TOTAL)
}

/// What the values of a built-in metric rest on, in the plural: the noun of its measurements' [`Basis`]. `None` for
/// metrics that rest on nothing counted.
///
/// [`Basis`]: super::measurement::Basis
pub fn basis_of(id: &str) -> Option<&'static str> {
    let (family, rest) = id.split_once('.')?;
    Some(match (family, rest) {
        ("coverage", "line") => "lines",
        ("coverage", "branch") => "branches",
        ("coverage", "function") => "functions",
        ("coverage", "statement") => "statements",
        ("coverage", "combined") => "lines and branches",
        ("tests", _) => "tests",
        ("complexity" | "function", _) | ("size", "functions") => "functions",
        ("maintainability" | "size", _) => "files",
        // Files or packages: some linters say how many they looked at of the one, some of the other.
        ("lint" | "security", _) => "inputs",
        ("duplication", "clones") => "files",
        ("duplication", _) => "lines",
        ("documentation", _) => "items",
        ("benchmark", "count" | "failed") => return None,
        ("benchmark", _) => "samples",
        ("dora", "lead_time" | "lead_time.p75" | "lead_time.p90") => "commits",
        ("dora", _) => "deployments",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_well_formed() {
        let ids: BTreeSet<&str> = CATALOGUE.iter().map(|metric| &*metric.id).collect();
        assert_eq!(ids.len(), CATALOGUE.len());
        for id in ids {
            assert!(id.contains('.'), "{id} names no family");
            let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
            assert!(id.chars().all(lawful), "{id}");
        }
    }

    #[test]
    fn every_entry_says_what_it_means_and_what_to_do() {
        for metric in CATALOGUE {
            assert!(metric.meaning.ends_with('.'), "{}", metric.id);
            assert!(metric.advice.ends_with('.'), "{}", metric.id);
            assert!(!metric.scopes.is_empty(), "{}", metric.id);
        }
    }
}
