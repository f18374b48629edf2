//! Whether a run is worse than its past.

use crate::domain::metric::Better;
use crate::domain::stats::{Boundary, NoAnswer, Side, median};

use super::andon::{Ruling, judge};
use super::method::Method;
use super::outcome::{Judgement, Outcome, Reference, finite, worsening};
use super::settings::Settings;

/// Judges a run, given as its repetitions, by the points of its past in the order of time, of which the newest
/// [`Settings::window`] count. What is judged is the median of the repetitions.
///
/// By [`Method::Andon`], a run fails beyond its budget, if it has one; that apart, under 5 points nothing can be said,
/// from 5 to 9 a change of more than twice the effect that counts warns, and from 10 a run fails only beyond the t
/// prediction limit, by an effect that counts, and if a second run (`confirmation`) is beyond both too. By the other
/// methods a run fails beyond the limit.
pub fn regression(
    history: &[f64],
    run: &[f64],
    confirmation: Option<&[f64]>,
    better: Better,
    settings: &Settings,
) -> Outcome {
    let from = history.len().saturating_sub(settings.window);
    let past = history.get(from..).unwrap_or_default();
    let blank = Outcome {
        value: median(run).ok(),
        confirmation: confirmation.and_then(|again| median(again).ok()),
        ..Outcome::of(Judgement::Pass, Some(settings.method), past.len())
    };
    match ruling(past, run, confirmation, better, settings) {
        Ok((side, value, ruling)) => explained(blank, side, value, &ruling),
        Err(lack) => Outcome {
            judgement: Judgement::Insufficient(lack),
            ..blank
        },
    }
}

fn ruling(
    past: &[f64],
    run: &[f64],
    confirmation: Option<&[f64]>,
    better: Better,
    settings: &Settings,
) -> Result<(Side, f64, Ruling), NoAnswer> {
    let side = Side::worse(better).ok_or(NoAnswer::NoDirection)?;
    let value = median(run)?;
    if past.iter().any(|point| !point.is_finite()) {
        return Err(NoAnswer::NotFinite);
    }
    if settings.method == Method::Andon {
        let (have, need) = (run.len(), settings.repetitions);
        if have < need {
            return Err(NoAnswer::TooFewRepetitions { have, need });
        }
        let ruling = judge(past, value, confirmation, side, settings)?;
        return Ok((side, value, ruling));
    }
    let (have, need) = (past.len(), settings.least);
    if have < need {
        return Err(NoAnswer::TooFew { have, need });
    }
    let boundary = settings.method.limit(past, settings.bound, side)?;
    let judgement = if side.beyond(value, boundary.limit) {
        Judgement::Fail
    } else {
        Judgement::Pass
    };
    let ruling = Ruling {
        judgement,
        boundary: Some(boundary),
        reference: match settings.method {
            Method::Static => Reference::Bound,
            _ => Reference::Past,
        },
    };
    Ok((side, value, ruling))
}

