//! What stands between an event as it is written and anything that is done with it: what is personal is hidden, the rest
//! checked.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::config::Config;
use crate::domain::catalogue::{self, CATALOGUE};
use crate::domain::event::{Context, Event, Invalid, Raw, Unveiled, Veil};
use crate::domain::unit::Unit;
use crate::platform::Env;

/// Lets events in.
pub(in crate::app) struct Admission<'c> {
    now: Timestamp,
    /// In which unit a metric is measured, and what a number without one is multiplied by.
    units: HashMap<&'c str, (&'c Unit, f64)>,
    veil: Veil,
}

impl<'c> Admission<'c> {
    /// Under this policy, with the key of the environment.
    ///
    /// # Errors
    /// When the key is too short.
    pub(in crate::app) fn new(
        config: &'c Config,
        env: &Env,
        now: Timestamp,
    ) -> Result<Admission<'c>, Unveiled> {
        let known = CATALOGUE
            .iter()
            .map(|metric| (&*metric.id, (&metric.unit, 1.0)));
        let own = config
            .user_metrics
            .iter()
            .map(|own| (&*own.metric.id, (&own.metric.unit, own.scale)));
        Ok(Admission {
            now,
            units: known.chain(own).collect(),
            veil: Veil::new(&config.personal, env.get("ANDON_HASH_KEY"))?,
        })
    }

    /// The time of an event that says none.
    pub(in crate::app) fn now(&self) -> Timestamp {
        self.now
    }

    /// What hides what is personal.
    pub(in crate::app) fn veil(&self) -> &Veil {
        &self.veil
    }

    /// The event that this is, from a run of which its file says `context`. What is personal must be hidden in it.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub(in crate::app) fn check(
        &self,
        raw: Raw,
        context: Option<&Context>,
    ) -> Result<Event, Invalid> {
        let event = raw.check_against(self.now, |name| self.units.get(name).copied())?;
        possible(&event)?;
        context.map_or(Ok(()), Context::fits)?;
        Ok(event)
    }
}

/// Whether a metric of the catalogue can have the value: none is negative but a score, and a share is of a whole.
fn possible(event: &Event) -> Result<(), Invalid> {
    let Some(metric) = catalogue::find(&event.key.name) else {
        return Ok(());
    };
    let (least, most) = metric.range();
    let range = match event.value {
        value if (least..=most).contains(&value) => return Ok(()),
        _ if most.is_finite() => "a share, from 0 to 100 %",
        _ => "never below 0",
    };
    Err(Invalid(format!(
        "`value` is {} {}, and `{}` is {range}",
        event.value, metric.unit, metric.id
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::series::Key;

    #[test]
    fn a_metric_of_the_catalogue_has_a_value_that_it_can_have() {
        for (name, value, lawful) in [
            ("coverage.line", 100.0, true),
            ("coverage.line", 150.0, false),
            ("coverage.line", -0.5, false),
            ("tests.failed", -3.0, false),
            ("tests.duration", 0.0, true),
            ("of.ones.own", -3.0, true),
        ] {
            let unit = catalogue::find(name).map_or(Unit::Count, |metric| metric.unit.clone());
            let event = Event {
                id: None,
                at: Timestamp::UNIX_EPOCH,
                key: Key::new(name, unit),
                value,
                metadata: None,
            };
            assert_eq!(possible(&event).is_ok(), lawful, "{name} {value}");
        }
    }
}
