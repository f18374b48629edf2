//! What came of a rule over a series, in words.

use crate::domain::gate::followed::others;
use crate::domain::gate::judge::shown;
use crate::domain::gate::policy::Gate;
use crate::domain::gate::verdict::Reading;
use crate::domain::stats::{NoAnswer, Side};
use crate::domain::value::Value;
use crate::text::number::{self, Lean};
use crate::text::plural;

use super::subjects::Subject;

/// What a rule says of a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) reading: Reading,
    /// The figures behind it, in words.
    pub(super) words: String,
    /// How bad it is, to be ranked by.
    pub(super) size: f64,
    /// What to do about it.
    pub(super) remedy: String,
    /// What would let it be judged, where it cannot be.
    pub(super) advice: String,
    /// From which to which value it would hold; `None` where that is not a matter of the value.
    pub(super) within: Option<(f64, f64)>,
    /// What was found to be required where the policy leaves it to that: how often a series arrives.
    pub(super) required: Option<String>,
    /// How many runs it takes, where there are fewer.
    pub(super) few: Option<usize>,
}

/// The values that are no worse than a limit, on either side of a metric that is better neither way.
pub(super) fn no_worse(side: Option<Side>, low: f64, high: f64) -> (f64, f64) {
    match side {
        Some(Side::Upper) => (f64::NEG_INFINITY, high),
        Some(Side::Lower) => (low, f64::INFINITY),
        None => (low, high),
    }
}

impl Finding {
    pub(super) fn new(reading: Reading, words: String, size: f64) -> Finding {
        let remedy = match reading {
            Reading::Unconfirmed => "run it again: a second run that is worse too confirms it",
            Reading::Noisy => {
                "make the measurement steadier: more repetitions, or a quieter machine"
            }
            Reading::Worse => "undo what made it worse, or accept the new level by a waiver",
            Reading::Suspect | Reading::Insufficient | Reading::Steady => "",
        };
        let size = if size.is_finite() { size } else { f64::MAX };
        Finding {
            reading,
            words,
            size,
            remedy: remedy.to_owned(),
            advice: String::new(),
            within: None,
            required: None,
            few: None,
        }
    }

    /// With the values that would hold.
    pub(super) fn holding(self, within: (f64, f64)) -> Finding {
        Finding {
            within: Some(within),
            ..self
        }
    }

    pub(super) fn insufficient(lack: NoAnswer) -> Finding {
        let advice = match lack {
            NoAnswer::TooFewRepetitions { need, .. } => format!(
                "measure it so often in each run (`andon run --record --repeat {need}`), or say `repetitions: 1`"
            ),
            _ => String::new(),
        };
        let (words, few) = match lack {
            NoAnswer::TooFew { have, need } => {
                let have = number::count(have as u64);
                (format!("{have} of at least {}", runs(need)), Some(need))
            }
            lack => (lack.to_string(), None),
        };
        Finding {
            advice,
            few,
            ..Finding::new(Reading::Insufficient, words, 0.0)
        }
    }

    /// Adds that much was recorded together, where there are too few runs for that alone.
    pub(super) fn fed(mut self, subject: &Subject<'_>, lack: NoAnswer) -> Finding {
        let points = subject.arrived.map_or(0, |arrived| arrived.fed);
        let all = subject.past.len() + usize::from(subject.value.is_some());
        if let NoAnswer::TooFew { have, need } = lack
            && points >= need
        {
            let among = match all > have {
                true => ", the judged one among them",
                false => "",
            };
            self.advice = format!(
                "{} recorded together count as {}{among}; record each by itself",
                plural::s(points as u64, "point"),
                runs(all)
            );
        }
        self
    }

    /// Adds that runs on other sorts of machines do not count, where too little is known without them.
    pub(super) fn beside(mut self, left_out: usize) -> Finding {
        let too_little = matches!(self.reading, Reading::Insufficient | Reading::Suspect);
        if too_little && self.advice.is_empty() {
            self.advice = others(left_out).unwrap_or_default();
        }
        self
    }

    /// The reading with its figures, and what would let it be judged.
    pub(super) fn told(&self) -> String {
        match self.advice.as_str() {
            "" => self.brief(),
            advice => format!("{}; {advice}", self.brief()),
        }
    }

    /// The reading with its figures: `unconfirmed: 12% worse than the 1.2 s of 30 runs`.
    pub(super) fn brief(&self) -> String {
        let word = self.reading.words();
        match self.words.as_str() {
            "" => word.to_owned(),
            words => format!("{word}: {words}"),
        }
    }
}

pub(super) fn amount(gate: &Gate, value: f64) -> String {
    match Value::number(value) {
        Some(value) => shown(value, &gate.metric),
        None => "no number".to_owned(),
    }
}

/// How a value stands to what it is held against: by which share of that it is worse; `None` from 0.
pub(super) fn beside(effect: Option<f64>) -> String {
    match effect {
        Some(effect) if effect > 0.0 => format!("{} worse than", percent(effect)),
        Some(effect) if effect < 0.0 => format!("{} better than", percent(effect)),
        Some(_) => "the same as".to_owned(),
        None => "against".to_owned(),
    }
}

pub(super) fn percent(share: f64) -> String {
    number::percent(share.abs() * 100.0, Lean::Down)
}

pub(super) fn runs(count: usize) -> String {
    plural::s(count as u64, "run")
}
