//! What a gate found over time.

use super::{amount, kept};
use crate::domain::gate::target::{Direction, Progress, Zone};
use crate::domain::gate::verdict::{Reading, SampleGroup};
use crate::domain::metric::Metric;
use crate::domain::value::Value;
use crate::render::json::v1;

pub(super) fn target(progress: &Progress) -> v1::Target {
    v1::Target {
        period: kept(&progress.period),
        requirement: kept(&progress.text),
        due: progress.due,
        met: progress.met,
        share: progress.share,
        zone: progress.zone.map(|zone| match zone {
            Zone::Green => v1::Zone::Green,
            Zone::Yellow => v1::Zone::Yellow,
            Zone::Red => v1::Zone::Red,
        }),
        direction: progress
            .direction
            .as_ref()
            .map(|direction| match direction {
                Direction::Better => v1::Direction::Better,
                Direction::Worse => v1::Direction::Worse,
                Direction::Level => v1::Direction::Level,
                Direction::Unknown(_) => v1::Direction::Unknown,
            }),
    }
}

pub(super) fn reading(reading: Reading) -> v1::Reading {
    match reading {
        Reading::Steady => v1::Reading::Steady,
        Reading::Noisy => v1::Reading::Noisy,
        Reading::Suspect => v1::Reading::Suspect,
        Reading::Unconfirmed => v1::Reading::Unconfirmed,
        Reading::Worse => v1::Reading::Worse,
        Reading::Insufficient => v1::Reading::InsufficientData,
    }
}

pub(super) fn samples(group: &SampleGroup, metric: &Metric) -> v1::SampleGroup {
    let figure = |figure: Option<f64>| Some(amount(Value::number(figure?)?, metric));
    v1::SampleGroup {
        name: kept(&group.name),
        count: group.count,
        figure: figure(group.figure),
        median: figure(group.median),
        success: group.success,
        violation: group.violation,
        holds: group.holds,
        target: group.target.as_ref().map(target),
    }
}
