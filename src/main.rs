//! The `andon` command.

use std::process::ExitCode;

/// Reports become many small texts. The allocator of musl, with which releases are linked, is several times slower at
/// those, and glibc's is too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    andon::cli::run(std::env::args_os())
}
