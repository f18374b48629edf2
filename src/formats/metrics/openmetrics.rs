//! OpenMetrics, and the Prometheus text format that it grew from: one sample to a line.

use super::super::samples::sample;
use super::super::{Format, Head, Input, Kind};
use crate::domain::report::{Content, NamedValue, Problem};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "openmetrics",
    title: "OpenMetrics and Prometheus text",
    kind: Kind::Metrics,
    producers: &[
        "Prometheus client libraries",
        "GitLab metrics reports",
        "node_exporter",
        "octocov",
    ],
    default_paths: &["**/metrics.txt", "**/*.prom", "**/*.openmetrics"],
    sniff,
    parse,
    reads: "Samples with their labels. A metric of the policy's own with neither `formula` nor `read` takes the sample of its name; `read: { openmetrics: name{label=\"value\"} }` chooses any.",
    omits: "Types, units and help; time stamps; exemplars; samples that are NaN or infinite.",
    supplies: &[],
};

fn sniff(head: &Head) -> bool {
    let begins =
        |line: &str| line.starts_with("# TYPE ") || line.starts_with("# HELP ") || line == "# EOF";
    // What is cut off at the end of the beginning is no whole line.
    let whole = head.text.len() < Head::BYTES;
    let mut lines = head.lines().peekable();
    let mut declared = false;
    while let Some(line) = lines.next() {
        declared |= begins(line);
        let last = lines.peek().is_none() && !whole;
        if !last && sample(line).is_err() {
            return false;
        }
    }
    declared
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let values = content.values.get_or_insert_default();
    let mut more = 0_u64;
    let result = input.each_line(|problems, number, line| {
        let sample = match sample(line) {
            Ok(Some(sample)) => sample,
            Ok(None) => return Ok(()),
            Err(why) => {
                if problems.len() < 100 {
                    problems.push(Problem::error(why).at_line(number));
                }
                return Ok(());
            }
        };
        match sample.number() {
            Some(value) if !value.is_finite() => {}
            Some(_) if values.len() >= NamedValue::KEPT => more += 1,
            Some(value) => values.push(NamedValue {
                name: limits.cap(sample.name.to_owned()),
                labels: sample
                    .labels
                    .into_iter()
                    .map(|(key, text)| (limits.cap(key.to_owned()), limits.cap(text.into_owned())))
                    .collect(),
                value,
            }),
            None if problems.len() < 100 => {
                let what = limits.cap(sample.value.to_owned());
                problems.push(Problem::error(format!("`{what}` is no number")).at_line(number));
            }
            None => {}
        }
        Ok(())
    });
    if more > 0 {
        let kept = NamedValue::KEPT;
        input.warn(Problem::warning(format!(
            "{more} samples beyond the first {kept} are not kept"
        )));
    }
    result
}

#[cfg(test)]
mod tests {
    use crate::formats::testing::{report, sniffed};

    #[test]
    fn samples_are_read_and_nonsense_is_told() {
        let text = "# HELP a b\n# TYPE a gauge\na{x=\"1\"} 2e3\na 1 1700000000\nb NaN\nb +Inf\n!\nc x\n# EOF\n";
        let report = report("openmetrics", text);
        let lines: Vec<u64> = report
            .problems
            .iter()
            .map(|p| p.place.unwrap().line)
            .collect();
        assert_eq!(lines, [7, 8]);
        let values = report.content.values.unwrap();
        assert_eq!(values.len(), 2);
        assert_eq!(
            (values[0].value, values[0].labels["x"].as_str()),
            (2000.0, "1")
        );
    }

    #[test]
    fn only_what_declares_itself_is_claimed() {
        assert_eq!(sniffed("# TYPE a gauge\na 1\n"), ["openmetrics"]);
        assert_eq!(sniffed("a 1\n# EOF\n"), ["openmetrics"]);
        for text in ["a 1\n", "# TYPE a gauge\nhello, world\n", "# a comment\n"] {
            assert!(sniffed(text).is_empty(), "{text}");
        }
    }
}
