//! What a gate compares with the past: `versus: base`, `ratchet: true`, and by how much.

use super::condition::{improvement, tolerance};
use super::diagnostics::Diagnostics;
use super::node::Node;
use crate::domain::gate::policy::{Regression, Selector};
use crate::domain::measurement::Part;
use crate::domain::metric::{Better, Metric};
use crate::domain::unit::Unit;
use crate::domain::value::Decimal;

/// The comparisons of a gate.
#[derive(Default)]
pub(in crate::config) struct Comparison {
    pub(in crate::config) versus_base: Option<Regression>,
    pub(in crate::config) ratchet: Option<Regression>,
}

/// Reads what a gate compares with; what makes no sense is noted.
pub(in crate::config) fn comparison(
    gate: &Node,
    metric: &Metric,
    selector: Option<&Selector>,
    part: Part,
    d: &mut Diagnostics,
) -> Comparison {
    let Some(keys) = Keys::new(gate, metric, d) else {
        return Comparison::default();
    };
    if let Some(node) = keys.versus.or(keys.ratchet).filter(|_| !part.is_whole()) {
        let (thing, way) = match part {
            Part::New => (
                "what is new has no value in the baseline",
                "leave it out: `only: new` takes the baseline by itself",
            ),
            _ => (
                "what the change touches has no value of its own in the past",
                "judge it with `require`, or the whole with this",
            ),
        };
        d.error(node.span, format!("{thing} to be compared with"))
            .help(way);
        return Comparison::default();
    }
    match (keys.versus, keys.ratchet) {
        (Some(_), Some(ratchet)) => {
            d.error(
                ratchet.span,
                "`ratchet` and `versus` compare with two different pasts",
            )
            .help("make them two gates, each with its own tolerance");
            Comparison::default()
        }
        (None, Some(ratchet)) => Comparison {
            ratchet: keys.ratchet(ratchet, metric, selector, d),
            versus_base: None,
        },
        (Some(versus), None) => Comparison {
            versus_base: keys.versus(versus, metric, d),
            ratchet: None,
        },
        (None, None) => {
            if let Some((name, node)) = keys.improve.or(keys.amount) {
                d.error(
                    node.span,
                    format!("`{name}` needs a baseline to compare with"),
                )
                .help(if name == "improve_by" {
                    "add `versus: base`"
                } else {
                    "add `versus: base`, or `ratchet: true` to compare with the best so far"
                });
            }
            Comparison::default()
        }
    }
}

/// Whether the gate has a ratchet: one that is set to false is none.
pub(in crate::config) fn ratchets(gate: &Node) -> Option<&Node> {
    gate.get("ratchet").filter(|node| node.flag() == Some(true))
}

type Named<'a> = (&'static str, &'a Node);

/// The keys that compare, as written.
struct Keys<'a> {
    versus: Option<&'a Node>,
    ratchet: Option<&'a Node>,
    improve: Option<Named<'a>>,
    /// The tolerance, by the key that fits the metric's direction.
    amount: Option<Named<'a>>,
    /// That key.
    right: &'static str,
    /// Whether the key of the other direction is there, which is noted.
    wrong: bool,
}

impl<'a> Keys<'a> {
    fn new(gate: &'a Node, metric: &Metric, d: &mut Diagnostics) -> Option<Keys<'a>> {
        let ratchet = ratchets(gate);
        let (right, wrong, way) = match metric.better {
            Better::Higher => ("max_drop", "max_rise", "higher"),
            Better::Lower => ("max_rise", "max_drop", "lower"),
            Better::Neither => {
                let keys = ["versus", "max_drop", "max_rise", "improve_by"];
                let found = keys.iter().find_map(|key| gate.get(key));
                if let Some(node) = found.or(ratchet) {
                    d.error(
                        node.span,
                        format!(
                            "`{}` has no better and no worse, so it cannot fall behind",
                            metric.id
                        ),
                    )
                    .help("judge it with `require`");
                }
                return None;
            }
        };
        let against = gate.entry(wrong).filter(|_| gate.get(wrong).is_some());
        if let Some(entry) = against {
            d.error(
                entry.key_span,
                format!(
                    "`{wrong}` of `{}` limits how much it gets better: {way} is better",
                    metric.id
                ),
            )
            .help(format!("write `{right}`"));
        }
        let named = |key: &'static str| Some((key, gate.get(key)?));
        Some(Keys {
            versus: gate.get("versus"),
            ratchet,
            improve: named("improve_by"),
            amount: named(right),
            right,
            wrong: against.is_some(),
        })
    }

    fn versus(&self, versus: &Node, metric: &Metric, d: &mut Diagnostics) -> Option<Regression> {
        let right = self.right;
        match (self.improve, self.amount) {
            (Some((_, improve)), Some((_, amount))) => {
                d.error_with(
                    improve.span,
                    format!("`improve_by` asks for more than `{right}` does"),
                    amount.span,
                    "which then never counts",
                )
                .help("leave one of them out");
                None
            }
            (Some((_, improve)), None) => improvement(improve, right, metric, d),
            (None, Some((_, amount))) => tolerance(amount, right, metric, d),
            (None, None) => {
                if !self.wrong {
                    let nothing = nothing(metric);
                    d.error(
                        versus.span,
                        format!("`versus: base` needs `{right}`: how far the value may fall behind"),
                    )
                    .help(format!(
                        "`{right}: {nothing}` tolerates nothing; `improve_by` asks for an improvement"
                    ));
                }
                None
            }
        }
    }

    fn ratchet(
        &self,
        ratchet: &Node,
        metric: &Metric,
        selector: Option<&Selector>,
        d: &mut Diagnostics,
    ) -> Option<Regression> {
        if let Some((name, improve)) = self.improve {
            d.error(
                improve.span,
                "a ratchet holds what was reached; it asks for no improvement",
            )
            .help(format!(
                "`{name}` goes with `versus: base`, in a gate of its own"
            ));
            return None;
        }
        if matches!(
            selector?,
            Selector::EachFile | Selector::EachFunction | Selector::Benchmark(_)
        ) {
            d.error(
                ratchet.span,
                "a ratchet holds the project and components, no single files, functions or benchmarks",
            )
            .help(match selector? {
                Selector::EachFunction => {
                    "`only: new` tolerates the functions that missed it before"
                }
                Selector::Benchmark(_) => "`versus: base` compares benchmarks: the best run so far was also the luckiest",
                _ => "`versus: base` compares single files",
            });
            return None;
        }
        let tolerance = match self.amount {
            Some((_, amount)) => tolerance(amount, self.right, metric, d)?,
            None => Regression {
                tolerance: Decimal::new(0, 0)?,
                relative: false,
                text: String::new(),
            },
        };
        let text = match tolerance.text.as_str() {
            "" => "ratchet".to_owned(),
            text => format!("ratchet, {text}"),
        };
        Some(Regression { text, ..tolerance })
    }
}

fn nothing(metric: &Metric) -> &'static str {
    if metric.unit == Unit::Percent {
        "0pp"
    } else {
        "0%"
    }
}
