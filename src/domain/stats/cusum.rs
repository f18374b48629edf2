//! The control chart of cumulative sums.

use super::answer::{NoAnswer, enough, settled};

/// One point of the chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sums {
    /// What has gathered above the mean, in standard deviations.
    pub above: f64,
    /// What has gathered below it.
    pub below: f64,
    /// Whether either is beyond the limit.
    pub out: bool,
}

/// The tabular chart of Page (1954; NIST/SEMATECH e-Handbook 6.3.2.3) of `y = (x − mean)/sigma`:
/// `above(t) = max(0, above(t−1) + y − slack)`, `below(t) = max(0, below(t−1) − y − slack)`, out of control beyond
/// `limit`. No more than `most` is kept of either, so that a series that is back shows so before long: as `most` is beyond the
/// limit, the first point out of control is the same as without it. Tuned for shifts of one standard deviation by a slack of ½ and a limit of 5.
pub fn cusum(
    values: &[f64],
    mean: f64,
    sigma: f64,
    slack: f64,
    (limit, most): (f64, f64),
) -> Result<Vec<Sums>, NoAnswer> {
    enough(values, 1)?;
    if !(slack >= 0.0 && limit > 0.0 && most > limit) {
        return Err(NoAnswer::OutOfRange);
    }
    if sigma == 0.0 {
        return Err(NoAnswer::NoSpread);
    }
    let (mut above, mut below) = (0.0_f64, 0.0_f64);
    values
        .iter()
        .map(|value| {
            let y = settled((value - mean) / sigma)?;
            above = settled((above + y - slack).max(0.0))?.min(most);
            below = settled((below - y - slack).max(0.0))?.min(most);
            Ok(Sums {
                above,
                below,
                out: above > limit || below > limit,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_lasting_shift_gathers() {
        let values: Vec<f64> = (0..40).map(|i| if i < 20 { 10.0 } else { 11.0 }).collect();
        let chart = cusum(&values, 10.0, 1.0, 0.5, (5.0, f64::INFINITY)).unwrap();
        assert_eq!(chart.iter().position(|sums| sums.out), Some(30));
        assert!((chart[29].above - 5.0).abs() < 1e-12);
        assert!(chart.iter().all(|sums| sums.below == 0.0));
    }

    #[test]
    fn a_series_that_is_back_is_in_control_soon_and_the_first_alarm_is_where_it_was() {
        let shift = [vec![0.0; 20], vec![8.0; 15], vec![0.0; 20]].concat();
        let outs = |most| {
            let chart = cusum(&shift, 0.0, 1.0, 0.5, (5.0, most)).unwrap();
            let out = chart.iter().enumerate().filter(|(_, sums)| sums.out);
            out.map(|(at, _)| at).collect::<Vec<_>>()
        };
        assert_eq!(outs(8.0), (20..40).collect::<Vec<_>>());
        assert_eq!(outs(f64::INFINITY), (20..55).collect::<Vec<_>>());
        let wrong = cusum(&shift, 0.0, 1.0, 0.5, (5.0, 5.0));
        assert_eq!(wrong.unwrap_err(), NoAnswer::OutOfRange);
    }

    /// Steps of a generator (Numerical Recipes), summed up to something near a normal distribution.
    fn normal(seed: &mut u32) -> f64 {
        let mut sum = -6.0;
        for _ in 0..12 {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            sum += f64::from(*seed >> 8) / f64::from(1_u32 << 24);
        }
        sum
    }

    #[test]
    fn the_bound_leaves_run_lengths_as_they_are_and_a_lasting_shift_in_sight() {
        let (mut seed, mut quiet, mut shifted, mut stays) = (7, 0.0, 0.0, 0.0);
        let rounds = 300;
        for _ in 0..rounds {
            let values: Vec<f64> = (0..4_000).map(|_| normal(&mut seed)).collect();
            let first = |most, values: &[f64]| {
                let chart = cusum(values, 0.0, 1.0, 0.5, (5.0, most)).unwrap();
                chart
                    .iter()
                    .position(|sums| sums.out)
                    .unwrap_or(values.len())
            };
            let shift: Vec<f64> = values.iter().take(200).map(|value| value + 1.0).collect();
            for of in [&values, &shift] {
                assert_eq!(first(8.0, of), first(f64::INFINITY, of));
            }
            quiet += first(8.0, &values) as f64 / f64::from(rounds);
            shifted += (first(8.0, &shift) + 1) as f64 / f64::from(rounds);
            let chart = cusum(&shift, 0.0, 1.0, 0.5, (5.0, 8.0)).unwrap();
            let out = chart.iter().skip(100).filter(|sums| sums.out).count();
            stays += out as f64 / 100.0 / f64::from(rounds);
        }
        // The textbook (Montgomery, table 9.3): 465 and 10.4.
        assert!((390.0..540.0).contains(&quiet), "{quiet}");
        assert!((9.4..11.4).contains(&shifted), "{shifted}");
        assert!(stays > 0.9, "{stays}");
    }
}
