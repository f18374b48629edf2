//! A proposed threshold as a policy has it.

use super::shown;
use crate::domain::backtest::Proposal;
use crate::domain::gate::condition::Op;
use crate::domain::metric::Metric;
use crate::domain::value::Decimal;

/// A threshold that can be copied into a policy: as short as a value is shown if just the same runs miss that, else with the
/// digits that this takes, rounded to the lax side.
pub(super) fn written(proposal: &Proposal, metric: &Metric) -> String {
    let same = |text: &str| {
        let bound = metric.unit.parse_amount(text);
        bound.is_ok_and(|bound| proposal.is(&bound))
    };
    let short = shown(proposal.value, metric);
    if same(&short) {
        return short;
    }
    let value = proposal.value.to_f64();
    let (size, unit) = scale(value.abs(), metric.unit.symbol());
    let least = least_places(value / size);
    let mut texts = (least..=Decimal::PLACES).map(|places| {
        let number = lax(value / size, places, proposal.op);
        format!("{number}{unit}")
    });
    // What no text of so many digits tells apart is written as it is held.
    texts
        .find(|text| same(text))
        .unwrap_or_else(|| format!("{}{unit}", value / size))
}

/// What a unit that a value of this size is written in comes to, and how that is written.
fn scale(size: f64, unit: &str) -> (f64, String) {
    let (factor, name) = match unit {
        "s" if size < 1e-6 => (1e-9, " ns"),
        "s" if size < 1e-3 => (1e-6, " µs"),
        "s" if size < 1.0 => (1e-3, " ms"),
        "s" if size < 120.0 => (1.0, " s"),
        "s" if size < 7_200.0 => (60.0, " min"),
        "s" if size < 172_800.0 => (3_600.0, " h"),
        "s" => (86_400.0, " d"),
        "B" if size < 1e3 => (1.0, " B"),
        "B" if size < 1e6 => (1e3, " kB"),
        "B" if size < 1e9 => (1e6, " MB"),
        "B" => (1e9, " GB"),
        "%" | "/s" | "/week" => (1.0, unit),
        "count" | "points" | "" => (1.0, ""),
        own => return (1.0, format!(" {own}")),
    };
    (factor, name.to_owned())
}

/// The digits after the point that make three in all.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=12"
)]
fn least_places(number: f64) -> u32 {
    match number.abs().log10().floor() {
        digits if digits.is_finite() => {
            (2.0 - digits).clamp(0.0, f64::from(Decimal::PLACES)) as u32
        }
        _ => 0,
    }
}

/// A number with so many digits after the point, rounded to the side that fewer miss, without zeros at its end.
fn lax(number: f64, places: u32, op: Op) -> String {
    let step = 10_f64.powi(places.cast_signed());
    let steps = match op {
        Op::AtLeast => (number * step).floor(),
        _ => (number * step).ceil(),
    };
    let places = places as usize;
    let text = format!("{:.places$}", steps / step);
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::backtest::propose;
    use crate::domain::metric::Better;
    use crate::domain::unit::Unit;
    use crate::domain::value::Value;

    fn metric(unit: Unit, better: Better) -> Metric {
        Metric {
            unit,
            better,
            ..crate::domain::catalogue::find("coverage.line")
                .unwrap()
                .clone()
        }
    }

    fn numbers(values: &[f64]) -> Vec<Value> {
        values
            .iter()
            .filter_map(|value| Value::number(*value))
            .collect()
    }

    #[test]
    fn as_many_digits_as_the_rate_takes() {
        let of = |values: &[Value], op, unit, better| {
            let proposal = propose(values, op, 0.34).unwrap();
            written(&proposal, &metric(unit, better))
        };
        let times = numbers(&[0.090_04, 0.106_347_3, 0.107_152_6]);
        let seconds = |values: &[Value]| of(values, Op::AtMost, Unit::Seconds, Better::Lower);
        assert_eq!(seconds(&times), "107 ms");
        assert_eq!(
            seconds(&numbers(&[0.1, 0.106_347_3, 0.106_351])),
            "106.35 ms"
        );
        assert_eq!(
            seconds(&numbers(&[100.0, 4_000.01, 4_000.02])),
            "66.6669 min"
        );
        assert_eq!(seconds(&numbers(&[0.0, 0.0, 1.0])), "0 s");
        let shares =
            [(1, 3), (2, 3), (5, 6)].map(|(part, whole)| Value::ratio(part, whole).unwrap());
        assert_eq!(
            of(&shares, Op::AtLeast, Unit::Percent, Better::Higher),
            "66.66%"
        );
        let rows: Vec<Value> = [1_000, 1_234_567, 1_234_568].map(Value::Count).to_vec();
        assert_eq!(
            of(&rows, Op::AtMost, Unit::Lines, Better::Lower),
            "1234567 lines"
        );
    }

    proptest! {
        #[test]
        fn typed_as_it_is_written_it_has_the_rate_that_is_told(
            values in prop::collection::vec(0.01_f64..2_000.0, 1..60),
            close in any::<bool>(),
            rate in 0.0_f64..=1.0,
            higher in any::<bool>(),
            unit in 0_usize..6,
        ) {
            let unit = [Unit::Seconds, Unit::Bytes, Unit::Percent, Unit::Count, Unit::PerSecond, Unit::Lines][unit].clone();
            let values: Vec<f64> = match close {
                true => values.iter().map(|value| 100.0 + value / 1e5).collect(),
                false => values,
            };
            let values = numbers(&values);
            let (op, better) = match higher {
                true => (Op::AtLeast, Better::Higher),
                false => (Op::AtMost, Better::Lower),
            };
            let proposal = propose(&values, op, rate).unwrap();
            let text = written(&proposal, &metric(unit.clone(), better));
            let bound = unit.parse_amount(&text).unwrap();
            let missed = values.iter().filter(|value| match higher {
                true => value.compare(&bound).is_lt(),
                false => value.compare(&bound).is_gt(),
            });
            prop_assert_eq!(missed.count() as f64 / values.len() as f64, proposal.rate, "{}", text);
        }
    }
}
