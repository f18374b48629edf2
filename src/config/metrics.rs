//! Metrics of the user's own, and the metrics that a policy can name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::diagnostics::Diagnostics;
use super::model::{Supply, UserMetric};
use super::node::{Entry, Node};
use super::reading;
use crate::domain::catalogue::{self, CATALOGUE, is_recorded};
use crate::domain::formula::Formula;
use crate::domain::metric::{BY_PROJECT, Better, Metric, ScopeKind};
use crate::domain::unit::Unit;
use crate::text::suggest::closest;

/// The metrics that a policy can name.
pub(in crate::config) struct Metrics {
    own: BTreeMap<String, Arc<Metric>>,
    /// The formulas of those that are computed, as they are written.
    formulas: BTreeMap<String, String>,
    /// Ids that the policy defines with a mistake, which is noted there.
    broken: Vec<String>,
}

impl Metrics {
    pub(in crate::config) fn new(document: &Node, own: &[UserMetric]) -> Metrics {
        let defined = document.get("metrics").map_or(&[][..], Node::entries);
        let broken = defined.iter().map(|entry| entry.key.clone()).collect();
        let formula = |own: &UserMetric| match &own.supply {
            Supply::Formula(formula) => {
                Some((own.metric.id.to_string(), formula.text().to_owned()))
            }
            Supply::File(_) | Supply::Report => None,
        };
        let formulas = own.iter().filter_map(formula).collect();
        let own = own
            .iter()
            .map(|own| (own.metric.id.to_string(), own.metric.clone()));
        Metrics {
            own: own.collect(),
            formulas,
            broken,
        }
    }

    /// Which way a metric is better, where that is known.
    pub(in crate::config) fn better(&self, id: &str) -> Better {
        let own = || self.own.get(id).map(|metric| metric.better);
        let known = catalogue::find(id).map(|metric| metric.better);
        known.or_else(own).unwrap_or(Better::Neither)
    }

    /// How a metric is computed, as it is written; `None` where it is not.
    pub(in crate::config) fn formula(&self, id: &str) -> Option<&str> {
        self.formulas.get(id).map(String::as_str)
    }

    /// The metric that a node names; a name that is none is noted.
    pub(in crate::config) fn named(&self, node: &Node, d: &mut Diagnostics) -> Option<Arc<Metric>> {
        let id = node.text()?;
        if let Some(metric) = catalogue::find(id) {
            return Some(Arc::new(metric.clone()));
        }
        if let Some(metric) = self.own.get(id) {
            return Some(metric.clone());
        }
        if self.broken.iter().any(|broken| broken == id) {
            return None;
        }
        let candidates = CATALOGUE.iter().map(|metric| &*metric.id);
        let candidates = candidates.chain(self.own.keys().map(String::as_str));
        let meant = closest(id, candidates);
        d.error(node.span, format!("there is no metric `{id}`"))
            .help("`andon explain` lists the metrics; `metrics:` defines your own")
            .did_you_mean(meant);
        None
    }
}

/// Metrics that a policy may define: a bound on hostile files.
const METRICS: usize = 200;

struct Draft<'a> {
    entry: &'a Entry,
    own: UserMetric,
}

/// The user's own metrics, each after those that its formula needs.
pub(in crate::config) fn read(document: &Node, d: &mut Diagnostics) -> Vec<UserMetric> {
    let entries = document.get("metrics").map_or(&[][..], Node::entries);
    let ids: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    if let Some(entry) = entries.get(METRICS) {
        d.error(
            entry.key_span,
            format!("a policy has at most {METRICS} metrics of its own"),
        );
        return Vec::new();
    }
    let mut drafts = Vec::new();
    // What is built in by now may still be declared, as it is.
    for entry in entries.iter().filter(|entry| !is_built_in(entry)) {
        check_id(entry, d);
        let is_percentage = |id: &str| is_percentage(id, entries);
        if let Some(own) = draft(entry, &ids, is_percentage, d) {
            drafts.push(Draft { entry, own });
        }
    }
    in_order(drafts, &ids, d)
}

