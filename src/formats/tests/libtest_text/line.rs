//! What a line says.

use crate::domain::report::Outcome;
use crate::domain::report::tests::Counts;

/// A line of the harness.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// `running 3 tests`
    Running(u64),
    /// `test name ... ok <0.001s>`: name, outcome, seconds. A benchmark has no outcome.
    Case(&'a str, Option<Outcome>, f64),
    /// `test name ... ` and what it printed (`--nocapture`): how it ended follows.
    Begun(&'a str),
    /// `name --- FAILED` (`--quiet`)
    Quiet(&'a str),
    /// `---- name stdout ----`
    Output(&'a str),
    /// `failures:` or `successes:`: after it no tests follow.
    Heading,
    /// `test result: …`
    Result(Counts),
    /// Anything else.
    Other,
}

impl<'a> Line<'a> {
    pub(super) fn of(line: &'a str) -> Line<'a> {
        Line::known(line).unwrap_or(Line::Other)
    }

    fn known(line: &'a str) -> Option<Line<'a>> {
        if let Some(rest) = line.strip_prefix("test ") {
            if let Some(result) = rest.strip_prefix("result: ") {
                return counts(result).map(Line::Result);
            }
            let (name, how) = rest.split_once(" ... ")?;
            return Some(match ending(how) {
                Some((outcome, seconds)) => Line::Case(name, outcome, seconds),
                None => Line::Begun(name),
            });
        }
        if let Some(rest) = line.strip_prefix("running ") {
            let (count, word) = rest.split_once(' ')?;
            return matches!(word, "test" | "tests")
                .then(|| count.parse().ok().map(Line::Running))?;
        }
        if let Some(rest) = line.strip_prefix("---- ") {
            let name = rest.strip_suffix(" ----")?;
            let name = name
                .strip_suffix(" stdout")
                .or_else(|| name.strip_suffix(" stderr"))?;
            return Some(Line::Output(name));
        }
        if let Some(name) = line.strip_suffix(" --- FAILED") {
            return Some(Line::Quiet(name));
        }
        matches!(line, "failures:" | "successes:").then_some(Line::Heading)
    }
}

/// `ok`, `FAILED`, `ignored, why`, `bench: 1 ns/iter (+/- 0)`, each perhaps with a time behind it.
pub(super) fn ending(how: &str) -> Option<(Option<Outcome>, f64)> {
    let timed = how
        .rsplit_once(" <")
        .and_then(|(how, time)| Some((how, time.strip_suffix("s>")?.parse().ok()?)));
    let (how, seconds) = timed.unwrap_or((how, 0.0));
    let outcome = match how {
        "ok" => Some(Outcome::Passed),
        "FAILED" | "FAILED (time limit exceeded)" | "failed" => Some(Outcome::Failed),
        "failed (allowed)" | "ignored" => Some(Outcome::Skipped),
        how if how.starts_with("ignored, ") => Some(Outcome::Skipped),
        how if how.starts_with("bench: ") => None,
        _ => return None,
    };
    Some((outcome, seconds))
}

/// `FAILED. 2 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.22s`
fn counts(result: &str) -> Option<Counts> {
    let (_, figures) = result.split_once(". ")?;
    let mut counts = Counts::default();
    for figure in figures.split("; ") {
        let (number, what) = figure.split_once(' ')?;
        match what {
            "passed" => counts.passed = number.parse().ok()?,
            "failed" => counts.failed = number.parse().ok()?,
            "ignored" => counts.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(counts)
}

/// Whether cargo says that a test process failed: one that died after its last test, or that has no harness, says so
/// nowhere else.
pub(super) fn is_failure(line: &str) -> bool {
    line.strip_prefix("error: ").is_some_and(|what| {
        let one = ["test failed, to rerun", "doctest failed, to rerun"];
        let several = what.split_once(' ').is_some_and(|(number, rest)| {
            number.parse::<u64>().is_ok() && matches!(rest, "target failed:" | "targets failed:")
        });
        several || one.iter().any(|begin| what.starts_with(begin))
    })
}

/// What cargo is about to run, as it says: the crate and where its tests stand.
pub(super) fn suite(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name} (doc tests)"));
    }
    let (what, file) = line
        .strip_prefix("Running ")?
        .strip_suffix(')')?
        .rsplit_once(" (")?;
    let file = file.rsplit(['/', '\\']).next()?;
    let file = file.strip_suffix(".exe").unwrap_or(file);
    // `name-0123456789abcdef`: the digits differ from build to build.
    let name = file.rsplit_once('-').map_or(file, |(name, _)| name);
    Some(format!("{name} ({what})"))
}
