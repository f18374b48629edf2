//! A command, run once or several times.

use std::collections::BTreeMap;
use std::io;

use crate::domain::run::{Category, Ending, Measured, Memory, Taken};
use crate::platform::{Finish, Launch, Meter, Spent};

/// A command that was looked at less often than this has hardly begun in any look: its memory was not seen.
const LOOKS: u64 = 3;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The command.
    pub launch: Launch,
    /// What it is called.
    pub name: String,
    /// The user's own dimensions.
    pub dimensions: BTreeMap<String, String>,
    /// Runs before those that count.
    pub warmup: u32,
    /// Runs that count.
    pub repeat: u32,
    /// Whether runs go on after one that failed.
    pub keep_going: bool,
}

/// Runs the command as often as planned, up to the first failure unless runs are to go on, and to a signal that asks
/// andon to stop in any case. A run to warm up counts only if it is the one that ends it all.
///
/// # Errors
/// When the command could not be waited for.
pub fn measure(meter: &dyn Meter, plan: &Plan) -> anyhow::Result<Vec<Measured>> {
    let mut runs = Vec::new();
    for turn in 0..plan.warmup.saturating_add(plan.repeat) {
        let run = once(meter, plan)?;
        let failed = !run.ending.succeeded() && !plan.keep_going;
        let last = failed || !run.ending.began() || meter.interrupted().is_some();
        if turn >= plan.warmup || last {
            runs.push(run);
        }
        if last {
            break;
        }
    }
    Ok(runs)
}

/// Runs the command once.
///
/// # Errors
/// When it could not be waited for.
pub(super) fn once(meter: &dyn Meter, plan: &Plan) -> anyhow::Result<Measured> {
    let (ending, complaint, taken) = match meter.run(&plan.launch) {
        Ok(spent) => (
            ending(spent.finish),
            spent.complaint.clone(),
            Some(taken(&spent)),
        ),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            (Ending::NotFound, Vec::new(), None)
        }
        Err(error) if refused(&error) => (Ending::NotExecutable, Vec::new(), None),
        Err(error) => return Err(error.into()),
    };
    Ok(Measured {
        name: plan.name.clone(),
        dimensions: plan.dimensions.clone(),
        ending,
        category: Category::of(ending, &complaint),
        taken,
    })
}

/// Whether the program is there and cannot be executed: no permission, a folder, no program at all.
fn refused(error: &io::Error) -> bool {
    // ENOEXEC, to which the library gives no name.
    let format = cfg!(unix) && error.raw_os_error() == Some(8);
    let named = matches!(
        error.kind(),
        io::ErrorKind::PermissionDenied
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
    );
    format || named
}

fn ending(finish: Finish) -> Ending {
    match finish {
        Finish::Code(code) => Ending::Code(code),
        Finish::Signal(signal) => Ending::Signal(signal),
    }
}

fn taken(spent: &Spent) -> Taken {
    let samples = spent.samples.filter(|samples| samples.count >= LOOKS);
    let seen = samples.map(|samples| samples.most.max(samples.largest));
    Taken {
        wall: spent.wall,
        user: spent.user,
        system: spent.system,
        peak: seen.max(spent.largest),
        memory: samples.map(|samples| Memory {
            samples: samples.count,
            least: samples.least,
            most: samples.most,
            last: samples.last,
            mean: samples.mean,
        }),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::platform::{FakeMeter, Samples, Stream};

    pub(in crate::app::run) fn plan(name: &str, warmup: u32, repeat: u32) -> Plan {
        Plan {
            launch: Launch {
                program: name.into(),
                arguments: Vec::new(),
                folder: ".".into(),
                input: Stream::Nothing,
                output: Stream::Nothing,
                hear: false,
            },
            name: name.to_owned(),
            dimensions: BTreeMap::new(),
            warmup,
            repeat,
            keep_going: false,
        }
    }

    pub(in crate::app::run) fn spent(milliseconds: u64, finish: Finish) -> Spent {
        Spent {
            wall: Duration::from_millis(milliseconds),
            user: None,
            system: None,
            largest: None,
            samples: None,
            finish,
            complaint: Vec::new(),
        }
    }

    fn codes(codes: &[i32]) -> FakeMeter {
        FakeMeter::of(codes.iter().map(|&code| Ok(spent(1, Finish::Code(code)))))
    }

    fn endings(meter: &FakeMeter, plan: &Plan) -> Vec<Ending> {
        let runs = measure(meter, plan).unwrap();
        runs.iter().map(|run| run.ending).collect()
    }

    #[test]
    fn the_first_failure_ends_it_unless_runs_go_on() {
        use Ending::Code;
        let mut plan = plan("x", 1, 3);
        let meter = codes(&[0, 0, 4, 0]);
        assert_eq!(endings(&meter, &plan), [Code(0), Code(4)]);
        assert_eq!(meter.launched().len(), 3);
        // A failure in the run to warm up is not passed over.
        assert_eq!(endings(&codes(&[7, 0, 0, 0]), &plan), [Code(7)]);
        plan.keep_going = true;
        assert_eq!(
            endings(&codes(&[7, 0, 4, 0]), &plan),
            [Code(0), Code(4), Code(0)]
        );
    }

    #[test]
    fn what_cannot_be_started_is_told_apart() {
        let ended = |error: io::Error| endings(&FakeMeter::of([Err(error)]), &plan("x", 0, 3));
        assert_eq!(ended(io::ErrorKind::NotFound.into()), [Ending::NotFound]);
        assert_eq!(
            ended(io::ErrorKind::PermissionDenied.into()),
            [Ending::NotExecutable]
        );
        let broken = FakeMeter::of([Err(io::Error::other("out of processes"))]);
        assert!(measure(&broken, &plan("x", 0, 1)).is_err());
    }

    #[test]
    fn memory_is_what_was_seen_or_what_the_system_says_whichever_is_more() {
        let samples = Samples {
            count: 3,
            least: 10,
            most: 40,
            last: 30,
            mean: 20.0,
            largest: 50,
        };
        let peak = |largest, samples| {
            let spent = Spent {
                largest,
                samples,
                ..spent(1, Finish::Code(0))
            };
            taken(&spent).peak
        };
        assert_eq!(peak(None, Some(samples)), Some(50));
        assert_eq!(peak(Some(60), Some(samples)), Some(60));
        assert_eq!(peak(Some(5), None), Some(5));
        let spent = Spent {
            samples: Some(samples),
            ..spent(1, Finish::Code(0))
        };
        assert_eq!(taken(&spent).memory.map(|memory| memory.last), Some(30));
        let hardly = Samples {
            count: 2,
            ..samples
        };
        assert_eq!(peak(None, Some(hardly)), None);
    }
}
