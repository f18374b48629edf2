//! A command, run once or several times.

use std::collections::BTreeMap;
use std::io;

use crate::domain::run::{Category, Ending, Measured, Memory, Taken};
use crate::platform::{Finish, Launch, Meter, Spent};

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
    let seen = spent
        .samples
        .map(|samples| samples.most.max(samples.largest));
    Taken {
        wall: spent.wall,
        user: spent.user,
        system: spent.system,
        peak: seen.max(spent.largest),
        memory: spent.samples.map(|samples| Memory {
            samples: samples.count,
            least: samples.least,
            most: samples.most,
            mean: samples.mean,
        }),
    }
}
