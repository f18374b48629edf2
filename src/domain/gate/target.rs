//! Bounds that come into force one after another, and how near a value is to the one of the day.

use std::fmt;

use jiff::civil::Date;

use crate::domain::gate::condition::{Condition, Op};
use crate::domain::metric::{Better, Metric};
use crate::domain::value::{Decimal, Value};

/// A bound from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The first day on which it counts.
    pub from: Date,
    /// The time that the policy names it by: `2026-Q2`, `2026-12`, `2027-01-15`.
    pub period: String,
    /// What must hold from then on.
    pub bound: Condition,
}

/// Bounds by date, each in force until the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    steps: Vec<Target>,
}

impl Targets {
    /// These targets, in whatever order; `None` of none.
    pub fn new(mut steps: Vec<Target>) -> Option<Targets> {
        steps.sort_by_key(|target| target.from);
        (!steps.is_empty()).then_some(Targets { steps })
    }

    /// All of them, by date.
    pub fn steps(&self) -> &[Target] {
        &self.steps
    }

    /// The one in force on a day; `None` before the first.
    pub fn on(&self, day: Date) -> Option<&Target> {
        self.steps.iter().rev().find(|target| target.from <= day)
    }

    /// The one that comes into force next after a day.
    pub fn after(&self, day: Date) -> Option<&Target> {
        self.steps.iter().find(|target| target.from > day)
    }
}

/// From which share of the target a value is in which zone. Only values of metrics that know better and worse have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zones {
    /// Percent of the target from which it is green.
    pub green: Decimal,
    /// Percent of the target from which it is yellow; below it is red.
    pub yellow: Decimal,
}

/// How a value stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// Near the target or beyond it, and not on the way back.
    Green,
    /// Some way off, or near it and standing still.
    Yellow,
    /// Far off, or getting worse.
    Red,
}

impl Zone {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Zone::Green => "green",
            Zone::Yellow => "yellow",
            Zone::Red => "red",
        }
    }
}

/// Which way a metric goes over time, as far as its history tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Direction {
    /// For the better.
    Better,
    /// For the worse.
    Worse,
    /// Neither: a plateau.
    Level,
    /// It cannot be told, for this reason.
    Unknown(String),
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Direction::Better => f.write_str("getting better"),
            Direction::Worse => f.write_str("getting worse"),
            Direction::Level => f.write_str("on a plateau"),
            Direction::Unknown(why) => write!(f, "direction not known: {why}"),
        }
    }
}

impl Zones {
    /// The least of the value that is in the zone from this share (in percent) on, as a bound. Where lower is better a
    /// share of 90 % is a value that is a ninth over the target. `None` where the numbers grow beyond what is held.
    fn bound(target: &Condition, share: Decimal, better: Better) -> Option<Condition> {
        let bound = match better {
            Better::Higher | Better::Neither => {
                let (mantissa, scale) = share.parts();
                let scale = i32::try_from(scale).ok()? + 2;
                target.bound.scaled(mantissa, -scale)
            }
            Better::Lower => quotient(target.bound, share),
        }?;
        let op = match target.op {
            Op::AtLeast | Op::Above => Op::AtLeast,
            Op::AtMost | Op::Below => Op::AtMost,
            Op::Exactly => return None,
        };
        Some(Condition {
            op,
            bound,
            text: format!("{share}% of {}", target.text),
        })
    }

    /// What must hold for a value not to be red, and for it to be green, by its share of the target alone.
    pub fn bounds(&self, target: &Condition, better: Better) -> Option<(Condition, Condition)> {
        let red = Zones::bound(target, self.yellow, better)?;
        Some((red, Zones::bound(target, self.green, better)?))
    }

    /// The zone of a value that is in `by_share` by its share alone. A value that is on its way back is red, one that
    /// stands still short of the target is at best yellow; where the direction is not known, the share alone decides.
    pub fn zone(by_share: Zone, met: bool, direction: &Direction) -> Zone {
        match (by_share, direction) {
            (_, Direction::Worse) => Zone::Red,
            (Zone::Green, Direction::Level) if !met => Zone::Yellow,
            (zone, _) => zone,
        }
    }
}

/// `amount / share`, the share in percent, rounded towards 0: to at most six digits after the point that the amount has.
fn quotient(amount: Decimal, share: Decimal) -> Option<Decimal> {
    let ((mantissa, scale), (percent, cut)) = (amount.parts(), share.parts());
    if percent <= 0 {
        return None;
    }
    let digits = 6_u32.min(12_u32.checked_sub(scale)?);
    let top = i128::from(mantissa).checked_mul(10_i128.checked_pow(cut + 2 + digits)?)?;
    let mantissa = i64::try_from(top / i128::from(percent)).ok()?;
    Decimal::new(mantissa, scale + digits)
}

/// How much of a target a value reaches, in percent: where lower is better, the target's share of the value. `None`
/// where shares say nothing: of a metric without a direction, and of a target of 0 or less that is not met.
pub fn share(value: Value, target: &Condition, metric: &Metric) -> Option<f64> {
    let (value, bound) = (value.to_f64(), target.bound.to_f64());
    let (part, whole) = match metric.better {
        Better::Higher => (value, bound),
        Better::Lower => (bound, value),
        Better::Neither => return None,
    };
    let share = part / whole * 100.0;
    (share.is_finite() && whole > 0.0 && part >= 0.0).then_some(share)
}

