//! Reports, components, limits, delivery settings: the parts of a policy that judge nothing.

use std::collections::BTreeMap;

use super::diagnostics::Diagnostics;
use super::model::{OnUnmatched, ReportRule};
use super::node::Node;
use super::patterns;
use crate::domain::component::Component;
use crate::domain::dora;
use crate::domain::event::is_among;
use crate::domain::measure::Limits;
use crate::domain::measurement::Labels;
use crate::domain::unit::Unit;

/// Patterns as written.
pub(in crate::config) fn texts(patterns: &[Node]) -> Vec<String> {
    let texts = patterns.iter().filter_map(Node::text);
    texts.map(str::to_owned).collect()
}

/// The labels under a key.
pub(in crate::config) fn labels(node: &Node, key: &str) -> Labels {
    node.get(key)
        .map_or(&[][..], Node::entries)
        .iter()
        .filter_map(|entry| Some((entry.key.clone(), entry.value.text()?.to_owned())))
        .collect()
}

pub(in crate::config) fn reports(document: &Node, d: &mut Diagnostics) -> Vec<ReportRule> {
    named_persons(document, d);
    let rule = |node: &Node| {
        let path = node.get("path")?;
        Some(ReportRule {
            path: path.text()?.to_owned(),
            matcher: patterns::set(std::slice::from_ref(path)),
            format: node.text_at("format").map(str::to_owned),
            labels: labels(node, "labels"),
            origin: d.sources.origin(node.span),
        })
    };
    document
        .items_at("reports")
        .iter()
        .filter_map(rule)
        .collect()
}

/// Refuses labels that tell a person: what stands in a policy is hidden from nobody.
fn named_persons(document: &Node, d: &mut Diagnostics) {
    let personal = personal(document);
    let labels = document.items_at("reports").iter();
    let labels = labels.filter_map(|node| node.get("labels"));
    for entry in labels.flat_map(Node::entries) {
        if is_among(&personal, &entry.key) {
            let what = format!(
                "`{}` is personal, and a label stands in clear in the policy and in what is recorded",
                entry.key
            );
            d.error(entry.value.span, what).help(
                "state it in the events themselves, where it is hidden before anything is kept",
            );
        }
    }
}

pub(in crate::config) fn components(document: &Node) -> Vec<Component> {
    document
        .get("components")
        .map_or(&[][..], Node::entries)
        .iter()
        .map(|entry| Component {
            name: entry.key.clone(),
            paths: patterns::set(entry.value.items_at("paths")),
            path_texts: texts(entry.value.items_at("paths")),
            owner: entry.value.text_at("owner").map(str::to_owned),
        })
        .collect()
}

/// The dimensions of events that tell a person.
pub(in crate::config) fn personal(document: &Node) -> Vec<String> {
    let privacy = document.get("privacy");
    privacy.map_or_else(Vec::new, |privacy| texts(privacy.items_at("personal")))
}

pub(in crate::config) fn limits(document: &Node, d: &mut Diagnostics) -> Limits {
    let standard = Limits::default();
    let Some(node) = document.get("limits") else {
        return standard;
    };
    let mut limit = |key: &str, standard: u32| {
        let Some(value) = node.get(key) else {
            return standard;
        };
        match value.whole().map(u32::try_from) {
            Some(Err(_)) => {
                d.error(value.span, format!("`{key}` is beyond what can be counted"));
                standard
            }
            Some(Ok(limit)) => limit,
            // Noted by the check.
            None => standard,
        }
    };
    Limits {
        cyclomatic: limit("complexity.cyclomatic", standard.cyclomatic),
        cognitive: limit("complexity.cognitive", standard.cognitive),
        function_length: limit("function.length", standard.function_length),
    }
}

/// Days that a window may have.
const WINDOW: std::ops::RangeInclusive<f64> = 1.0..=3_660.0;

pub(in crate::config) fn dora(document: &Node, d: &mut Diagnostics) -> dora::Options {
    let standard = dora::Options::default();
    let Some(node) = document.get("dora") else {
        return standard;
    };
    dora::Options {
        window: node
            .get("window")
            .and_then(|node| window(node, d))
            .unwrap_or(standard.window),
        tag_prefix: node.text_at("tag_prefix").map(str::to_owned),
        reach: match node.text_at("tags") {
            Some("reachable") => dora::Reach::Head,
            Some("all") => dora::Reach::All,
            _ => dora::Reach::Auto,
        },
        clock: match node.text_at("clock") {
            Some("author") => dora::Clock::Author,
            Some("tagger") => dora::Clock::Tagger,
            _ => dora::Clock::Committer,
        },
        bands: match node.get("bands").and_then(Node::whole) {
            Some(2023) => dora::BandYear::Y2023,
            _ => standard.bands,
        },
        ..standard
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "the range was checked just before"
)]
fn window(node: &Node, d: &mut Diagnostics) -> Option<i64> {
    let text = node.text()?;
    match Unit::Seconds
        .parse_amount(text)
        .map(|amount| amount.to_f64())
    {
        Ok(seconds) if WINDOW.contains(&(seconds / 86_400.0)) => Some(seconds as i64),
        Ok(_) => {
            d.error(node.span, "a window has from 1 day to 10 years")
                .help("the usual ones are `90d` and `365d`");
            None
        }
        Err(_) => {
            d.error(node.span, format!("`{text}` is no length of time"))
                .help("write it in days or weeks: `90d`, `26w`");
            None
        }
    }
}

pub(in crate::config) fn on_unmatched(document: &Node) -> OnUnmatched {
    match document
        .get("paths")
        .and_then(|paths| paths.text_at("unmatched"))
    {
        Some("warn") => OnUnmatched::Warn,
        _ => OnUnmatched::Error,
    }
}

/// Beginnings of report paths, each with what takes its place.
pub(in crate::config) fn replaced(document: &Node) -> BTreeMap<String, String> {
    let Some(paths) = document.get("paths") else {
        return BTreeMap::new();
    };
    labels(paths, "replace").into_iter().collect()
}
