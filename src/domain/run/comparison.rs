//! Two commands, run in turn: is the second slower than the first?

use super::measured::Measured;
use crate::domain::metric::Better;
use crate::domain::series::Key;
use crate::domain::stats::median;
use crate::domain::watch::{Judgement, Settings, compare};

/// What was run, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The runs of the base, in order.
    pub base: Vec<Measured>,
    /// The runs of the head, in order.
    pub head: Vec<Measured>,
    /// The seed of the order.
    pub seed: u64,
    /// The difference in wall time.
    pub shift: Shift,
}

impl Comparison {
    /// The runs as they are recorded and as gates judge them: of one name, each of its side.
    pub fn runs(&self, name: &str) -> Vec<Measured> {
        let of = |side: &str, runs: &[Measured]| -> Vec<Measured> {
            let sided = |run: &Measured| {
                let mut run = run.clone();
                name.clone_into(&mut run.name);
                run.dimensions.insert(Key::SIDE.to_owned(), side.to_owned());
                run
            };
            runs.iter().map(sided).collect()
        };
        [of(Key::BASE, &self.base), of(Key::HEAD, &self.head)].concat()
    }
}

/// What two lists of times say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The head is slower: hardly by chance, and by enough.
    Worse,
    /// The head is faster: hardly by chance, and by enough.
    Better,
    /// It is not by enough to count.
    Same,
    /// By enough, if it is not by chance, which these values cannot tell.
    Noisy,
    /// There are too few values to say.
    Insufficient,
}

/// How far the head lies from the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The difference of the medians in percent of the base's; more is slower. What is found goes by it.
    pub percent: Option<f64>,
    /// The shift that the interval is of, after Hodges and Lehmann: the median ratio of every value of the head to every value
    /// of the base, in percent. Beside the difference of the medians where a side has two humps.
    pub ratio: Option<f64>,
    /// The interval of the shift at 95 % confidence, in percent.
    pub interval: Option<(f64, f64)>,
    /// How likely such a difference, in the direction that is seen, is by chance.
    pub p: Option<f64>,
    /// What follows.
    pub finding: Finding,
}

/// Judges times of a base and of a head.
pub type Judge = fn(base: &[f64], head: &[f64]) -> Shift;

/// The two-sided 95 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Judges wall times by the rule for repetitions side by side ([`compare`]): in the direction of their medians, so that
/// what is clearly faster is told as well.
pub fn judge(base: &[f64], head: &[f64]) -> Shift {
    let settings = Settings::default();
    let slower = compare(base, head, Better::Lower, &settings);
    let percent = slower.effect.map(|effect| effect * 100.0);
    let (outcome, beyond) = match percent {
        Some(percent) if percent < 0.0 => (
            compare(base, head, Better::Higher, &settings),
            Finding::Better,
        ),
        _ => (slower, Finding::Worse),
    };
    let finding = match outcome.judgement {
        Judgement::Fail | Judgement::Unconfirmed | Judgement::Warn => beyond,
        Judgement::Noisy => Finding::Noisy,
        Judgement::Pass => Finding::Same,
        Judgement::Insufficient(_) => Finding::Insufficient,
    };
    let ratios = ratios(base, head);
    Shift {
        percent,
        ratio: ratios.as_ref().and_then(|ratios| median(ratios).ok()),
        interval: ratios.and_then(|ratios| interval(&ratios, base.len(), head.len())),
        p: outcome.p,
        finding,
    }
}

/// The ratios of every value of the head to every value of the base less 1, in percent, in order.
fn ratios(base: &[f64], head: &[f64]) -> Option<Vec<f64>> {
    if base.iter().any(|base| *base <= 0.0) {
        return None;
    }
    let pairs = head
        .iter()
        .flat_map(|head| base.iter().map(move |base| (head / base - 1.0) * 100.0));
    let mut ratios: Vec<f64> = pairs.collect();
    ratios.sort_by(f64::total_cmp);
    Some(ratios)
}

/// Moses' interval on these ratios of so many values to so many.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of runs are small, and the rank is not negative"
)]
fn interval(ratios: &[f64], base: usize, head: usize) -> Option<(f64, f64)> {
    let (m, n) = (base as f64, head as f64);
    let rank = m * n / 2.0 - Z * (m * n * (m + n + 1.0) / 12.0).sqrt();
    let rank = rank.floor().max(0.0) as usize;
    let low = ratios.get(rank.checked_sub(1)?)?;
    let high = ratios.get(ratios.len().checked_sub(rank)?)?;
    Some((*low, *high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times around 100 with a spread of a few percent, times `factor`.
    fn times(factor: f64) -> Vec<f64> {
        let around = [
            100.0, 101.3, 99.2, 100.7, 98.9, 102.1, 100.2, 99.6, 101.9, 98.4,
        ];
        around.map(|time| time * factor).to_vec()
    }

    #[test]
    fn worse_is_what_is_hardly_chance_and_enough() {
        let found = |factor| judge(&times(1.0), &times(factor)).finding;
        assert_eq!(found(1.25), Finding::Worse);
        assert_eq!(found(0.8), Finding::Better);
        // Surely slower, yet by too little.
        assert_eq!(found(1.04), Finding::Same);
        assert_eq!(found(1.0), Finding::Same);
        let few = |count: usize| judge(&times(1.0)[..count], &times(2.0)[..count]).finding;
        assert_eq!((few(4), few(5)), (Finding::Insufficient, Finding::Worse));
        assert_eq!(judge(&[], &[]).finding, Finding::Insufficient);
        let wild = [60.0, 150.0, 70.0, 160.0, 110.0];
        assert_eq!(judge(&times(1.0), &wild).finding, Finding::Noisy);
        // One slow run among many shifts no median.
        let mut one = times(1.0);
        one[0] = 1000.0;
        assert_eq!(judge(&times(1.0), &one).finding, Finding::Same);
    }

    #[test]
    fn the_interval_holds_the_shift() {
        let shift = judge(&times(1.0), &times(1.25));
        let (low, high) = shift.interval.unwrap();
        let percent = shift.percent.unwrap();
        assert!(
            (percent - 25.0).abs() < 1e-9 && low < 25.0 && 25.0 < high,
            "{shift:?}"
        );
        assert!(low > 22.0 && high < 28.0, "{shift:?}");
        assert_eq!(judge(&[1.0], &[2.0]).interval, None);
    }

    #[test]
    fn the_interval_holds_its_own_shift_where_the_medians_lie_outside() {
        // A base with two humps: its median is of neither.
        let base = [11.0, 11.1, 11.2, 11.3, 15.6, 15.7, 15.8, 15.9, 16.0];
        let head = [34.0, 34.1, 34.2, 34.3, 34.4, 34.5, 34.6, 34.7, 34.8];
        let shift = judge(&base, &head);
        let (low, high) = shift.interval.unwrap();
        let ratio = shift.ratio.unwrap();
        assert!(low <= ratio && ratio <= high, "{shift:?}");
    }
}