/// How the value that decided stands to the target of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The time that names the target: `2026-Q2`.
    pub period: String,
    /// The target as it is written: `>= 75%`.
    pub text: String,
    /// Whether the target is in force; the first one may be yet to come.
    pub due: bool,
    /// Whether it is met. What has no value does not meet it.
    pub met: bool,
    /// How much of it the value reaches, in percent.
    pub share: Option<f64>,
    /// The zone, where the policy has zones.
    pub zone: Option<Zone>,
    /// Which way the metric goes, where the policy has zones.
    pub direction: Option<Direction>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::gate::fixture::{condition, decimal, gate};
    use crate::domain::gate::judge::holds;
    use crate::domain::unit::Unit;

    fn target(from: Date, bound: &str) -> Target {
        Target {
            from,
            period: from.to_string(),
            bound: condition(&Unit::Percent, bound),
        }
    }

    #[test]
    fn the_newest_that_has_begun_is_in_force() {
        let steps = vec![
            target(date(2026, 4, 1), ">= 75%"),
            target(date(2026, 1, 1), ">= 60%"),
        ];
        let targets = Targets::new(steps).unwrap();
        let on = |day| targets.on(day).map(|target| target.bound.text.as_str());
        assert_eq!(on(date(2025, 12, 31)), None);
        assert_eq!(on(date(2026, 1, 1)), Some(">= 60%"));
        assert_eq!(on(date(2026, 3, 31)), Some(">= 60%"));
        assert_eq!(on(date(2026, 4, 1)), Some(">= 75%"));
        assert_eq!(on(date(2030, 1, 1)), Some(">= 75%"));
        let next = targets.after(date(2026, 1, 1)).map(|target| target.from);
        assert_eq!(next, Some(date(2026, 4, 1)));
        assert_eq!(Targets::new(Vec::new()), None);
    }

    #[test]
    fn zones_begin_at_shares_of_the_target_whichever_way_is_better() {
        let zones = Zones {
            green: decimal("90"),
            yellow: decimal("70"),
        };
        let higher = condition(&Unit::Percent, ">= 80%");
        let (red, green) = zones.bounds(&higher, Better::Higher).unwrap();
        assert_eq!((red.bound, green.bound), (decimal("56"), decimal("72")));
        let lower = condition(&Unit::Seconds, "<= 0.63s");
        let (red, green) = zones.bounds(&lower, Better::Lower).unwrap();
        assert_eq!((red.bound, green.bound), (decimal("0.9"), decimal("0.7")));
        // Rounded to the strict side.
        let third = Zones {
            yellow: decimal("30"),
            ..zones
        };
        let (red, _) = third
            .bounds(&condition(&Unit::Count, "<= 10"), Better::Lower)
            .unwrap();
        assert_eq!(red.bound, decimal("33.333333"));
        // Nothing is no share of anything: only none at all will do.
        let (red, green) = zones
            .bounds(&condition(&Unit::Count, "<= 0"), Better::Lower)
            .unwrap();
        assert_eq!((red.bound, green.bound), (decimal("0"), decimal("0")));
    }

    #[test]
    fn shares_of_nothing_are_not_stated() {
        let coverage = gate("coverage.line").metric;
        let failed = gate("tests.failed").metric;
        let of =
            |value, text, metric: &Metric| share(value, &condition(&metric.unit, text), metric);
        let half = Value::ratio(1, 2).unwrap();
        assert_eq!(of(half, ">= 80%", &coverage), Some(62.5));
        assert_eq!(of(half, ">= 0%", &coverage), None);
        assert_eq!(of(Value::Count(4), "<= 2", &failed), Some(50.0));
        assert_eq!(of(Value::Count(0), "<= 0", &failed), None);
        assert_eq!(of(Value::Count(3), "<= 0", &failed), Some(0.0));
    }

    #[test]
    fn the_direction_counts_beside_the_share() {
        let unknown = Direction::Unknown("3 of 20 points".to_owned());
        for (by_share, met, direction, zone) in [
            (Zone::Green, true, &Direction::Better, Zone::Green),
            (Zone::Green, false, &Direction::Better, Zone::Green),
            (Zone::Green, false, &Direction::Level, Zone::Yellow),
            (Zone::Green, true, &Direction::Level, Zone::Green),
            (Zone::Green, true, &Direction::Worse, Zone::Red),
            (Zone::Green, false, &unknown, Zone::Green),
            (Zone::Yellow, false, &Direction::Better, Zone::Yellow),
            (Zone::Red, false, &Direction::Better, Zone::Red),
        ] {
            assert_eq!(
                Zones::zone(by_share, met, direction),
                zone,
                "{by_share:?} {direction}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_stricter_share_is_a_stricter_bound(
            amount in 0_i64..1_000_000,
            (one, other) in (1_i64..=1_000, 1_i64..=1_000),
            value in 0_u64..2_000_000,
            higher in any::<bool>(),
        ) {
            let (yellow, green) = (one.min(other), one.max(other));
            let tenths = |share| Decimal::new(share, 1).unwrap();
            let zones = Zones { green: tenths(green), yellow: tenths(yellow) };
            let (op, better) = if higher { (Op::AtLeast, Better::Higher) } else { (Op::AtMost, Better::Lower) };
            let bound = Decimal::new(amount, 0).unwrap();
            let target = Condition { op, bound, text: String::new() };
            let (red, green) = zones.bounds(&target, better).unwrap();
            let value = Value::Count(value);
            prop_assert!(holds(value, &red) || !holds(value, &green));
            if zones.green <= Decimal::new(100, 0).unwrap() {
                prop_assert!(holds(value, &green) || !holds(value, &target));
            }
        }
    }
}
