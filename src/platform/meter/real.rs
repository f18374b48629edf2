//! The machine's own meter.

use std::io;
use std::process::{Command, Stdio};
use std::time::Instant;

use super::forward::Forwarder;
use super::sampling::Sampler;
use super::tail::Tail;
use super::{Launch, Meter, Spent, Stream, reap};

/// Runs commands on this machine. While it lives, signals that would end andon go to the command instead.
#[derive(Debug)]
pub struct RealMeter {
    forwarder: Forwarder,
}

impl RealMeter {
    /// A meter that passes signals on from now on.
    ///
    /// # Errors
    /// When the system does not let them be caught.
    pub fn start() -> io::Result<RealMeter> {
        Ok(RealMeter {
            forwarder: Forwarder::start()?,
        })
    }
}

impl Meter for RealMeter {
    fn run(&self, launch: &Launch) -> io::Result<Spent> {
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .current_dir(&launch.folder)
            .stdin(stdio(launch.input))
            .stdout(stdio(launch.output))
            .stderr(match launch.hear {
                true => Stdio::piped(),
                false => stdio(launch.output),
            });
        let began = Instant::now();
        let mut child = command.spawn()?;
        let id = child.id();
        self.forwarder.aim(id);
        let shown = launch.output == Stream::Inherited;
        let tail = child
            .stderr
            .take()
            .map(|stream| Tail::follow(stream, shown));
        let sampler = Sampler::start(id, began);
        // The id stays the command's own until it is reaped: until then nothing else can be measured or signalled by it.
        reap::end_of(id);
        let wall = began.elapsed();
        self.forwarder.release();
        let samples = sampler.stop();
        let reaped = reap::reap(&mut child)?;
        Ok(Spent {
            wall,
            user: reaped.user,
            system: reaped.system,
            largest: reaped.largest,
            samples,
            finish: reaped.finish,
            complaint: tail.map_or_else(Vec::new, Tail::end),
        })
    }

    fn interrupted(&self) -> Option<i32> {
        self.forwarder.received()
    }
}

fn stdio(stream: Stream) -> Stdio {
    match stream {
        Stream::Inherited => Stdio::inherit(),
        Stream::Nothing => Stdio::null(),
    }
}
