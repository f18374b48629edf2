//! Wilson's score interval for a proportion.

/// The 97.5th percentile of the standard normal distribution: two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// The 95 % interval of the proportion `part / whole`, as shares of 1; `None` for nothing out of nothing.
#[allow(
    clippy::cast_precision_loss,
    reason = "counts far below 2^53 in practice; beyond it the interval has no width to lose"
)]
pub fn wilson(part: u64, whole: u64) -> Option<(f64, f64)> {
    if whole == 0 || part > whole {
        return None;
    }
    let (n, share) = (whole as f64, part as f64 / whole as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / scale;
    let reach = Z / scale * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = if part == 0 {
        0.0
    } else {
        (centre - reach).max(0.0)
    };
    let high = if part == whole {
        1.0
    } else {
        (centre + reach).min(1.0)
    };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.binomtest(k, n).proportion_ci(0.95, "wilson")` of scipy 1.17.1.
    #[test]
    fn agrees_with_scipy() {
        for (part, whole, low, high) in [
            (0, 3, 0.0, 0.561_497_031_755_045_4),
            (1, 3, 0.061_491_944_720_396_26, 0.792_340_399_197_952_3),
            (3, 49, 0.021_040_146_672_967_47, 0.165_204_878_357_264_02),
            (7, 49, 0.070_964_237_204_067_62, 0.266_677_062_239_144_06),
            (10, 10, 0.722_467_200_137_110_9, 1.0),
            (81, 263, 0.255_288_519_878_274_2, 0.366_209_576_982_800_04),
            (0, 1, 0.0, 0.793_450_685_622_762_6),
            (1, 1, 0.206_549_314_377_237_45, 1.0),
        ] {
            let (found_low, found_high) = wilson(part, whole).unwrap();
            assert!(
                (found_low - low).abs() < 1e-12,
                "{part}/{whole}: {found_low}"
            );
            assert!(
                (found_high - high).abs() < 1e-12,
                "{part}/{whole}: {found_high}"
            );
        }
    }

    #[test]
    fn nothing_out_of_nothing_has_no_interval() {
        assert_eq!(wilson(0, 0), None);
        assert_eq!(wilson(2, 1), None);
    }
}
