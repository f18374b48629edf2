//! Memory, looked at again and again while a command runs.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::tree::{self, Resident};

/// The shortest and the longest time between two looks.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(100);
/// A command is looked at so many times while its age doubles, at the most.
const SHARE: u32 = 20;
/// Looking takes at most one part in so many of a processor's time.
const COST: u32 = 20;

/// Resident memory of a command's processes together, in bytes. Pages that several of them share count for each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Samples {
    /// How often it was looked at.
    pub count: u64,
    /// The least that was seen.
    pub least: u64,
    /// The most that was seen.
    pub most: u64,
    /// What was seen last.
    pub last: u64,
    /// The mean over time: what was seen counts until the next look.
    pub mean: f64,
    /// The most that any single process had held at any time before it was last looked at.
    pub largest: u64,
}

/// What was seen so far.
#[derive(Debug, Default)]
struct Tally {
    samples: Option<Samples>,
    first: Duration,
    last: (Duration, u64),
    area: f64,
}

impl Tally {
    fn add(&mut self, at: Duration, seen: Resident) {
        self.hold(at);
        self.last = (at, seen.sum);
        match &mut self.samples {
            None => {
                self.first = at;
                self.area = 0.0;
                self.samples = Some(Samples {
                    count: 1,
                    least: seen.sum,
                    most: seen.sum,
                    last: seen.sum,
                    mean: float(seen.sum),
                    largest: seen.largest,
                });
            }
            Some(samples) => {
                samples.count += 1;
                samples.least = samples.least.min(seen.sum);
                samples.most = samples.most.max(seen.sum);
                samples.last = seen.sum;
                samples.largest = samples.largest.max(seen.largest);
            }
        }
    }

    fn hold(&mut self, until: Duration) {
        let (since, sum) = self.last;
        self.area += float(sum) * until.saturating_sub(since).as_secs_f64();
    }

    fn finish(mut self, at: Duration) -> Option<Samples> {
        self.hold(at);
        let span = at.saturating_sub(self.first).as_secs_f64();
        let mut samples = self.samples?;
        if span > 0.0 {
            samples.mean = (self.area / span).clamp(float(samples.least), float(samples.most));
        }
        Some(samples)
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "memory in bytes is far below 2^53"
)]
fn float(bytes: u64) -> f64 {
    bytes as f64
}

/// How long to wait for the next look at a command of this age, if the last look took so long.
fn pause(age: Duration, cost: Duration) -> Duration {
    (age / SHARE).clamp(SHORTEST, LONGEST).max(cost * COST)
}

/// A thread that looks at a command until it is stopped.
pub(super) struct Sampler {
    began: Instant,
    stop: Sender<()>,
    thread: JoinHandle<Tally>,
}

impl Sampler {
    /// Looks at the process and its descendants from now on.
    pub(super) fn start(id: u32, began: Instant) -> Sampler {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut tally = Tally::default();
            loop {
                let at = began.elapsed();
                if let Some(seen) = tree::resident(id) {
                    tally.add(at, seen);
                }
                let age = began.elapsed();
                match stopped.recv_timeout(pause(age, age.saturating_sub(at))) {
                    Err(RecvTimeoutError::Timeout) => {}
                    _ => return tally,
                }
            }
        });
        Sampler {
            began,
            stop,
            thread,
        }
    }

    /// Ends it: what was seen.
    pub(super) fn stop(self) -> Option<Samples> {
        let at = self.began.elapsed();
        drop(self.stop);
        self.thread.join().ok()?.finish(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_one_over_time() {
        let mut tally = Tally::default();
        let ms = Duration::from_millis;
        let seen = |sum| Resident { sum, largest: sum };
        for (at, sum) in [(10, 100), (20, 400), (30, 100)] {
            tally.add(ms(at), seen(sum));
        }
        // 10 ms of 100, 10 ms of 400, 80 ms of 100.
        let samples = tally.finish(ms(110)).unwrap();
        assert!((samples.mean - 130.0).abs() < 1e-9, "{samples:?}");
        assert_eq!((samples.least, samples.most, samples.count), (100, 400, 3));
        assert_eq!(samples.last, 100);
        assert_eq!(Tally::default().finish(ms(5)), None);
    }

    #[test]
    fn looking_costs_little() {
        let ms = Duration::from_millis;
        assert_eq!(pause(ms(1), ms(0)), ms(1));
        assert_eq!(pause(ms(400), ms(0)), ms(20));
        assert_eq!(pause(ms(60_000), ms(0)), ms(100));
        assert_eq!(pause(ms(60_000), ms(50)), ms(1000));
    }
}