/// Whether what is declared is a built-in metric that only events state, just as it is.
fn is_built_in(entry: &Entry) -> bool {
    let Some(known) = catalogue::find(&entry.key).filter(|known| is_recorded(&known.id)) else {
        return false;
    };
    let better = match known.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "neither",
    };
    let unit = entry.value.text_at("unit").unwrap_or_default();
    let unit = Unit::of_symbol(Unit::from(unit.to_owned()).symbol()).0;
    let keys = entry.value.entries().iter();
    let mut others =
        keys.filter(|entry| !matches!(&*entry.key, "unit" | "better" | "title" | "description"));
    entry.value.text_at("better") == Some(better) && unit == known.unit && others.next().is_none()
}

fn check_id(entry: &Entry, d: &mut Diagnostics) {
    let id = entry.key.as_str();
    if catalogue::find(id).is_some() {
        d.error(
            entry.key_span,
            format!("`{id}` is a built-in metric and cannot be defined anew"),
        )
        .help("give yours another id");
        return;
    }
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if id.len() > 100 || !id.split('.').all(part) {
        d.error(entry.key_span, "this is no id of a metric")
            .help("an id has words of lower-case letters, digits and `_`, joined by dots: `defects.per_kloc`");
    }
}

/// Whether a metric, built in or among those that are defined, is measured in percent.
fn is_percentage(id: &str, entries: &[Entry]) -> bool {
    let known = catalogue::find(id).map(|metric| metric.unit.clone());
    let own = || {
        let entry = entries.iter().find(|entry| entry.key == id)?;
        Some(Unit::from(entry.value.text_at("unit")?.to_owned()))
    };
    known.or_else(own) == Some(Unit::Percent)
}

fn draft(
    entry: &Entry,
    ids: &[&str],
    is_percentage: impl Fn(&str) -> bool,
    d: &mut Diagnostics,
) -> Option<UserMetric> {
    let node = &entry.value;
    let unit = node.get("unit");
    if let Some(unit) =
        unit.filter(|unit| unit.text().is_some_and(|text| text.chars().count() > 20))
    {
        d.error(unit.span, "a unit has at most 20 characters");
    }
    let better = match node.text_at("better")? {
        "higher" => Better::Higher,
        "lower" => Better::Lower,
        "neither" => Better::Neither,
        _ => return None,
    };
    let mut supply = supply(node, ids, d)?;
    let stated = unit.and_then(Node::text).unwrap_or_default();
    let (base, scale) = match Unit::from(stated.to_owned()) {
        Unit::Custom(own) => Unit::of_symbol(&own),
        base => (base, 1.0),
    };
    #[allow(clippy::float_cmp, reason = "the factor of a base unit is exactly one")]
    match &mut supply {
        _ if scale == 1.0 => {}
        Supply::Formula(_) => {
            let span = unit.map_or(entry.key_span, |unit| unit.span);
            d.error(
                span,
                format!("a formula does not compute in `{stated}`: durations are in seconds, sizes in bytes"),
            )
            .help(format!("write `unit: {base}`; tables show it in the size that fits"));
            return None;
        }
        Supply::File(reading) if reading.unit.is_empty() => stated.clone_into(&mut reading.unit),
        Supply::File(_) | Supply::Report => {}
    }
    // `errors / requests` of 5 in 100 is 5 %, and not 0.05 %.
    let supply = match supply {
        Supply::Formula(formula) if base == Unit::Percent && formula.is_share(is_percentage) => {
            Supply::Formula(formula.in_percent())
        }
        supply => supply,
    };
    let text = |key: &str| node.text_at(key).map(|text| Cow::Owned(text.to_owned()));
    let id = entry.key.clone();
    Some(UserMetric {
        metric: Arc::new(Metric {
            title: text("title").unwrap_or_else(|| Cow::Owned(id.clone())),
            meaning: text("meaning").unwrap_or_else(|| meaning(&supply)),
            advice: text("advice").unwrap_or(match supply {
                Supply::Formula(_) => "Look at the metrics that it is computed from.".into(),
                Supply::File(_) | Supply::Report => "Look at the tool that states it.".into(),
            }),
            id: Cow::Owned(id),
            unit: base,
            better,
            frameworks: &[],
            scopes: BY_PROJECT,
        }),
        supply,
        scale,
    })
}

