//! What a judgement takes for granted.

use super::method::Method;

/// Who says which effect counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EffectBy {
    /// Nobody: the usual one.
    Usual,
    /// The policy, by `effect` or `hosted`.
    Policy,
    /// The machine: a hosted runner.
    Runner,
}

/// How a run is judged. [`Settings::new`] gives the figures of andon's rules.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The method.
    pub method: Method,
    /// The method's bound: a share, a probability, a factor, or for `static` the value. `None` takes the usual one.
    pub bound: Option<f64>,
    /// The value that must hold however little past there is, in the metric's unit. Only andon's table reads it.
    pub budget: Option<f64>,
    /// How often a run that is no worse may be taken for worse by the one test: 0.01.
    pub alpha: f64,
    /// The smallest relative change for the worse that counts: 0.05.
    pub effect: f64,
    /// Who says so.
    pub effect_by: EffectBy,
    /// How many repetitions a run's value must rest on: 5. Metrics that are the same on every repetition take 1.
    pub repetitions: usize,
    /// How many of the newest points of the past count: 64.
    pub window: usize,
    /// Of how many points of the past at least a method other than andon's sets a limit; as few as it can, if not said.
    pub least: usize,
    /// How far the limit may lie from the baseline, relatively, before a change within it is called noisy: 0.25.
    pub noise: f64,
}

impl Settings {
    /// The figures of andon's rules.
    pub fn new(method: Method) -> Settings {
        Settings {
            method,
            bound: None,
            budget: None,
            alpha: 0.01,
            effect: 0.05,
            effect_by: EffectBy::Usual,
            repetitions: 5,
            window: 64,
            least: 0,
            noise: 0.25,
        }
    }

    /// The same on runners that others share: only an effect of 10 % counts.
    #[must_use]
    pub fn hosted(self) -> Settings {
        Settings {
            effect: 0.10,
            ..self
        }
    }

    /// The same for a metric that is measured once a run.
    #[must_use]
    pub fn once(self) -> Settings {
        Settings {
            repetitions: 1,
            ..self
        }
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::new(Method::Andon)
    }
}
