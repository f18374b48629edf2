//! Delivery metrics as markdown.

use std::fmt::Write;

use super::rows;
use crate::domain::dora::DoraReport;
use crate::text::escape::markdown::{code, prose};
use crate::text::escape::workflow::stdout_safe;
use crate::text::fit;

/// The longest foreign text in a cell, in characters.
const CELL: usize = 300;

/// The report as a page. Writing to a string cannot fail.
pub fn markdown(report: &DoraReport) -> String {
    let mut page = format!(
        "### Delivery\n\n{}\n\n| | | |\n|:--|:--|:--|\n",
        prose(&rows::heading(report))
    );
    for figure in rows::figures(report) {
        let (title, remark) = (figure.title.trim(), prose(&figure.remark));
        let _ = writeln!(page, "| {title} | **{}** | {remark} |", figure.value);
    }
    let (deployments, more) = rows::listed(report);
    if !deployments.is_empty() {
        page.push_str("\n| Deployment | Day | Shipped | Median lead time | Outcome |\n|:--|:--|:--|:--|:--|\n");
    }
    for deployment in deployments {
        let [tags, day, shipped, lead, outcome] = rows::cells(deployment);
        let why = deployment
            .why
            .iter()
            .map(|why| prose(&fit::cut(&why.sentence(), CELL)));
        let outcome: Vec<String> = std::iter::once(outcome).chain(why).collect();
        let tags = code(&fit::cut(&tags, CELL));
        let _ = writeln!(
            page,
            "| {tags} | {day} | {shipped} | {lead} | {} |",
            outcome.join("<br>")
        );
    }
    if more > 0 {
        let _ = writeln!(page, "\nand {more} more, which did not fail");
    }
    let notes = rows::notes(report);
    if !notes.is_empty() {
        page.push('\n');
    }
    for note in notes {
        let _ = writeln!(page, "- {}", prose(&fit::cut(&note, CELL)));
    }
    stdout_safe(&page).into_owned()
}
