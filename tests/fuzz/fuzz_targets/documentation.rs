//! The formats of the kind `documentation`.

#![no_main]

mod family;

use andon::formats::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| family::exercise(Kind::Documentation, data));
