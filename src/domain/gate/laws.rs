//! Laws that hold for every policy and every snapshot.

use proptest::prelude::*;

use super::fixture::*;
use super::judge::{Judgement, Standing, holds, judge};
use super::past::Past;
use crate::domain::gate::condition::{Condition, Op};
use crate::domain::gate::policy::{Gate, Policy, Regression, Selector};
use crate::domain::gate::verdict::Outcome;
use crate::domain::gate::{Against, evaluate};
use crate::domain::measurement::{Measurement, Part, Scope};
use crate::domain::value::{Decimal, Value};

fn bound(op: Op, hundredths: i64) -> Condition {
    let bound = Decimal::new(hundredths, 2).unwrap();
    Condition {
        op,
        bound,
        text: format!("{} {bound}%", op.symbol()),
    }
}

fn ratio() -> impl Strategy<Value = (u64, u64)> {
    (1_u64..5_000).prop_flat_map(|whole| (0..=whole, Just(whole)))
}

fn any_measurement() -> impl Strategy<Value = Measurement> {
    let scope = prop_oneof![
        Just(Scope::Project),
        "[ab]".prop_map(Scope::File),
        ("[ab]", "[fg]", 0_u32..3).prop_map(|(path, name, line)| Scope::Function {
            path,
            name,
            line
        }),
    ];
    let metric = prop::sample::select(vec![
        "coverage.line",
        "tests.failed",
        "complexity.cyclomatic",
    ]);
    (
        metric,
        scope,
        0_u64..20,
        prop::sample::select(vec!["", "radon", "lizard"]),
    )
        .prop_map(|(metric, scope, value, producer)| {
            Measurement::new(metric, scope, Value::Count(value))
                .over(value * 3)
                .by(producer)
        })
}

fn any_gate() -> impl Strategy<Value = Gate> {
    let metric = prop::sample::select(vec![
        "coverage.line",
        "tests.failed",
        "complexity.cyclomatic",
    ]);
    let selector = prop_oneof![
        Just(Selector::Project),
        Just(Selector::EachFile),
        Just(Selector::EachFunction)
    ];
    let op = prop::sample::select(vec![Op::AtLeast, Op::AtMost, Op::Exactly]);
    (
        metric,
        selector,
        op,
        0_i64..20,
        any::<bool>(),
        prop::option::of(0_u64..20),
    )
        .prop_map(|(metric, selector, op, at, versus, min_basis)| {
            let mut gate = gate(metric).on(selector);
            gate.id = format!("{metric} {} {at}", gate.level as u8);
            gate.require = Some(bound(op, at * 100));
            gate.min_basis = min_basis;
            if versus {
                gate.versus("max_drop: 1")
            } else {
                gate
            }
        })
}

