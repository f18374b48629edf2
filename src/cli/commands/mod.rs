//! One file per command.

pub mod dora;
