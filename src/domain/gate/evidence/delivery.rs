//! Delivery: what would have to go differently, and the deployments that failed.

use crate::domain::gate::judge::Judgement;
use crate::domain::gate::verdict::Pointer;
use crate::domain::value::Value;
use crate::text::number;

use super::shortfall::{Shortfall, generic, moved};

pub(super) fn remedy(shortfall: &Shortfall<'_>, worst: &Judgement<'_>) -> String {
    match &*shortfall.gate.metric.id {
        "dora.change_fail_rate" | "dora.rework_rate" => {
            match (worst.measurement.value, shortfall.steps(worst)) {
                (Value::Ratio { part, whole }, Some(steps)) if steps <= part => format!(
                    "{} of the {} deployments may have failed, not {}",
                    if part == steps {
                        "none".to_owned()
                    } else {
                        format!("at most {}", number::count(part - steps))
                    },
                    number::count(whole),
                    number::count(part),
                ),
                _ => generic(shortfall, worst),
            }
        }
        "dora.deployment_frequency" => moved(shortfall, worst, "more often", "less often"),
        _ => moved(shortfall, worst, "longer", "shorter"),
    }
}

/// The failed deployments, where failures are what is judged.
pub(super) fn pointers(shortfall: &Shortfall<'_>) -> Vec<Pointer> {
    let id = &*shortfall.gate.metric.id;
    if !matches!(
        id,
        "dora.change_fail_rate" | "dora.rework_rate" | "dora.recovery_time"
    ) {
        return Vec::new();
    }
    let failed = shortfall.snapshot.evidence.failed_deployments.iter();
    let point = |deployment: &crate::domain::snapshot::FailedDeployment| Pointer {
        path: String::new(),
        line: 0,
        end_line: 0,
        text: format!("{}: {}", deployment.name, deployment.evidence.join("; ")),
    };
    failed.map(point).collect()
}