fn explained(blank: Outcome, side: Side, value: f64, ruling: &Ruling) -> Outcome {
    let boundary = ruling.boundary;
    let effect = |boundary: Boundary| finite(worsening(value, boundary.centre, side));
    Outcome {
        judgement: ruling.judgement,
        reference: ruling.reference,
        baseline: boundary.map(|boundary| boundary.centre),
        limit: boundary.map(|boundary| boundary.limit),
        effect: boundary.and_then(effect),
        ..blank
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEADY: [f64; 12] = [
        100.0, 101.0, 99.0, 100.5, 99.5, 100.0, 101.5, 98.5, 100.0, 100.2, 99.8, 100.1,
    ];

    fn judged(history: &[f64], value: f64, again: Option<f64>, settings: &Settings) -> Judgement {
        let again = again.map(|again| [again; 5]);
        let again = again.as_ref().map(|again| again.as_slice());
        regression(history, &[value; 5], again, Better::Lower, settings).judgement
    }

    #[test]
    fn the_table_is_kept() {
        let rules = Settings::default();
        let of = |n: usize, value, again| judged(&STEADY[..n], value, again, &rules);
        let too_few = |have| Judgement::Insufficient(NoAnswer::TooFew { have, need: 5 });
        assert_eq!(of(0, 500.0, None), too_few(0));
        assert_eq!(of(4, 500.0, Some(500.0)), too_few(4));
        assert_eq!(of(5, 109.0, None), Judgement::Pass);
        assert_eq!(of(5, 111.0, None), Judgement::Warn);
        assert_eq!(of(9, 500.0, Some(500.0)), Judgement::Warn);
        assert_eq!(of(10, 104.0, None), Judgement::Pass);
        assert_eq!(of(10, 108.0, None), Judgement::Unconfirmed);
        assert_eq!(of(12, 108.0, Some(107.0)), Judgement::Fail);
        assert_eq!(of(12, 108.0, Some(101.0)), Judgement::Unconfirmed);
        assert_eq!(of(12, 101.0, Some(108.0)), Judgement::Pass);
        assert_eq!(of(12, 50.0, None), Judgement::Pass);
    }

    #[test]
    fn shared_runners_are_allowed_more() {
        let rules = Settings::default().hosted();
        assert_eq!(judged(&STEADY, 108.0, Some(108.0), &rules), Judgement::Pass);
        assert_eq!(judged(&STEADY, 112.0, Some(112.0), &rules), Judgement::Fail);
    }

    #[test]
    fn a_budget_holds_without_a_past() {
        let rules = Settings {
            budget: Some(120.0),
            ..Settings::default()
        };
        assert_eq!(judged(&[], 120.0, None, &rules), Judgement::Pass);
        assert_eq!(judged(&[], 121.0, None, &rules), Judgement::Fail);
        assert_eq!(judged(&STEADY, 121.0, None, &rules), Judgement::Fail);
    }

    #[test]
    fn a_single_measurement_is_too_little_of_a_run() {
        let outcome = regression(&STEADY, &[500.0], None, Better::Lower, &Settings::default());
        let lack = NoAnswer::TooFewRepetitions { have: 1, need: 5 };
        assert_eq!(outcome.judgement, Judgement::Insufficient(lack));
        let once = Settings::default().once();
        let outcome = regression(&STEADY, &[500.0], None, Better::Lower, &once);
        assert_eq!(outcome.judgement, Judgement::Unconfirmed);
        // Nor does one confirm.
        let rules = Settings::default();
        let outcome = regression(&STEADY, &[500.0; 5], Some(&[500.0]), Better::Lower, &rules);
        assert_eq!(outcome.judgement, Judgement::Unconfirmed);
    }

    #[test]
    fn a_wide_scatter_is_said() {
        let wild = [
            60.0, 140.0, 80.0, 120.0, 100.0, 70.0, 130.0, 90.0, 110.0, 100.0,
        ];
        let rules = Settings::default();
        assert_eq!(judged(&wild, 130.0, None, &rules), Judgement::Noisy);
        assert_eq!(judged(&wild, 101.0, None, &rules), Judgement::Pass);
        assert_eq!(judged(&wild, 300.0, None, &rules), Judgement::Unconfirmed);
    }

    #[test]
    fn what_never_moved_still_gates() {
        let rules = Settings::default();
        assert_eq!(
            judged(&[200.0; 20], 206.0, Some(206.0), &rules),
            Judgement::Pass
        );
        assert_eq!(
            judged(&[200.0; 20], 211.0, Some(211.0), &rules),
            Judgement::Fail
        );
        assert_eq!(judged(&[0.0; 20], 0.0, None, &rules), Judgement::Pass);
        assert_eq!(judged(&[0.0; 20], 1.0, Some(1.0), &rules), Judgement::Fail);
        for method in Method::ALL {
            if method == Method::Static {
                continue;
            }
            let rules = Settings::new(method);
            assert_eq!(
                judged(&[200.0; 20], 500.0, Some(500.0), &rules),
                Judgement::Fail,
                "{method}"
            );
            assert_eq!(
                judged(&[200.0; 20], 200.0, None, &rules),
                Judgement::Pass,
                "{method}"
            );
            // A logarithm needs more than nothing; the others hold 0 too.
            if method != Method::LogNormal {
                assert_eq!(
                    judged(&[0.0; 20], 5.0, Some(5.0), &rules),
                    Judgement::Fail,
                    "{method}"
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let outcome = |history: &[f64], run: &[f64], better, method| {
            regression(history, run, None, better, &Settings::new(method)).judgement
        };
        let lack = Judgement::Insufficient;
        assert_eq!(
            outcome(&STEADY, &[1.0; 5], Better::Neither, Method::Andon),
            lack(NoAnswer::NoDirection)
        );
        assert_eq!(
            outcome(&STEADY, &[f64::NAN; 5], Better::Lower, Method::Andon),
            lack(NoAnswer::NotFinite)
        );
        assert_eq!(
            outcome(&[], &[], Better::Lower, Method::TTest),
            lack(NoAnswer::TooFew { have: 0, need: 1 })
        );
        assert_eq!(
            outcome(&[], &[1.0], Better::Lower, Method::Static),
            lack(NoAnswer::NoBound)
        );
        assert_eq!(
            outcome(&[0.0, 1.0], &[1.0], Better::Lower, Method::LogNormal),
            lack(NoAnswer::NotPositive)
        );
    }

    #[test]
    fn a_method_waits_for_as_many_runs_as_it_is_told_to() {
        let rules = |least| Settings {
            least,
            ..Settings::new(Method::Percentage)
        };
        let of = |n: usize, least| judged(&STEADY[..n], 150.0, None, &rules(least));
        assert_eq!(of(2, 0), Judgement::Fail);
        let lack = NoAnswer::TooFew { have: 9, need: 10 };
        assert_eq!(of(9, 10), Judgement::Insufficient(lack));
        assert_eq!(of(10, 10), Judgement::Fail);
    }

    fn severity(judgement: Judgement) -> Option<u8> {
        match judgement {
            Judgement::Pass => Some(0),
            Judgement::Noisy => Some(1),
            Judgement::Warn => Some(2),
            Judgement::Unconfirmed => Some(3),
            Judgement::Fail => Some(4),
            Judgement::Insufficient(_) => None,
        }
    }

    fn any_method() -> impl Strategy<Value = Method> {
        prop::sample::select(&Method::ALL[..])
    }

    proptest! {
        #[test]
        fn the_worse_value_never_fares_better(
            history in prop::collection::vec(0.0_f64..1e3, 0..30),
            (one, other) in (0.0_f64..2e3, 0.0_f64..2e3),
            confirmed in any::<bool>(),
            higher in any::<bool>(),
            method in any_method(),
        ) {
            let better = if higher { Better::Higher } else { Better::Lower };
            let settings = Settings { bound: (method == Method::Static).then_some(500.0), ..Settings::new(method) };
            let (good, bad) = if (one < other) == higher { (other, one) } else { (one, other) };
            let fares = |value: f64| {
                let run = [value; 5];
                severity(regression(&history, &run, confirmed.then_some(&run), better, &settings).judgement)
            };
            prop_assert!(fares(good) <= fares(bad), "{good} {bad}");
        }

        #[test]
        fn the_unit_does_not_matter(
            history in prop::collection::vec(0.5_f64..1e3, 0..30),
            run in prop::collection::vec(0.5_f64..2e3, 1..8),
            power in -20_i32..20,
            method in any_method(),
        ) {
            let unit = 2.0_f64.powi(power);
            let scaled = |values: &[f64]| values.iter().map(|value| value * unit).collect::<Vec<_>>();
            let settings = |unit: f64| Settings {
                bound: (method == Method::Static).then_some(500.0 * unit),
                budget: Some(1_500.0 * unit),
                ..Settings::new(method)
            };
            let one = regression(&history, &run, Some(&run), Better::Lower, &settings(1.0));
            let other = regression(&scaled(&history), &scaled(&run), Some(&scaled(&run)), Better::Lower, &settings(unit));
            prop_assert_eq!(one.judgement, other.judgement);
        }

        #[test]
        fn no_figure_is_other_than_a_number(
            history in prop::collection::vec(prop_oneof![any::<f64>(), Just(0.0), -1e3_f64..1e3], 0..30),
            run in prop::collection::vec(prop_oneof![any::<f64>(), Just(0.0), -1e3_f64..1e3], 0..8),
            method in any_method(),
        ) {
            let outcome = regression(&history, &run, Some(&run), Better::Lower, &Settings::new(method));
            let figures = [outcome.value, outcome.baseline, outcome.limit, outcome.effect, outcome.confirmation];
            prop_assert!(figures.into_iter().flatten().all(f64::is_finite), "{outcome:?}");
        }
    }
}
