//! The `andon` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    andon::cli::run(std::env::args_os())
}
