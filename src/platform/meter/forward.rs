//! Signals to andon, passed on to the command that it measures.
//!
//! SIGTERM, SIGUSR1 and SIGUSR2 are passed on always. SIGINT, SIGQUIT and SIGHUP come from a terminal to the whole group,
//! the command included: they are passed on only where none of andon's streams is a terminal, so that the command never
//! gets them twice. A signal that andon was started to ignore (`nohup`, `&` in a script) stays ignored, for the command
//! too; where the system does not say which those are, SIGTERM alone is passed on.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Whom signals go to, and the last that asked to stop.
#[derive(Debug, Default)]
struct Post {
    target: Option<u32>,
    received: Option<i32>,
}

/// Passes signals on.
#[derive(Debug)]
pub(super) struct Forwarder {
    post: Arc<Mutex<Post>>,
}

impl Forwarder {
    /// Takes the signals over.
    pub(super) fn start() -> io::Result<Forwarder> {
        let post = Arc::<Mutex<Post>>::default();
        #[cfg(unix)]
        catch(&post)?;
        Ok(Forwarder { post })
    }

    /// Signals go to this process from now on; one that came since andon began goes at once.
    pub(super) fn aim(&self, id: u32) {
        let mut post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        post.target = Some(id);
        if let Some(signal) = post.received {
            send(id, signal);
        }
    }

    /// Signals go nowhere from now on.
    pub(super) fn release(&self) {
        let mut post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        post.target = None;
    }

    /// The last signal that asked to stop.
    pub(super) fn received(&self) -> Option<i32> {
        let post = self.post.lock().unwrap_or_else(PoisonError::into_inner);
        post.received
    }
}

#[cfg(unix)]
fn catch(post: &Arc<Mutex<Post>>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    let all = [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2];
    let caught: Vec<i32> = match ignored() {
        Some(ignored) => {
            let taken = |signal: &i32| ignored >> (signal - 1) & 1 == 0;
            all.into_iter().filter(taken).collect()
        }
        None => vec![SIGTERM],
    };
    let mut signals = signal_hook::iterator::Signals::new(caught)?;
    let terminal = at_a_terminal();
    let post = Arc::clone(post);
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let mut post = post.lock().unwrap_or_else(PoisonError::into_inner);
            if !matches!(signal, SIGUSR1 | SIGUSR2) {
                post.received = Some(signal);
            }
            let shared = terminal && matches!(signal, SIGINT | SIGQUIT | SIGHUP);
            if let Some(id) = post.target.filter(|_| !shared) {
                send(id, signal);
            }
        }
    });
    Ok(())
}

/// The signals that andon was started to ignore, one bit each from the lowest.
#[cfg(unix)]
#[allow(
    clippy::disallowed_methods,
    reason = "this is the port by which processes are looked at"
)]
fn ignored() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(unix)]
fn at_a_terminal() -> bool {
    use std::io::IsTerminal as _;
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}

#[cfg(unix)]
fn send(id: u32, signal: i32) {
    use nix::sys::signal::{Signal, kill};
    if let (Ok(id), Ok(signal)) = (i32::try_from(id), Signal::try_from(signal)) {
        // The command may have ended meanwhile.
        let _ = kill(nix::unistd::Pid::from_raw(id), signal);
    }
}

#[cfg(not(unix))]
fn send(_: u32, _: i32) {}
