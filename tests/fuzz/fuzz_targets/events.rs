//! The formats of the kind `events`.

#![no_main]

mod family;

use andon::formats::Kind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| family::exercise(Kind::Events, data));