proptest! {
    #[test]
    fn a_worse_value_never_passes_a_stricter_gate(
        (part, whole) in ratio(), worse in 0_u64..5_000, at in 0_i64..=10_000, stricter in 0_i64..5_000,
    ) {
        let good = Value::ratio(part, whole).unwrap();
        let bad = Value::ratio(part.saturating_sub(worse), whole).unwrap();
        for op in [Op::AtLeast, Op::Above] {
            let (loose, strict) = (bound(op, at), bound(op, at + stricter));
            prop_assert!(!holds(bad, &strict) || holds(good, &loose));
        }
        let (good, bad) = (Value::Count(part), Value::Count(part + worse));
        for op in [Op::AtMost, Op::Below] {
            let (loose, strict) = (bound(op, at + stricter), bound(op, at));
            prop_assert!(!holds(bad, &strict) || holds(good, &loose));
        }
    }

    #[test]
    fn a_deeper_fall_never_passes_a_smaller_tolerance(
        (part, whole) in ratio(), base in ratio(), worse in 0_u64..5_000, at in 0_u32..500, less in 0_u32..500,
        relative in any::<bool>(),
    ) {
        let text = |hundredths: u32| {
            let sign = if relative { "%" } else { "pp" };
            format!("max_drop: {}{sign}", Decimal::new(hundredths.into(), 2).unwrap())
        };
        let standing = |covered, text: &str| {
            let gate = gate("coverage.line").versus(text);
            let base = Value::ratio(base.0, base.1);
            let measurement = coverage(Scope::Project, covered, whole);
            judge(&gate, &measurement, since(base)).standing
        };
        let strict = standing(part.saturating_sub(worse), &text(at.saturating_sub(less)));
        let loose = standing(part, &text(at));
        prop_assert!(strict != Standing::Holds || loose == Standing::Holds);
    }

    #[test]
    fn a_worse_head_never_passes_where_a_better_one_fails(
        (part, whole) in ratio(), worse in 0_u64..5_000, past in prop::collection::vec(prop::option::of(ratio()), 3),
        at in 0_i64..=10_000, tolerance in -300_i64..300, kind in 0_usize..4, added in 0_u64..5_000,
    ) {
        let rule = Regression {
            tolerance: Decimal::new(tolerance, 2).unwrap(),
            relative: false,
            text: format!("max_drop: {tolerance}"),
        };
        let mut gate = gate("coverage.line");
        match kind {
            0 => gate.versus_base = Some(rule),
            1 => gate.ratchet = Some(rule),
            2 => (gate.part, gate.require) = (Part::Changed, Some(bound(Op::AtLeast, at))),
            _ => (gate.part, gate.require) = (Part::New, Some(bound(Op::AtLeast, at))),
        }
        let value = |at: usize| {
            let ratio = past.get(at).copied().flatten();
            ratio.and_then(|(part, whole)| Value::ratio(part, whole))
        };
        // The added lines are some of all: what is uncovered in a worse head may be among them.
        let standing = |covered| {
            let measurement = coverage(Scope::Project, covered, whole).of(gate.part);
            let added = Value::ratio(covered.min(added), whole.min(added.max(1)));
            let past = Past { base: value(0), adjusted: value(1), added, bar: value(2) };
            judge(&gate, &measurement, past).standing
        };
        let (bad, good) = (standing(part.saturating_sub(worse)), standing(part));
        prop_assert!(bad != Standing::Holds || good == Standing::Holds);
    }

    #[test]
    fn functions_that_grow_never_pass_where_they_failed(
        before in prop::collection::vec(("[ab]", "[fg]", 0_u64..20), 1..6),
        now in prop::collection::vec(("[ab]", "[fg]", 0_u64..20, 0_u64..5), 1..6),
    ) {
        let at = |at: usize| u32::try_from(at).unwrap_or(0);
        let functions = |grown: bool| {
            let each = now.iter().enumerate();
            each.map(|(line, (path, name, value, more))| {
                function(path, name, at(line), value + if grown { *more } else { 0 })
            })
            .collect::<Vec<_>>()
        };
        let each = before.iter().enumerate();
        let base: Vec<_> = each.map(|(line, (path, name, value))| function(path, name, at(line), *value)).collect();
        let mut gate = gate("complexity.cyclomatic").on(Selector::EachFunction).require("<= 10");
        gate.part = Part::New;
        let small = versus(gate.clone(), functions(false), Some(base.clone()));
        let grown = versus(gate, functions(true), Some(base));
        prop_assert!(small.outcome != Outcome::Fail || grown.outcome == Outcome::Fail);
    }

    #[test]
    fn the_remedy_is_enough_and_no_less_is(
        (part, whole) in ratio(), at in 0_i64..=10_000, base in prop::option::of(ratio()), drop in 0_u32..300,
    ) {
        let mut gate = gate("coverage.line");
        gate.require = Some(bound(Op::AtLeast, at));
        if base.is_some() {
            gate = gate.versus(&format!("max_drop: {}pp", Decimal::new(drop.into(), 2).unwrap()));
        }
        let base = base.and_then(|(part, whole)| Value::ratio(part, whole));
        let measurement = coverage(Scope::Project, part, whole);
        let judgement = judge(&gate, &measurement, since(base));
        let after = |more: u64| {
            let measurement = coverage(Scope::Project, part + more, whole);
            judge(&gate, &measurement, since(base)).standing
        };
        if judgement.standing == Standing::Holds {
            return Ok(());
        }
        let more = steps(&gate, &judgement).unwrap();
        prop_assert!(more >= 1);
        prop_assert_eq!(after(more), Standing::Holds);
        prop_assert_eq!(after(more - 1), Standing::Missed);
    }

    #[test]
    fn order_changes_nothing(
        now in prop::collection::vec(any_measurement(), 0..12),
        base in prop::collection::vec(any_measurement(), 0..12),
        gates in prop::collection::vec(any_gate(), 0..5),
        days in prop::collection::vec((-20_i64..40, prop::option::of("[ab]")), 0..4),
    ) {
        let waivers = days.iter().map(|(days, path)| {
            let day = TODAY.checked_add(jiff::Span::new().days(*days)).unwrap();
            waiver("complexity.cyclomatic", path.as_deref(), day)
        });
        let policy = Policy { gates, waivers: waivers.collect(), ..Policy::default() };
        let verdict = evaluate(&policy, &snapshot(now.clone()), &against(Some(&baseline(base.clone()))), TODAY);
        let again = evaluate(&policy, &snapshot(now.clone()), &against(Some(&baseline(base.clone()))), TODAY);
        prop_assert_eq!(format!("{verdict:?}"), format!("{again:?}"));

        let (mut turned, mut now, mut base) = (policy, now, base);
        turned.gates.reverse();
        turned.waivers.reverse();
        now.reverse();
        base.reverse();
        let mut other = evaluate(&turned, &snapshot(now), &against(Some(&baseline(base))), TODAY);
        other.gates.reverse();
        prop_assert_eq!(format!("{verdict:?}"), format!("{other:?}"));
    }

    #[test]
    fn what_is_not_there_never_passes(now in prop::collection::vec(any_measurement(), 0..12), gate in any_gate()) {
        let verdict = on(gate, now);
        prop_assert!(verdict.judged > 0 || verdict.outcome == Outcome::Missing);
        prop_assert!((verdict.outcome == Outcome::Fail) != verdict.offenders.is_empty() || verdict.outcome == Outcome::Missing);
        prop_assert_eq!(verdict.outcome == Outcome::Fail, !verdict.remedy.is_empty());
    }
}

fn since(base: Option<Value>) -> Past {
    Past {
        base,
        ..Past::default()
    }
}

fn steps(gate: &Gate, judgement: &Judgement<'_>) -> Option<u64> {
    let (policy, snapshot) = (Policy::default(), snapshot(Vec::new()));
    let misses = [judgement];
    super::evidence::Shortfall {
        gate,
        misses: &misses,
        policy: &policy,
        snapshot: &snapshot,
        delta: Against::nothing().delta,
        excused: &std::collections::BTreeSet::new(),
    }
    .steps(judgement)
}
