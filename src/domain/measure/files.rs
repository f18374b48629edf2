//! Measures of files: maintainability and size.

use std::collections::BTreeMap;

use crate::domain::catalogue::{
    MAINTAINABILITY, MAINTAINABILITY_LOWEST, SIZE_CODE, SIZE_COMMENTS, SIZE_LINES,
};
use crate::domain::component::Component;
use crate::domain::measurement::{Measurement, Scope};
use crate::domain::metric::Metric;
use crate::domain::report::{Code, FileMeasure};
use crate::domain::value::Value;

use super::sink::{Sink, by_scope};

type Size = (&'static Metric, fn(&FileMeasure) -> Option<u64>);

static SIZES: [Size; 3] = [
    (&SIZE_LINES, |file| file.lines),
    (&SIZE_CODE, |file| file.code),
    (&SIZE_COMMENTS, |file| file.comments),
];

/// Unites what several reports say of the same files.
pub(super) fn united<'a>(parts: impl Iterator<Item = &'a Code>) -> Vec<FileMeasure> {
    let mut all = BTreeMap::<&str, FileMeasure>::new();
    for file in parts.flat_map(|code| &code.files) {
        all.entry(&file.path)
            .and_modify(|known| known.join(file))
            .or_insert_with(|| file.clone());
    }
    all.into_values().collect()
}

/// Measures the files of one producer.
pub(super) fn measure(
    files: &[FileMeasure],
    components: &[Component],
    producer: &str,
    sink: &mut Sink<'_>,
) {
    for (scope, files) in by_scope(files, |file| &file.path, components) {
        let over = |metric: &Metric, value: Value, count: usize| {
            Measurement::new(metric.id.clone(), scope.clone(), value)
                .over(count as u64)
                .by(producer.to_owned())
        };
        for (metric, read) in &SIZES {
            let stated: Vec<u64> = files.iter().filter_map(|file| read(file)).collect();
            if !stated.is_empty() {
                let sum = stated
                    .iter()
                    .fold(0, |sum: u64, lines| sum.saturating_add(*lines));
                sink.put(over(metric, Value::Count(sum), stated.len()));
            }
        }
        let mut indices: Vec<f64> = files
            .iter()
            .filter_map(|file| file.maintainability)
            .collect();
        indices.retain(|index| index.is_finite());
        indices.sort_by(f64::total_cmp);
        let Some(&lowest) = indices.first() else {
            continue;
        };
        #[allow(
            clippy::cast_precision_loss,
            reason = "there are fewer than 2^53 files"
        )]
        let mean = Value::number(indices.iter().sum::<f64>() / indices.len() as f64);
        if let Some(mean) = mean {
            sink.put(over(&MAINTAINABILITY, mean, indices.len()));
        }
        if scope == Scope::Project {
            sink.put(over(
                &MAINTAINABILITY_LOWEST,
                Value::Number(lowest),
                indices.len(),
            ));
        }
    }
}
