//! Where the number of a user's metric stands.

use super::diagnostics::Diagnostics;
use super::node::Node;
use super::settings::labels;
use crate::domain::reading::{Reading, Spot, Take};
use crate::formats::generic;

/// The ways to say it, of which a metric has one.
const WAYS: [&str; 5] = ["json", "xml", "csv", "text", "openmetrics"];

pub(in crate::config) fn read(node: &Node, d: &mut Diagnostics) -> Option<Reading> {
    let path = node.text_at("path")?.to_owned();
    let written: Vec<&Node> = WAYS.iter().filter_map(|way| node.get(way)).collect();
    let [place] = written.as_slice() else {
        let span = written.get(1).map_or(node.span, |second| second.span);
        d.error(span, "one key says where in the file the number stands")
            .help("`json: /totals/size`, `xml: /report/@total`, `csv: column`, `text: 'size: (?<value>[0-9]+)'` or `openmetrics: name`");
        return None;
    };
    let spot = spot(node)?;
    if let Err(why) = generic::check(&spot) {
        d.error(place.span, why);
        return None;
    }
    if let Some(rows) = node.get("where").filter(|_| node.get("csv").is_none()) {
        d.error(
            rows.span,
            "`where` chooses rows of a table, and this is none",
        )
        .help("it stands beside `csv`");
        return None;
    }
    Some(Reading {
        path,
        spot,
        take: node.text_at("take").and_then(Take::of_word),
        unit: node.text_at("unit").unwrap_or_default().to_owned(),
    })
}

fn spot(node: &Node) -> Option<Spot> {
    let text = |way: &str| node.text_at(way).map(str::to_owned);
    let rows = || labels(node, "where").into_iter().collect();
    text("json")
        .map(Spot::Json)
        .or_else(|| text("xml").map(Spot::Xml))
        .or_else(|| text("text").map(Spot::Text))
        .or_else(|| text("openmetrics").map(Spot::OpenMetrics))
        .or_else(|| {
            text("csv").map(|column| Spot::Csv {
                column,
                rows: rows(),
            })
        })
}
