//! Two commands, run in turn.

use anyhow::bail;

use super::measure::{Plan, once};
use crate::domain::run::{Comparison, Judge, Measured, Side, order};
use crate::platform::Meter;

/// Runs base and head interleaved, in an order drawn from the seed, and judges their wall times. How often is the base's
/// to say; rounds to warm up do not count.
///
/// # Errors
/// When a command cannot be run, or fails and runs are not to go on: times of a command that failed say nothing of it.
pub fn compare(
    meter: &dyn Meter,
    base: &Plan,
    head: &Plan,
    seed: u64,
    judge: Judge,
) -> anyhow::Result<Comparison> {
    let (mut of_base, mut of_head) = (Vec::new(), Vec::new());
    let rounds = order(base.warmup.saturating_add(base.repeat), seed);
    for (round, sides) in (1..).zip(rounds) {
        for side in sides {
            let (plan, runs) = match side {
                Side::Base => (base, &mut of_base),
                Side::Head => (head, &mut of_head),
            };
            let run = once(meter, plan)?;
            if let Some(signal) = meter.interrupted() {
                bail!("stopped by signal {signal} in round {round}; nothing was compared");
            }
            if !run.ending.began() || !run.ending.succeeded() && !plan.keep_going {
                bail!(
                    "the {} command `{}` failed in round {round} ({}); nothing was compared",
                    name(side),
                    plan.name,
                    run.ending
                );
            }
            if round > base.warmup {
                runs.push(run);
            }
        }
    }
    let shift = judge(&walls(&of_base), &walls(&of_head));
    Ok(Comparison {
        base: of_base,
        head: of_head,
        seed,
        shift,
    })
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Base => "base",
        Side::Head => "head",
    }
}

fn walls(runs: &[Measured]) -> Vec<f64> {
    let wall = |run: &Measured| run.taken.map(|taken| taken.wall.as_secs_f64());
    runs.iter().filter_map(wall).collect()
}
