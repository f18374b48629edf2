//! The formats of the kind `metrics`.

#![no_main]

mod family;

use andon::formats::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| family::exercise(Kind::Metrics, data));
