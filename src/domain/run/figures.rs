//! A run as named numbers with units: what is recorded of it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::measured::{Measured, Taken};
use crate::domain::series::Key;
use crate::domain::unit::Unit;

/// The dimensions that a run sets itself: the command's name, its status, the category of its error, and its side.
pub const RESERVED: [&str; 4] = ["name", "status", "error", Key::SIDE];

/// One number of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The metric: `command.wall`.
    pub name: &'static str,
    /// Its value, in the unit.
    pub value: f64,
    /// The unit.
    pub unit: Unit,
    /// What it is of.
    pub dimensions: BTreeMap<String, String>,
}

/// The numbers of a run. What was not measured is left out; whether it succeeded is always there.
pub fn figures(measured: &Measured) -> Vec<Figure> {
    let mut dimensions = measured.dimensions.clone();
    dimensions.insert("name".to_owned(), measured.name.clone());
    dimensions.insert("status".to_owned(), measured.ending.status());
    if let Some(category) = measured.category {
        dimensions.insert("error".to_owned(), category.id().to_owned());
    }
    let succeeded = f64::from(u8::from(measured.ending.succeeded()));
    let success = [("command.success", Some(succeeded), Unit::Count)];
    measured
        .taken
        .iter()
        .flat_map(taken)
        .chain(success)
        .filter_map(|(name, value, unit)| {
            Some(Figure {
                name,
                value: value?,
                unit,
                dimensions: dimensions.clone(),
            })
        })
        .collect()
}

#[allow(
    clippy::cast_precision_loss,
    reason = "memory in bytes is far below 2^53"
)]
fn taken(taken: &Taken) -> [(&'static str, Option<f64>, Unit); 7] {
    let seconds = |time: Option<Duration>| time.map(|time| time.as_secs_f64());
    let memory = taken.memory;
    [
        ("command.wall", seconds(Some(taken.wall)), Unit::Seconds),
        ("command.user", seconds(taken.user), Unit::Seconds),
        ("command.system", seconds(taken.system), Unit::Seconds),
        (
            "command.memory.peak",
            taken.peak.map(|peak| peak as f64),
            Unit::Bytes,
        ),
        (
            "command.memory.current",
            memory.map(|memory| memory.last as f64),
            Unit::Bytes,
        ),
        (
            "command.memory.mean",
            memory.map(|memory| memory.mean),
            Unit::Bytes,
        ),
        (
            "command.memory.range",
            memory.map(|memory| memory.range() as f64),
            Unit::Bytes,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::{Category, Ending, Memory};

    #[test]
    fn every_figure_is_a_metric_of_the_catalogue() {
        let run = Measured {
            name: "make".to_owned(),
            dimensions: BTreeMap::new(),
            ending: Ending::Code(0),
            category: None,
            taken: Some(Taken {
                wall: Duration::from_secs(1),
                user: None,
                system: None,
                peak: None,
                memory: None,
            }),
        };
        for figure in figures(&run) {
            let metric = crate::domain::catalogue::find(figure.name).unwrap();
            assert_eq!(metric.unit, figure.unit, "{}", figure.name);
        }
        let all = run.taken.iter().flat_map(taken).map(|(name, ..)| name);
        let all: Vec<&str> = all.chain(["command.success"]).collect();
        let known = crate::domain::catalogue::COMMAND_MEASURED.iter();
        assert_eq!(all, known.map(|metric| &*metric.id).collect::<Vec<_>>());
    }

    #[test]
    fn what_was_not_measured_is_no_figure() {
        let mut run = Measured {
            name: "make".to_owned(),
            dimensions: [("os".to_owned(), "linux".to_owned())].into(),
            ending: Ending::Code(2),
            category: Some(Category::Unknown),
            taken: Some(Taken {
                wall: Duration::from_millis(1500),
                user: Some(Duration::from_secs(1)),
                system: Some(Duration::ZERO),
                peak: Some(3 << 20),
                memory: Some(Memory {
                    samples: 2,
                    least: 1 << 20,
                    most: 3 << 20,
                    last: 2 << 20,
                    mean: 2e6,
                }),
            }),
        };
        let shown = |run: &Measured| -> Vec<(&str, f64)> {
            figures(run)
                .iter()
                .map(|figure| (figure.name, figure.value))
                .collect()
        };
        assert_eq!(
            shown(&run),
            [
                ("command.wall", 1.5),
                ("command.user", 1.0),
                ("command.system", 0.0),
                ("command.memory.peak", 3_145_728.0),
                ("command.memory.current", 2_097_152.0),
                ("command.memory.mean", 2e6),
                ("command.memory.range", 2_097_152.0),
                ("command.success", 0.0),
            ]
        );
        let of: Vec<_> = figures(&run).remove(0).dimensions.into_iter().collect();
        let pairs = [
            ("error", "unknown"),
            ("name", "make"),
            ("os", "linux"),
            ("status", "2"),
        ];
        assert_eq!(
            of,
            pairs.map(|(key, value)| (key.to_owned(), value.to_owned()))
        );
        run.taken = None;
        assert_eq!(shown(&run), [("command.success", 0.0)]);
    }
}
