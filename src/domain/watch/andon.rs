//! andon's table of rules, by how much past there is.

use super::outcome::{Judgement, Reference, worsening};
use super::settings::Settings;
use crate::domain::stats::{
    Boundary, Moments, NoAnswer, Side, median, percentage, prediction_limit,
};

/// The fewest points that anything is said by.
const FEWEST: usize = 5;
/// The fewest that a run can fail by.
const FEWEST_TO_FAIL: usize = 10;

/// A judgement with the baseline and the limit it rests on.
pub(super) struct Ruling {
    pub(super) judgement: Judgement,
    pub(super) boundary: Option<Boundary>,
    pub(super) reference: Reference,
}

impl Ruling {
    fn new(judgement: Judgement, boundary: Boundary) -> Ruling {
        Ruling {
            judgement,
            boundary: Some(boundary),
            reference: Reference::Past,
        }
    }
}

/// Judges `value`: under 5 points by the budget alone, from 5 by a percentage that warns, from 10 by the prediction
/// limit, the effect and a second run.
pub(super) fn judge(
    past: &[f64],
    value: f64,
    confirmation: Option<&[f64]>,
    side: Side,
    settings: &Settings,
) -> Result<Ruling, NoAnswer> {
    if let Some(budget) = settings.budget
        && side.beyond(value, budget)
    {
        let boundary = Boundary {
            centre: budget,
            limit: budget,
        };
        return Ok(Ruling {
            reference: Reference::Budget,
            ..Ruling::new(Judgement::Fail, boundary)
        });
    }
    match past.len() {
        have if have < FEWEST => settings
            .budget
            .map(|_| Ruling {
                judgement: Judgement::Pass,
                boundary: None,
                reference: Reference::Budget,
            })
            .ok_or(NoAnswer::TooFew { have, need: FEWEST }),
        have if have < FEWEST_TO_FAIL => {
            // So few points place the baseline badly: twice the change that counts is let pass.
            let boundary = percentage(past, 2.0 * settings.effect, side)?;
            let judgement = if side.beyond(value, boundary.limit) {
                Judgement::Warn
            } else {
                Judgement::Pass
            };
            Ok(Ruling::new(judgement, boundary))
        }
        _ => predicted(past, value, confirmation, side, settings),
    }
}

/// Whether a value would fail but for a second run, whatever the budget.
pub(super) fn is_worse(past: &[f64], value: f64, side: Side, settings: &Settings) -> bool {
    // Most values show by the mean alone that they are not: the limit takes much longer.
    let counts = || {
        let mean = Moments::of(past).map(|moments| moments.mean);
        mean.is_ok_and(|mean| worsening(value, mean, side) >= settings.effect)
    };
    past.len() >= FEWEST_TO_FAIL
        && counts()
        && predicted(past, value, None, side, settings)
            .is_ok_and(|ruling| ruling.judgement == Judgement::Unconfirmed)
}

fn predicted(
    past: &[f64],
    value: f64,
    confirmation: Option<&[f64]>,
    side: Side,
    settings: &Settings,
) -> Result<Ruling, NoAnswer> {
    let prediction = prediction_limit(past, 1.0 - settings.alpha, side)?;
    let counts = |value| worsening(value, prediction.mean, side) >= settings.effect;
    let worse = |value| counts(value) && side.beyond(value, prediction.limit);
    let reach = worsening(prediction.limit, prediction.mean, side);
    let judgement = if worse(value) {
        match confirmation.filter(|again| again.len() >= settings.repetitions) {
            Some(again) if worse(median(again)?) => Judgement::Fail,
            // Two runs that contradict one another tell no more than one.
            Some(_) | None => Judgement::Unconfirmed,
        }
    } else if counts(value) && reach > settings.noise {
        Judgement::Noisy
    } else {
        Judgement::Pass
    };
    let boundary = Boundary {
        centre: prediction.mean,
        limit: prediction.limit,
    };
    Ok(Ruling::new(judgement, boundary))
}
