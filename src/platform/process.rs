//! Other programs: started without a shell, with a deadline, and heard out.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// What is kept of either stream.
const KEPT: usize = 4 << 20;
/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(5);

/// A program to be run: its arguments are handed over as they are.
#[derive(Debug, Clone)]
pub struct Process {
    /// The program's name or path.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Variables to set (or, with `None`, to take away) in the environment that it inherits.
    pub variables: Vec<(&'static str, Option<String>)>,
    /// What it reads on its standard input.
    pub input: Vec<u8>,
    /// How long it may take.
    pub patience: Duration,
}

/// What a program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its exit code; `None` if it was ended by a signal.
    pub code: Option<i32>,
    /// The beginning of what it wrote on standard output.
    pub output: String,
    /// The beginning of what it wrote on standard error.
    pub complaint: String,
}

impl Process {
    /// Runs the program to its end.
    ///
    /// # Errors
    /// When it cannot be started, or takes longer than it may: then it is ended.
    pub fn run(&self) -> io::Result<Ended> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let mut child = command.spawn()?;
        let output = hear(child.stdout.take());
        let complaint = hear(child.stderr.take());
        if let Some(mut stdin) = child.stdin.take() {
            let input = self.input.clone();
            // A program may end without reading: that is its affair.
            thread::spawn(move || drop(stdin.write_all(&input)));
        }
        let end = Instant::now() + self.patience;
        let code = wait(&mut child, end)?;
        // What the program started itself may hold the streams open after its end.
        let rest = || end.saturating_duration_since(Instant::now()) + Duration::from_secs(1);
        Ok(Ended {
            code,
            output: output.recv_timeout(rest()).unwrap_or_default(),
            complaint: complaint.recv_timeout(rest()).unwrap_or_default(),
        })
    }
}

fn wait(child: &mut Child, end: Instant) -> io::Result<Option<i32>> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "took too long and was ended",
            ));
        }
        thread::sleep(GLANCE);
    }
}

/// Reads a stream to its end in a thread of its own, so that the program never waits for a reader.
fn hear(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut kept, mut buffer) = (Vec::new(), [0; 8192]);
        if let Some(mut stream) = stream {
            while let Ok(count) = stream.read(&mut buffer) {
                let part = buffer.get(..count).unwrap_or_default();
                let room = KEPT - kept.len();
                kept.extend_from_slice(part.get(..room.min(count)).unwrap_or_default());
                if count == 0 {
                    break;
                }
            }
        }
        // Nobody waits any more if the program took too long.
        let _ = sender.send(String::from_utf8_lossy(&kept).into_owned());
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(program: &str, arguments: &[&str], patience: Duration) -> Process {
        Process {
            program: program.into(),
            arguments: arguments.iter().map(Into::into).collect(),
            variables: Vec::new(),
            input: b"in".to_vec(),
            patience,
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_program_is_heard_out() {
        let long = Duration::from_secs(20);
        let ended = process("sh", &["-c", "cat; echo no >&2; exit 3"], long).run();
        let ended = ended.unwrap();
        assert_eq!(ended.code, Some(3));
        assert_eq!(
            (ended.output.as_str(), ended.complaint.as_str()),
            ("in", "no\n")
        );
        // More than a pipe holds, and nothing is read of the input.
        let much = process("head", &["-c", "9000000", "/dev/zero"], long).run();
        assert_eq!(much.unwrap().output.len(), KEPT);
        assert!(process("no-such-program", &[], long).run().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let error = process("sleep", &["20"], Duration::from_millis(50)).run();
        assert_eq!(error.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
