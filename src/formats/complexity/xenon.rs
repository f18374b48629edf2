//! xenon's words on standard error: what is more complex than it allows.

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::LINT_COUNTED;
use crate::domain::report::{Content, Finding, Findings, Problem, Severity};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "xenon",
    title: "xenon's text",
    kind: Kind::Complexity,
    producers: &["xenon"],
    default_paths: &["**/xenon*.txt"],
    sniff,
    parse,
    reads: "Blocks, modules and the average that exceed what xenon allows, as errors; files that it could not parse, as warnings: xenon itself passes them.",
    omits: "Figures: xenon states ranks only. Where nothing is exceeded it writes nothing, and an empty file is no report.",
    supplies: &[LINT_COUNTED],
};

const PRODUCER: &str = "xenon";

fn sniff(head: &Head) -> bool {
    head.lines()
        .any(|line| line.starts_with("ERROR:xenon:") || line.starts_with("WARNING:xenon:"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let findings = content.findings.insert(Findings::default());
    findings.producers.insert(PRODUCER.into());
    input.each_line(|_, _, line| {
        let line = line.trim_end();
        let error = line
            .strip_prefix("ERROR:xenon:")
            .map(|said| (Severity::Error, said));
        let said = error.or_else(|| {
            line.strip_prefix("WARNING:xenon:")
                .map(|said| (Severity::Warning, said))
        });
        if let Some((severity, said)) = said {
            let (rule, path, line) = place(said);
            findings.items.push(Finding {
                path: limits.cap(path.to_owned()),
                line,
                severity,
                producer: PRODUCER.into(),
                rule: limits.cap(rule.to_owned()),
                message: limits.cap(said.to_owned()),
                ..Finding::default()
            });
        }
        Ok(())
    })
}

/// What exceeds, its file and line, in `block "src/a.py:186 name" has a rank of C`, `module 'src/a.py' has a rank of B`,
/// `average complexity is ranked B` and `cannot parse src/b.py: invalid syntax`.
fn place(said: &str) -> (&str, &str, u32) {
    if let Some((path, _)) = said
        .strip_prefix("cannot parse ")
        .and_then(|rest| rest.split_once(": "))
    {
        return ("syntax", path, 0);
    }
    let rule = said.split(' ').next().unwrap_or_default();
    // Blocks stand in double quotes, modules in what Python makes of a text.
    let quotes = ['"', '\''];
    let quoted = said
        .split_once(quotes)
        .and_then(|(_, rest)| rest.rsplit_once(quotes));
    let Some((quoted, _)) = quoted else {
        return (rule, "", 0);
    };
    if rule == "block"
        && let Some((path, rest)) = quoted.rsplit_once(':')
        && let Some((line, _)) = rest.split_once(' ')
        && let Ok(line) = line.parse()
    {
        return (rule, path, line);
    }
    (rule, quoted, 0)
}

#[cfg(test)]
mod tests {
    use crate::domain::report::Severity;
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn blocks_modules_and_the_average_are_located() {
        let text = "ERROR:xenon:block \"C:\\a b.py:186 f\" has a rank of C\nERROR:xenon:module 'src/a.py' has a rank of B\nERROR:xenon:average complexity is ranked B\nWARNING:xenon:cannot parse src/b.py: invalid syntax\n";
        assert_eq!(sniffed(text), ["xenon"]);
        let items = report("", text).content.findings.unwrap().items;
        let told = items
            .iter()
            .map(|item| (&*item.path, item.line, &*item.rule, item.severity));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                ("C:\\a b.py", 186, "block", Severity::Error),
                ("src/a.py", 0, "module", Severity::Error),
                ("", 0, "average", Severity::Error),
                ("src/b.py", 0, "syntax", Severity::Warning),
            ]
        );
    }
}
