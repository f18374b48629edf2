//! Standard output and standard error. Reports go to the one, everything else to the other.

use std::io::{self, IsTerminal, Write};

use crate::platform::Env;
use crate::text::escape::{stdout_safe, visible};
use crate::text::plural;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` colours a pipe as well.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two streams, and how to write on them.
#[derive(Debug, Clone)]
pub struct Console {
    /// Whether standard output takes colour.
    pub color: bool,
    /// Columns of standard output.
    pub width: usize,
    /// Whether standard error is a terminal that a person looks at: then long work shows its progress.
    pub interactive: bool,
    quiet: bool,
}

impl Console {
    /// Looks at the streams and at the environment.
    pub fn new(choice: ColorChoice, quiet: bool, env: &Env) -> Console {
        let terminal = io::stdout().is_terminal();
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if env.get("NO_COLOR").is_some() => false,
            ColorChoice::Auto if env.get("CLICOLOR_FORCE").is_some_and(|v| v != "0") => true,
            ColorChoice::Auto => terminal && env.get("TERM") != Some("dumb"),
        };
        let columns = env.get("COLUMNS").and_then(|text| text.parse().ok());
        let width = columns
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .unwrap_or(80)
            .clamp(40, 200);
        Console {
            color,
            width,
            interactive: io::stderr().is_terminal() && !quiet,
            quiet,
        }
    }

    /// Prints a report. Nothing in it can start a workflow command.
    ///
    /// # Errors
    /// When standard output cannot be written; that its reader has gone away is no error.
    pub fn report(&self, text: &str) -> io::Result<()> {
        self.raw(&stdout_safe(text))
    }

    /// Prints text whose workflow commands are meant.
    ///
    /// # Errors
    /// As [`Console::report`].
    pub fn raw(&self, text: &str) -> io::Result<()> {
        let mut stream = io::stdout().lock();
        match stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush())
        {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }

    /// Tells the user something that is no report: a file written, a hint.
    pub fn tell(&self, text: &str) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// Tells the user of files that no format claims: the first few of them by name.
    pub fn tell_passed_over(&self, paths: &[String]) {
        if paths.is_empty() {
            return;
        }
        let (first, rest) = paths.split_at(paths.len().min(5));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.tell(&format!(
            "note: passed over {} of no known format: {}{more}",
            plural::s(paths.len() as u64, "file"),
            first.join(", "),
        ));
    }

    /// Tells the user what went wrong, quiet or not.
    pub fn complain(&self, text: &str) {
        complain(text);
    }
}

/// Writes a complaint to standard error. What was typed may stand in it: nothing in it is hidden or a command.
pub(super) fn complain(text: &str) {
    // Where standard error is closed there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
}

fn harmless(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(visible).collect();
    stdout_safe(&lines.join("\n")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_hides_nothing_and_commands_nothing() {
        let typed = "error: no '\u{1b}[31mx\u{202E}'\r\n  ::add-mask::a\n##[group]b";
        assert_eq!(
            harmless(typed),
            "error: no '\u{FFFD}[31mx\u{FFFD}'\n  :\u{200B}:add-mask::a\n#\u{200B}#[group]b"
        );
    }
}