fn meaning(supply: &Supply) -> Cow<'static, str> {
    match supply {
        Supply::Formula(formula) => format!("Computed: {}.", formula.text()).into(),
        Supply::File(_) => format!("Read from a file: {supply}.").into(),
        Supply::Report => "Stated by a report under this name.".into(),
    }
}

/// Where the value comes from: a formula, a file, or the reports that state it.
fn supply(node: &Node, ids: &[&str], d: &mut Diagnostics) -> Option<Supply> {
    let (formula, read) = (node.get("formula"), node.get("read"));
    if let (Some(_), Some(read)) = (formula, read) {
        d.error(read.span, "a metric is computed or read, not both")
            .help("leave out `formula` or `read`");
        return None;
    }
    if let Some(read) = read {
        return reading::read(read, d).map(Supply::File);
    }
    let Some(written) = formula else {
        return Some(Supply::Report);
    };
    let formula = match Formula::parse(written.text()?) {
        Ok(formula) => formula,
        Err(error) => {
            d.error(written.span, format!("the formula does not hold: {error}"))
                .help("for example `lint.findings / (size.lines / 1000)`");
            return None;
        }
    };
    let mut sound = true;
    for input in formula.inputs() {
        sound &= check_input(input, written, ids, d);
    }
    sound.then_some(Supply::Formula(formula))
}

fn check_input(input: &str, written: &Node, ids: &[&str], d: &mut Diagnostics) -> bool {
    if ids.contains(&input) {
        return true;
    }
    let Some(metric) = catalogue::find(input) else {
        let candidates = CATALOGUE
            .iter()
            .filter(|metric| metric.scopes.contains(&ScopeKind::Project))
            .map(|metric| &*metric.id);
        d.error(
            written.span,
            format!("the formula names `{input}`, which is no metric"),
        )
        .help("`andon explain` lists the metrics")
        .did_you_mean(closest(input, candidates.chain(ids.iter().copied())));
        return false;
    };
    if metric.scopes.contains(&ScopeKind::Project) {
        return true;
    }
    let over = CATALOGUE
        .iter()
        .find(|metric| metric.id.starts_with(&format!("{input}.")))
        .map_or("", |metric| &*metric.id);
    d.error(
        written.span,
        format!("`{input}` is measured on single functions, a formula on the project"),
    )
    .help(format!("use a figure over all functions, such as `{over}`"));
    false
}

/// Sorts metrics behind those they need. What is left over needs itself.
fn in_order(mut drafts: Vec<Draft<'_>>, ids: &[&str], d: &mut Diagnostics) -> Vec<UserMetric> {
    let mut sorted: Vec<UserMetric> = Vec::new();
    let drafted: Vec<String> = drafts
        .iter()
        .map(|draft| draft.own.metric.id.to_string())
        .collect();
    loop {
        let ready = drafts.iter().position(|draft| {
            draft.own.supply.inputs().iter().all(|input| {
                // One that has a mistake of its own was noted and is no reason to wait.
                !ids.contains(input)
                    || !drafted.iter().any(|id| id == input)
                    || sorted.iter().any(|own| own.metric.id == *input)
            })
        });
        match ready {
            Some(at) => sorted.push(drafts.remove(at).own),
            None => break,
        }
    }
    for draft in drafts {
        d.error(
            draft.entry.key_span,
            format!("the metric `{}` is computed from itself", draft.entry.key),
        )
        .help("a formula may name other metrics, but not in a circle");
    }
    sorted
}
