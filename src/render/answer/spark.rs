//! Sparklines: a series in one line of blocks.

/// From the least to the greatest.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The values from their least to their greatest in so many columns; a gap is blank. Of more values than columns, the
/// last of each stretch is shown.
pub(in crate::render) fn spark(values: &[Option<f64>], columns: usize) -> String {
    let known = || values.iter().flatten().copied();
    let low = known().fold(f64::INFINITY, f64::min);
    let high = known().fold(f64::NEG_INFINITY, f64::max);
    let block = |value: &Option<f64>| match value {
        None => ' ',
        Some(value) => {
            let share = (value - low) / (high - low);
            // Of equal values none is least.
            let share = if share.is_finite() { share } else { 0.5 };
            let at = BLOCKS.iter().enumerate().rposition(|(at, _)| {
                #[allow(clippy::cast_precision_loss, reason = "there are eight blocks")]
                let from = at as f64 / BLOCKS.len() as f64;
                share >= from
            });
            at.and_then(|at| BLOCKS.get(at)).copied().unwrap_or(' ')
        }
    };
    narrowed(values, columns).iter().map(block).collect()
}

/// At most so many values: the last known one of each stretch.
pub(super) fn narrowed(values: &[Option<f64>], columns: usize) -> Vec<Option<f64>> {
    let columns = columns.max(1);
    if values.len() <= columns {
        return values.to_vec();
    }
    let stretch = |column: usize| {
        let begin = column * values.len() / columns;
        let end = (column + 1) * values.len() / columns;
        let part = values.get(begin..end).unwrap_or_default();
        part.iter().rev().flatten().next().copied()
    };
    (0..columns).map(stretch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_low_the_greatest_is_high_and_a_gap_is_blank() {
        let values = [Some(1.0), None, Some(4.5), Some(8.0)];
        assert_eq!(spark(&values, 10), "▁ ▅█");
        assert_eq!(spark(&values, 2), "▁█");
        assert_eq!(spark(&[Some(3.0), Some(3.0)], 5), "▅▅");
        assert_eq!(spark(&[], 5), "");
        let many: Vec<Option<f64>> = (0..1000).map(|n| Some(f64::from(n))).collect();
        assert_eq!(spark(&many, 8), "▁▂▃▄▅▆▇█");
    }
}
