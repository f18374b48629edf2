//! SARIF 2.1.0 (OASIS): runs of tools with their rules and results.
//!
//! Results are read one by one, and may stand before the rules that say how bad they are.

mod model;
mod open;
mod place;
mod rules;
mod run;
mod said;
mod security;

use self::run::Run;
use super::gathered::Gathered;
use crate::domain::catalogue::{
    COGNITIVE_WORST, CYCLOMATIC_WORST, LENGTH_WORST, LINT_COUNTED, SECURITY_COUNTED,
};
use crate::domain::report::{Content, Problem};
use crate::formats::json::{Text, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "sarif",
    title: "SARIF 2.1.0",
    kind: Kind::Findings,
    producers: &[
        "CodeQL",
        "ESLint",
        "clippy-sarif",
        "Semgrep",
        "Bandit",
        "Trivy",
        "ruff",
        "Biome",
    ],
    default_paths: &["**/*.sarif", "**/*.sarif.json"],
    sniff,
    parse,
    reads: "Results of every run, of the level that they state, or their rule (`defaultConfiguration`), or else `warning`. Results of a tool that scans for security, and of rules with a `security-severity` or the tag `security`, are findings about security. Artifacts are the files inspected. A run that was not successful, or whose tool notes an error, is an error of the tool; an error with a place is a finding. Suppressed results are pointed out and not counted, nor are those of kind `pass` and `notApplicable` and those that are `absent` since the baseline.",
    omits: "Fingerprints, code flows, related places, fixes, and every place of a result but the first.",
    supplies: &[
        LINT_COUNTED,
        SECURITY_COUNTED,
        CYCLOMATIC_WORST,
        COGNITIVE_WORST,
        LENGTH_WORST,
    ],
};

fn sniff(head: &Head) -> bool {
    let run = head.has_key(3, "tool") || head.has_key(3, "results");
    let version = head.has_key(1, "version") || head.has_key(1, "$schema");
    head.has_key(1, "runs") && (run || version && head.text.contains("2.1.0"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut gathered = Gathered::new(input.source.limits());
    let (mut runs, mut suppressed) = (0_u64, 0_u64);
    let result = walk(input, |walk| {
        walk.object(|walk, key| match key {
            "version" => {
                let version = walk.read::<Text>()?.0;
                if !version.starts_with("2.1") {
                    let version = walk.limits().cap(version);
                    walk.warn(Problem::warning(format!(
                        "is of SARIF {version}, and is read as 2.1.0"
                    )));
                }
                Ok(())
            }
            "runs" => walk.array(|walk| {
                runs += 1;
                let mut run = Run::default();
                let read = run.read(walk);
                suppressed += run.suppressed;
                run.give(&mut gathered);
                read
            }),
            _ => Ok(()),
        })
    });
    if suppressed > 0 {
        input.warn(Problem::warning(format!(
            "results that are suppressed, and not counted: {suppressed}"
        )));
    }
    gathered.give(content);
    result?;
    if runs == 0 {
        return Err(Problem::error(
            "the report holds no run: no tool looked at anything",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
