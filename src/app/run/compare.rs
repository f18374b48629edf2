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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::run::measure::tests::{plan, spent};
    use crate::domain::run::{Finding, judge};
    use crate::platform::{FakeMeter, Finish};

    /// A meter whose runs of `head` take twice as long as those of `base`, in the order of the seed.
    fn meter(rounds: u32, seed: u64) -> FakeMeter {
        let sides = order(rounds, seed).into_iter().flatten();
        FakeMeter::of((0..).zip(sides).map(|(at, side)| {
            let time = match side {
                Side::Base => 100 + at,
                Side::Head => 200 + at,
            };
            Ok(spent(time, Finish::Code(0)))
        }))
    }

    #[test]
    fn each_time_goes_to_the_command_that_took_it() {
        let (base, head) = (plan("base", 2, 10), plan("head", 2, 10));
        let meter = meter(12, 5);
        let comparison = compare(&meter, &base, &head, 5, judge).unwrap();
        assert_eq!(comparison.shift.finding, Finding::Worse);
        assert_eq!((comparison.base.len(), comparison.head.len()), (10, 10));
        let sides: Vec<_> = meter
            .launched()
            .iter()
            .map(|launch| launch.program.clone())
            .collect();
        assert_eq!(sides.len(), 24);
        assert!(sides.chunks(2).all(|pair| pair[0] != pair[1]));
        assert!(walls(&comparison.head).iter().all(|wall| *wall >= 0.2));
    }

    #[test]
    fn a_command_that_fails_is_compared_with_nothing() {
        let (base, mut head) = (plan("base", 0, 5), plan("head", 0, 5));
        let failing = || FakeMeter::of((0..10).map(|_| Ok(spent(1, Finish::Code(3)))));
        let error = compare(&failing(), &base, &head, 1, judge)
            .unwrap_err()
            .to_string();
        assert!(error.contains("failed in round 1 (exit 3)"), "{error}");
        head.keep_going = true;
        let base = Plan {
            keep_going: true,
            ..base
        };
        assert!(compare(&failing(), &base, &head, 1, judge).is_ok());
    }
}
