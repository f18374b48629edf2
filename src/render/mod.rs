//! Outputs.

pub mod dora;
