//! The end of what a command writes on standard error, kept while it is passed on.

use std::io::{self, Read, Write};
use std::process::ChildStderr;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What is kept.
const KEPT: usize = 64 << 10;
/// How long the rest is waited for after the command's end, if something that it started still holds the stream.
const PATIENCE: Duration = Duration::from_secs(1);

/// A stream that is followed to its end.
pub(super) struct Tail {
    kept: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Tail {
    /// Reads the stream; what is read goes to andon's own standard error at once, if it is to be shown.
    pub(super) fn follow(mut stream: ChildStderr, shown: bool) -> Tail {
        let kept = Arc::<Mutex<Vec<u8>>>::default();
        let (end, ended) = mpsc::channel();
        let own = Arc::clone(&kept);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let part = match stream.read(&mut buffer) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Ok(count @ 1..) => buffer.get(..count).unwrap_or_default(),
                    _ => break,
                };
                if shown {
                    // Where standard error is closed nobody reads it; the command is heard out all the same.
                    let _ = io::stderr().write_all(part);
                }
                keep(
                    &mut own.lock().unwrap_or_else(PoisonError::into_inner),
                    part,
                );
            }
            // Nobody waits any more if it took too long.
            let _ = end.send(());
        });
        Tail { kept, ended }
    }

    /// What was kept, once the stream has ended.
    pub(super) fn end(self) -> Vec<u8> {
        let _ = self.ended.recv_timeout(PATIENCE);
        std::mem::take(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep(kept: &mut Vec<u8>, part: &[u8]) {
    kept.extend_from_slice(part);
    let surplus = kept.len().saturating_sub(KEPT);
    kept.drain(..surplus);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_kept() {
        let mut kept = Vec::new();
        for byte in 0..20_u8 {
            keep(&mut kept, &[byte; 8192]);
        }
        assert_eq!(kept.len(), KEPT);
        assert_eq!((kept.first(), kept.last()), (Some(&12), Some(&19)));
    }
}
