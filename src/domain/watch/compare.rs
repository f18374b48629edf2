//! Whether a head is worse than its base, both measured in turn on one runner.

use crate::domain::metric::Better;
use crate::domain::stats::{NoAnswer, Side, benjamini_hochberg, mann_whitney, median};

use super::outcome::{Judgement, Outcome, finite, worsening};
use super::settings::Settings;

/// The fewest repetitions a side: with fewer the exact test cannot reach 0.01.
const FEWEST: usize = 5;

/// The repetitions of one metric on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair<'a> {
    /// Those of the base.
    pub base: &'a [f64],
    /// Those of the head.
    pub head: &'a [f64],
    /// Which way the metric improves.
    pub better: Better,
}

/// Fails if the head's repetitions lie beyond the base's (one-sided Mann–Whitney, p < 0.01) and its median is worse by
/// an effect that counts. Where the median is, but the order could be chance, it is noisy: more repetitions tell.
pub fn compare(base: &[f64], head: &[f64], better: Better, settings: &Settings) -> Outcome {
    outcome(&Pair { base, head, better }, settings, |p| p)
}

/// Compares all metrics of a run, in the order given, with p-values adjusted after Benjamini and Hochberg: of those that
/// fail, one in a hundred is expected to be no worse, however many there are.
pub fn compare_all(pairs: &[Pair<'_>], settings: &Settings) -> Vec<Outcome> {
    let raw: Vec<Option<f64>> = pairs
        .iter()
        .map(|pair| test(pair).ok().map(|(_, p)| p))
        .collect();
    let known: Vec<f64> = raw.iter().flatten().copied().collect();
    let mut adjusted = benjamini_hochberg(&known).unwrap_or(known).into_iter();
    pairs
        .iter()
        .zip(raw)
        .map(|(pair, raw)| {
            let p = raw.and_then(|_| adjusted.next());
            outcome(pair, settings, |own| p.unwrap_or(own))
        })
        .collect()
}

fn outcome(pair: &Pair<'_>, settings: &Settings, adjust: impl Fn(f64) -> f64) -> Outcome {
    let blank = Outcome {
        value: median(pair.head).ok(),
        baseline: median(pair.base).ok(),
        ..Outcome::of(Judgement::Pass, None, pair.base.len())
    };
    let insufficient = |lack| Outcome {
        judgement: Judgement::Insufficient(lack),
        ..blank
    };
    let (side, p) = match test(pair) {
        Ok((side, p)) => (side, adjust(p)),
        Err(lack) => return insufficient(lack),
    };
    let (Some(value), Some(baseline)) = (blank.value, blank.baseline) else {
        return insufficient(NoAnswer::NotFinite);
    };
    let effect = worsening(value, baseline, side);
    let judgement = match (effect >= settings.effect, p < settings.alpha) {
        (true, true) => Judgement::Fail,
        (true, false) => Judgement::Noisy,
        (false, _) => Judgement::Pass,
    };
    Outcome {
        judgement,
        effect: finite(effect),
        p: Some(p),
        ..blank
    }
}

fn test(pair: &Pair<'_>) -> Result<(Side, f64), NoAnswer> {
    let side = Side::worse(pair.better).ok_or(NoAnswer::NoDirection)?;
    let have = pair.base.len().min(pair.head.len());
    if have < FEWEST {
        return Err(NoAnswer::TooFew { have, need: FEWEST });
    }
    Ok((side, mann_whitney(pair.base, pair.head, side)?.p))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: [f64; 10] = [
        100.0, 101.0, 99.0, 102.0, 98.0, 100.5, 99.5, 101.5, 98.5, 100.2,
    ];

    fn times(factor: f64) -> Vec<f64> {
        BASE.iter().map(|value| value * factor).collect()
    }

    fn judged(base: &[f64], head: &[f64], better: Better) -> Judgement {
        compare(base, head, better, &Settings::default()).judgement
    }

    #[test]
    fn both_the_order_and_the_effect_must_speak() {
        assert_eq!(judged(&BASE, &times(1.10), Better::Lower), Judgement::Fail);
        assert_eq!(judged(&BASE, &times(1.10), Better::Higher), Judgement::Pass);
        assert_eq!(judged(&BASE, &times(0.90), Better::Higher), Judgement::Fail);
        // Beyond doubt, and too little to count.
        let slight = compare(&BASE, &times(1.04), Better::Lower, &Settings::default());
        assert_eq!(slight.judgement, Judgement::Pass);
        assert!(slight.p.unwrap() < 0.001);
        let wild = [60.0, 150.0, 70.0, 160.0, 110.0];
        assert_eq!(judged(&BASE, &wild, Better::Lower), Judgement::Noisy);
    }

    #[test]
    fn fewer_than_five_a_side_cannot_tell() {
        let lack = Judgement::Insufficient(NoAnswer::TooFew { have: 4, need: 5 });
        assert_eq!(judged(&BASE, &[900.0; 4], Better::Lower), lack);
        assert_eq!(judged(&BASE[..4], &BASE, Better::Lower), lack);
        let five = [10.0, 11.0, 12.0, 13.0, 14.0];
        assert_eq!(
            judged(&[1.0, 2.0, 3.0, 4.0, 5.0], &five, Better::Lower),
            Judgement::Fail
        );
    }

    #[test]
    fn nothing_is_a_full_base_to_rise_from() {
        let outcome = compare(&[0.0; 9], &[2.0; 9], Better::Lower, &Settings::default());
        assert_eq!((outcome.judgement, outcome.effect), (Judgement::Fail, None));
        assert_eq!(judged(&[0.0; 9], &[0.0; 9], Better::Lower), Judgement::Pass);
    }

    #[test]
    fn one_metric_among_many_needs_more() {
        // p = 1/252 on its own, 40/252 as the only one of forty.
        let (low, high) = ([1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0, 9.0, 10.0]);
        let worse = Pair {
            base: &low,
            head: &high,
            better: Better::Lower,
        };
        let same = Pair {
            head: &low,
            ..worse
        };
        let few = Pair {
            head: &low[..3],
            ..worse
        };
        let mut pairs = vec![same; 40];
        pairs[7] = worse;
        pairs[20] = few;
        let settings = Settings::default();
        let outcomes = compare_all(&pairs, &settings);
        assert_eq!(outcomes[7].judgement, Judgement::Noisy);
        assert!((outcomes[7].p.unwrap() - 39.0 / 252.0).abs() < 1e-12);
        assert!(matches!(outcomes[20].judgement, Judgement::Insufficient(_)));
        assert_eq!(
            compare_all(&[worse], &settings)[0].judgement,
            Judgement::Fail
        );
    }
}
