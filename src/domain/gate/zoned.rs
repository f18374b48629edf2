//! How a value stands to the target of the day, and in which zone it is.

use crate::domain::gate::policy::Gate;
use crate::domain::gate::target::{Direction, Progress, Target, Zone, Zones, share};
use crate::domain::gate::verdict::Outcome;
use crate::domain::metric::Better;
use crate::domain::value::{Decimal, Value};
use crate::text::number::{self, Lean};

use super::judge::holds;

/// What the target of the day asks for, as it is shown.
pub(super) fn requirement(gate: &Gate, target: &Target) -> String {
    let zones = gate.zones.as_ref().map(|zones| {
        let Zones { yellow, green } = zones;
        format!(", yellow from {yellow}%, green from {green}% of it")
    });
    let zones = zones.unwrap_or_default();
    format!("{} ({}){zones}", target.bound.text, target.period)
}

/// How a value stands to the target of the day, whatever zone that is.
pub(super) fn progress(gate: &Gate, target: &Target, value: Option<Value>) -> Progress {
    Progress {
        period: target.period.clone(),
        text: target.bound.text.clone(),
        due: true,
        met: value.is_some_and(|value| holds(value, &target.bound)),
        share: value.and_then(|value| share(value, &target.bound, &gate.metric)),
        zone: None,
        direction: None,
    }
}

/// Says in which zone a value is that goes this way.
pub(super) fn place(
    progress: &mut Progress,
    (zones, better): (&Zones, Better),
    (value, target): (Value, &Target),
    direction: Direction,
) {
    let by_share = by_share((zones, better), (value, target), progress.met);
    progress.zone = Some(Zones::zone(by_share, progress.met, &direction));
    progress.direction = Some(direction);
}

/// The zone by the share alone.
fn by_share(
    (zones, better): (&Zones, Better),
    (value, target): (Value, &Target),
    met: bool,
) -> Zone {
    match zones.bounds(&target.bound, better) {
        Some((red, _)) if !holds(value, &red) => Zone::Red,
        Some((_, green)) if !holds(value, &green) => Zone::Yellow,
        None if !met => Zone::Red,
        _ => Zone::Green,
    }
}

/// The share of the target that a value misses by its share alone; `None` of one that is green by it.
pub(super) fn missed(zones: (&Zones, Better), at: (Value, &Target), met: bool) -> Option<Decimal> {
    match by_share(zones, at, met) {
        Zone::Green => None,
        Zone::Yellow => Some(zones.0.green),
        Zone::Red => Some(zones.0.yellow),
    }
}

/// Zone, share and direction in words: `green zone: 95% of the target, which is not met yet, getting better`.
pub(super) fn told(progress: &Progress) -> Option<String> {
    let (zone, direction) = (progress.zone?, progress.direction.as_ref()?);
    let share = match progress.share {
        Some(share) => format!(": {} of the target", number::percent(share, Lean::Down)),
        None => String::new(),
    };
    // Green is easily taken for met.
    let short = match (zone, progress.met) {
        (Zone::Green, false) if share.is_empty() => ", the target not met yet",
        (Zone::Green, false) => ", which is not met yet",
        _ => "",
    };
    Some(format!("{} zone{share}{short}, {direction}", zone.word()))
}

/// What comes of a zone.
pub(super) fn outcome(zone: Option<Zone>) -> Outcome {
    match zone {
        Some(Zone::Yellow) => Outcome::Warn,
        Some(Zone::Red) => Outcome::Fail,
        Some(Zone::Green) | None => Outcome::Pass,
    }
}

/// What to do where the direction alone decided.
pub(super) fn remedy(direction: &Direction) -> &'static str {
    match direction {
        Direction::Worse => "stop the trend: it leads away from the target",
        Direction::Level => "get it moving again: it stands still short of the target",
        Direction::Better | Direction::Unknown(_) => "",
    }
}
