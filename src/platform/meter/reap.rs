//! Waiting for a command, and what the system says of it at its end.

use std::io;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::Finish;

/// How a command ended, and what it took by the system's own accounts.
pub(super) struct Reaped {
    pub(super) finish: Finish,
    pub(super) user: Option<Duration>,
    pub(super) system: Option<Duration>,
    pub(super) largest: Option<u64>,
}

/// Waits for the end of a process without reaping it, where the system can do so.
pub(super) fn end_of(id: u32) {
    #[cfg(target_os = "linux")]
    if let Ok(id) = i32::try_from(id) {
        use nix::sys::wait::{Id, WaitPidFlag, waitid};
        let id = nix::unistd::Pid::from_raw(id);
        // Whatever goes wrong here, the wait that follows says it.
        let _ = waitid(Id::Pid(id), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = id;
}

/// Waits for a process and takes its accounts.
#[cfg(unix)]
pub(super) fn reap(child: &mut Child) -> io::Result<Reaped> {
    use wait4::Wait4 as _;
    let used = loop {
        match child.wait4() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => break other?,
        }
    };
    Ok(Reaped {
        finish: finish(used.status),
        user: Some(used.rusage.utime),
        system: Some(used.rusage.stime),
        largest: Some(used.rusage.maxrss).filter(|largest| *largest > own_largest()),
    })
}

/// Waits for a process.
#[cfg(not(unix))]
pub(super) fn reap(child: &mut Child) -> io::Result<Reaped> {
    Ok(Reaped {
        finish: finish(child.wait()?),
        user: None,
        system: None,
        largest: None,
    })
}

/// The largest resident memory of andon itself. A child begins as a copy of it, and the system counts that in.
#[cfg(unix)]
fn own_largest() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let unit = if cfg!(target_vendor = "apple") {
        1
    } else {
        1024
    };
    getrusage(UsageWho::RUSAGE_SELF)
        .ok()
        .and_then(|usage| u64::try_from(usage.max_rss()).ok())
        .map_or(0, |largest| largest.saturating_mul(unit))
}

fn finish(status: ExitStatus) -> Finish {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return Finish::Signal(signal);
        }
    }
    Finish::Code(status.code().unwrap_or(1))
}
