//! Use cases: each joins what the layers below supply.

pub mod dora;
