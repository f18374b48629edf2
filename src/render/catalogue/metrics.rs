//! All metrics as a list, and the README's table of them.

use super::words;
use crate::domain::metric::Metric;
use crate::render::table::{Cell, align};

/// The metrics as a table.
pub fn list(metrics: &[&Metric], width: usize, colour: bool) -> String {
    let mut rows = vec![["METRIC", "", "UNIT", "NAME"].map(Cell::new).to_vec()];
    rows.extend(metrics.iter().map(|metric| {
        let cells = [
            &metric.id,
            words::arrow(metric.better),
            metric.unit.symbol(),
            &metric.title,
        ];
        cells.map(Cell::new).to_vec()
    }));
    let mut out = String::new();
    for line in align(&rows, 0, width) {
        line.write(&mut out, width, colour);
    }
    out
}

/// The same in markdown, with meaning and frameworks.
pub fn metrics_markdown(metrics: &[&Metric]) -> String {
    let mut out =
        "| Metric | Unit | Better | What it says | Part | Frameworks |\n|:--|:--|:-:|:--|:--|:--|\n"
            .to_owned();
    for metric in metrics {
        let (unit, arrow) = (metric.unit.symbol(), words::arrow(metric.better));
        let (meaning, parts, frameworks) = (
            metric.meaning.replace('|', "\\|"),
            words::part_keys(metric),
            words::frameworks(metric),
        );
        out.push_str(&format!(
            "| `{}` | {unit} | {arrow} | {meaning} | {parts} | {frameworks} |\n",
            metric.id
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::{COVERAGE_LINE, DORA_LEAD_TIME, SIZE_CODE};
    use crate::text::fit;

    #[test]
    fn lists_metrics() {
        let some = [&COVERAGE_LINE, &SIZE_CODE, &DORA_LEAD_TIME];
        insta::assert_snapshot!(list(&some, 80, false));
        insta::assert_snapshot!(metrics_markdown(&some));
    }

    #[test]
    fn the_whole_catalogue_fits() {
        let text = list(crate::domain::catalogue::CATALOGUE, 80, false);
        assert!(
            text.lines()
                .all(|line| fit::width(line) <= 80 && !line.contains('…')),
            "{text}"
        );
    }
}
