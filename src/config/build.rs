//! From the merged document to the [`Config`]: what the values mean, and whether they fit together.

use super::alerts;
use super::check::check_required;
use super::conflicts;
use super::diagnostics::Diagnostics;
use super::gates;
use super::keep;
use super::keys::{self, Shape};
use super::metrics::{self, Metrics};
use super::model::Config;
use super::node::Node;
use super::place;
use super::publishing;
use super::settings;
use super::waivers;
use crate::domain::gate::policy::{OnProblem, Policy};

/// Builds the configuration of a document whose form was checked.
///
/// Mistakes in the parts that are named are warnings: whoever asks for it does without them.
///
/// # Errors
/// All mistakes, if any is elsewhere.
pub(in crate::config) fn config(
    document: &Node,
    without: &[&'static str],
    mut d: Diagnostics,
) -> Result<Config, Diagnostics> {
    required(document, Shape::Object(&keys::POLICY), &mut d);
    let user_metrics = metrics::read(document, &mut d);
    let metrics = Metrics::new(document, &user_metrics);
    let components = settings::components(document);
    let gates = d.under("gates", |d| {
        let gates = gates::read(document, &metrics, &components, d);
        conflicts::check(&gates, d);
        gates
    });
    let waivers = d.under("waivers", |d| waivers::read(document, &gates, d));
    let alerts = d.under("alerts", |d| alerts::read(document, &metrics, d));
    let config = Config {
        policy: Policy {
            gates: gates.into_iter().map(|written| written.gate).collect(),
            waivers,
            components,
            on_problem: match document.text_at("on_problem") {
                Some("warn") => OnProblem::Warn,
                _ => OnProblem::Fail,
            },
        },
        reports: settings::reports(document, &mut d),
        limits: settings::limits(document, &mut d),
        user_metrics,
        dora: settings::dora(document, &mut d),
        on_unmatched: settings::on_unmatched(document),
        replaced: settings::replaced(document),
        history: place::read(document, &mut d),
        personal: settings::personal(document),
        keep: keep::read(document, &mut d),
        sampling: keep::sampling(document, &mut d),
        audit: keep::audits(document),
        everywhere: keep::everywhere(document),
        publishing: d.under("publish", |d| publishing::read(document, d)),
        alerts,
        files: d.sources.files(),
        broken: Vec::new(),
        warnings: Diagnostics::default(),
    };
    match d.broken_within(without) {
        None => Err(d),
        Some(broken) => Ok(Config {
            broken,
            warnings: d,
            ..config
        }),
    }
}

/// Notes every missing key, wherever it should be.
fn required(node: &Node, shape: Shape, d: &mut Diagnostics) {
    match shape {
        Shape::Object(map) | Shape::Brief(_, map) | Shape::Rule(_, map) => {
            if matches!(node.value, super::node::Yaml::Map(_)) {
                check_required(node, map, d);
            }
            let is_policy = std::ptr::eq(map, &keys::POLICY);
            for key in map.keys {
                match node.get(key.name) {
                    Some(value) if is_policy => {
                        d.under(key.name, |d| required(value, key.shape, d));
                    }
                    Some(value) => required(value, key.shape, d),
                    None => {}
                }
            }
        }
        Shape::List(item) | Shape::OneOrMany(item) => node
            .items()
            .iter()
            .for_each(|node| required(node, *item, d)),
        Shape::Table(value) => {
            for entry in node.entries() {
                required(&entry.value, *value, d);
            }
        }
        _ => {}
    }
}
