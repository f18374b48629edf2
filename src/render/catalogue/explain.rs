//! `andon explain METRIC`.

use anstyle::Style;

use super::words;
use crate::domain::catalogue::is_recorded;
use crate::domain::metric::Metric;
use crate::render::table::Line;
use crate::text::escape::workflow::stdout_safe;
use crate::text::fit;

const STRONG: Style = Style::new().bold();
/// Columns that the names at the left take.
const NAMES: usize = 13;

/// A metric in words: meaning, unit, direction, sources, frameworks, advice. `sources` are the titles of the formats
/// that supply it.
pub fn explain(metric: &Metric, sources: &[&str], width: usize, colour: bool) -> String {
    let mut out = String::new();
    let mut write = |line: Line| line.write(&mut out, width, colour);
    write(
        Line::new()
            .styled(STRONG, &metric.id)
            .text("  ")
            .text(&metric.title),
    );
    write(Line::new());
    let supplied = match (sources, metric.id.starts_with("dora.")) {
        ([], true) => "the git history".to_owned(),
        ([], false) if is_recorded(&metric.id) => "`andon run --record`".to_owned(),
        ([], false) => "no format; define it under `metrics:` in andon.yaml".to_owned(),
        (sources, _) => sources.join(", "),
    };
    let unit = format!("{}: write {}", metric.unit.symbol(), metric.unit.hint());
    for (name, text) in [
        ("Meaning", metric.meaning.as_ref()),
        ("Unit", &unit),
        ("Direction", words::direction(metric.better)),
        ("Measured on", &words::scopes(metric)),
        ("Judged on", &words::parts(metric)),
        ("Supplied by", &supplied),
        ("Frameworks", &words::frameworks(metric)),
        ("If it slips", &metric.advice),
    ] {
        let lines = fit::wrap(text, width.saturating_sub(NAMES));
        for (at, text) in lines.iter().enumerate() {
            let head = format!("{:NAMES$}", if at == 0 { name } else { "" });
            write(Line::new().styled(STRONG, &head).text(text));
        }
    }
    stdout_safe(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue;

    #[test]
    fn explains_a_metric() {
        insta::assert_snapshot!(explain(
            &catalogue::COVERAGE_LINE,
            &["LCOV", "JaCoCo XML"],
            80,
            false
        ));
        insta::assert_snapshot!(explain(&catalogue::DORA_LEAD_TIME, &[], 80, false));
        insta::assert_snapshot!(explain(
            &catalogue::LINT_FINDINGS,
            &["clippy JSON"],
            80,
            false
        ));
    }
}
