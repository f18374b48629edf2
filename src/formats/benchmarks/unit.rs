//! What units mean: which measure a number belongs to, and what it is in the base unit.

use crate::domain::report::benchmarks::Stated;
use crate::domain::report::{Centre, Measure, Quantity, Spread};
use crate::domain::unit::{self, Unit};

/// What a unit says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    /// What is measured.
    pub(super) measure: Measure,
    /// By what a number is multiplied to be in the base unit.
    pub(super) factor: f64,
}

/// The meaning of a unit: `ns`, `ms/op`, `MB/s`, `B/op`, `ops/us`, `req/sec`. `None` where it has a meaning of its own.
pub(super) fn scale(unit: &str) -> Option<Scale> {
    let (unit, factor) = Unit::of_symbol(unit);
    let measure = match unit {
        Unit::Seconds => Measure::Time,
        Unit::Bytes => Measure::Memory,
        Unit::PerSecond => Measure::Throughput,
        _ => return None,
    };
    Some(Scale { measure, factor })
}

/// A number in its unit as a quantity; in a unit of its own it is an `otherwise`. `None` for what is no finite number,
/// or is below nothing where that cannot be.
pub(super) fn quantity(value: f64, unit: &str, otherwise: Measure) -> Option<Quantity> {
    let own = Scale {
        measure: otherwise,
        factor: 1.0,
    };
    scaled(value, unit, scale(unit).unwrap_or(own))
}

/// A number in a unit of which it is known what it means.
pub(super) fn scaled(value: f64, unit: &str, scale: Scale) -> Option<Quantity> {
    let free = matches!(scale.measure, Measure::Score | Measure::Cost);
    let base = unit::scaled(value, scale.factor);
    (base.is_finite() && (free || base >= 0.0)).then(|| Quantity {
        name: String::new(),
        measure: scale.measure,
        value: base,
        stated: Stated {
            value,
            unit: unit.trim().to_owned(),
        },
        centre: Centre::Single,
        spread: None,
        samples: None,
    })
}

impl Quantity {
    /// States which estimate it is.
    pub(super) fn estimated_by(mut self, centre: Centre) -> Quantity {
        self.centre = centre;
        self
    }

    /// Gives it a name of its own.
    pub(super) fn named(mut self, name: impl Into<String>) -> Quantity {
        self.name = name.into();
        self
    }

    /// States how many samples it rests on.
    pub(super) fn of_samples(mut self, samples: Option<u64>) -> Quantity {
        self.samples = samples;
        self
    }

    /// Adds the spread, given in the unit that the tool wrote; one that is not finite is none.
    pub(super) fn spread_by(mut self, spread: Option<Spread>) -> Quantity {
        let factor = match self.stated.value {
            0.0 => scale(&self.stated.unit).map_or(1.0, |scale| scale.factor),
            stated => self.value / stated,
        };
        self.spread = spread.and_then(|spread| in_base(spread, factor));
        self
    }
}

fn in_base(spread: Spread, factor: f64) -> Option<Spread> {
    let (spread, ends) = match spread {
        Spread::Deviation(size) => (Spread::Deviation(size * factor), [size * factor, 0.0]),
        Spread::Within(size) => (Spread::Within(size * factor), [size * factor, 0.0]),
        Spread::Range { low, high } => {
            let (low, high) = (low * factor, high * factor);
            (Spread::Range { low, high }, [low, high])
        }
        Spread::Interval(mut interval) => {
            interval.low *= factor;
            interval.high *= factor;
            let ends = [interval.low, interval.high];
            (Spread::Interval(interval), ends)
        }
    };
    ends.iter().all(|end| end.is_finite()).then_some(spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_say_what_is_measured_and_how_large_it_is() {
        for (unit, measure, factor) in [
            ("ns", Measure::Time, 1e-9),
            ("ns/iter", Measure::Time, 1e-9),
            ("s/op", Measure::Time, 1.0),
            ("µs", Measure::Time, 1e-6),
            ("B/op", Measure::Memory, 1.0),
            ("Megabytes", Measure::Memory, 1e6),
            ("KiB", Measure::Memory, 1024.0),
            ("MB/s", Measure::Throughput, 1e6),
            ("MB/sec", Measure::Throughput, 1e6),
            ("ops/us", Measure::Throughput, 1e6),
            ("req/sec", Measure::Throughput, 1.0),
            ("Mitem/s", Measure::Throughput, 1e6),
            ("iter per second", Measure::Throughput, 1.0),
            ("ops/min", Measure::Throughput, 1.0 / 60.0),
        ] {
            let found = scale(unit).unwrap();
            assert_eq!(found.measure, measure, "{unit}");
            assert!((found.factor / factor - 1.0).abs() < 1e-12, "{unit}");
        }
        for unit in ["", "allocs/op", "%", "Percent", "widgets/op", "Mb", "/"] {
            assert_eq!(scale(unit), None, "{unit}");
        }
    }

    #[test]
    fn what_is_no_number_is_no_quantity() {
        assert!(quantity(f64::NAN, "ns", Measure::Cost).is_none());
        assert!(quantity(f64::INFINITY, "x", Measure::Cost).is_none());
        assert!(quantity(-1.0, "ns", Measure::Cost).is_none());
        assert_eq!(quantity(-1.0, "x", Measure::Cost).unwrap().value, -1.0);
        let fib = quantity(332.6, "ns", Measure::Cost).unwrap();
        assert_eq!(fib.value, 332.6e-9);
        let deviation = Some(Spread::Deviation(2.0));
        let time = quantity(5.0, "ms", Measure::Cost)
            .unwrap()
            .spread_by(deviation);
        assert_eq!(time.spread, Some(Spread::Deviation(0.002)));
    }
}
