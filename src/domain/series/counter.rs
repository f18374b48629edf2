//! Running totals, as programs show them to be scraped: what counts is by how much they rise.

/// The readings of one counter, as they come in the order of time.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counter {
    last: Option<(i64, f64)>,
}

/// By how much a counter rose from one reading to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rise {
    /// When it was read before, in milliseconds since 1970.
    pub since: i64,
    /// When it was read, in milliseconds since 1970.
    pub at: i64,
    /// By how much it rose.
    pub by: f64,
}

impl Counter {
    /// Takes in a reading at a time (milliseconds since 1970): by how much it rose since the one before; `None` of the first.
    /// One that is less than before began anew at nothing, as Prometheus takes it: then all of it is new. Of several at one
    /// moment the first counts.
    pub fn read(&mut self, at: i64, value: f64) -> Option<Rise> {
        let before = self.last;
        if before.is_none_or(|(since, _)| at > since) {
            self.last = Some((at, value));
        }
        let (since, before) = before.filter(|(since, _)| at > *since)?;
        let by = if value < before {
            value
        } else {
            value - before
        };
        Some(Rise { since, at, by })
    }
}

/// What one counter rose by, of readings (milliseconds since 1970, value) in the order of time.
pub fn rises(readings: impl IntoIterator<Item = (i64, f64)>) -> Vec<Rise> {
    let mut counter = Counter::default();
    let readings = readings.into_iter();
    let rises = readings.filter_map(|(at, value)| counter.read(at, value));
    rises.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Prometheus 3's `extrapolatedRate` (promql/functions.go) comes to for `increase`, over a window that ends now and
    /// holds these samples (seconds, value): the last less the first, plus what stood there before each reset, and then as
    /// much more as the samples leave of the window.
    fn prometheus(samples: &[(f64, f64)], begin: f64, end: f64) -> Option<f64> {
        let (first, last) = (samples.first()?, samples.last()?);
        if samples.len() < 2 {
            return None;
        }
        let mut result = last.1 - first.1;
        for pair in samples.windows(2) {
            if pair[1].1 < pair[0].1 {
                result += pair[0].1;
            }
        }
        let (mut to_start, mut to_end) = (first.0 - begin, end - last.0);
        let sampled = last.0 - first.0;
        let usual = sampled / (samples.len() - 1) as f64;
        let threshold = usual * 1.1;
        if to_start >= threshold {
            to_start = usual / 2.0;
        }
        if result > 0.0 && first.1 >= 0.0 {
            to_start = to_start.min(sampled * (first.1 / result));
        }
        if to_end >= threshold {
            to_end = usual / 2.0;
        }
        Some(result * (sampled + to_start + to_end) / sampled)
    }

    fn increase(samples: &[(f64, f64)]) -> Option<f64> {
        let readings = samples
            .iter()
            .map(|(at, value)| ((at * 1e3) as i64, *value));
        let rises = rises(readings);
        (!rises.is_empty()).then(|| rises.iter().map(|rise| rise.by).sum())
    }

    /// Where the samples reach from one end of the window to the other, nothing is left to be guessed.
    #[test]
    fn figures_are_those_of_prometheus_where_it_extrapolates_nothing() {
        let every = |seconds: f64, values: &[f64]| -> Vec<(f64, f64)> {
            let at = (0..).map(|n| f64::from(n) * seconds);
            at.zip(values.iter().copied()).collect()
        };
        for (samples, wanted) in [
            // Those of promql/promqltest/testdata/functions.test: 0+10x10, 0+10x5 0+10x4 and their like.
            (
                every(
                    300.0,
                    &[0., 10., 20., 30., 40., 50., 60., 70., 80., 90., 100.],
                ),
                100.0,
            ),
            (
                every(
                    300.0,
                    &[0., 10., 20., 30., 40., 50., 0., 10., 20., 30., 40.],
                ),
                90.0,
            ),
            (every(300.0, &[0., 1., 2., 3., 2., 3., 4.]), 7.0),
            // Flat; one reset to nothing; a reset that hides; two resets.
            (every(60.0, &[5., 5., 5.]), 0.0),
            (every(60.0, &[5., 0.]), 0.0),
            (every(60.0, &[5., 3., 4.]), 4.0),
            (every(60.0, &[10., 4., 9., 2.]), 11.0),
            (every(1800.0, &[1000., 1010.]), 10.0),
            (every(0.5, &[0.25, 0.5, 0.125]), 0.375),
        ] {
            let end = samples[samples.len() - 1].0;
            assert_eq!(increase(&samples), Some(wanted), "{samples:?}");
            let theirs = prometheus(&samples, 0.0, end).unwrap();
            assert!((theirs - wanted).abs() < 1e-9, "{theirs} {samples:?}");
        }
        assert_eq!((increase(&[(0.0, 7.0)]), increase(&[])), (None, None));
        // Else they are what was seen, and theirs is what they make of it.
        let inside = [(43_200.0 - 3_600.0, 1_000.0), (43_200.0 - 1_800.0, 1_010.0)];
        assert_eq!(increase(&inside), Some(10.0));
        assert!((prometheus(&inside, 0.0, 43_200.0).unwrap() - 25.0).abs() < 1e-9);
    }

    #[test]
    fn one_moment_has_one_reading() {
        let mut counter = Counter::default();
        assert_eq!(counter.read(1, 5.0), None);
        assert_eq!(counter.read(1, 9.0), None);
        assert_eq!(counter.read(0, 9.0), None);
        let rise = Rise {
            since: 1,
            at: 3,
            by: 2.0,
        };
        assert_eq!(counter.read(3, 7.0), Some(rise));
    }

    proptest::proptest! {
        #[test]
        fn a_counter_never_falls_and_parts_make_the_whole(values in proptest::collection::vec(0_u32..1_000, 0..40), cut in 0_usize..40) {
            let readings: Vec<(i64, f64)> = (0..).zip(values.iter().map(|value| f64::from(*value))).collect();
            let all = rises(readings.iter().copied());
            proptest::prop_assert!(all.iter().all(|rise| rise.by >= 0.0));
            // The reading at the seam belongs to both.
            let cut = cut.min(readings.len());
            let (before, after) = (&readings[..cut], &readings[cut.saturating_sub(1)..]);
            let parts = rises(before.iter().copied()).len() + rises(after.iter().copied()).len();
            proptest::prop_assert_eq!(parts, all.len());
        }
    }
}
