//! A series as a line of eight heights.

/// The heights.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// At most `columns` characters, each the median of as many neighbouring values; a constant series is of middle height.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share from 0 to 1 of eight heights"
)]
pub(super) fn line(values: &[f64], columns: usize) -> String {
    let size = values.len().div_ceil(columns.max(1)).max(1);
    let median = |chunk: &[f64]| {
        let mut sorted = chunk.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    };
    let heights: Vec<f64> = values.chunks(size).map(median).collect();
    let low = heights.iter().copied().fold(f64::INFINITY, f64::min);
    let high = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bar = |value: &f64| {
        let share = if high > low {
            (value - low) / (high - low)
        } else {
            0.5
        };
        let place = (share * 7.0).round() as usize;
        BARS.get(place).copied().unwrap_or('▁')
    };
    heights.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heights_follow_the_values() {
        assert_eq!(line(&[0.0, 1.0, 2.0, 7.0], 10), "▁▂▃█");
        assert_eq!(line(&[5.0; 3], 10), "▅▅▅");
        assert_eq!(line(&[], 10), "");
        assert_eq!(line(&[1.0; 100], 10).chars().count(), 10);
    }
}
