//! Every format of the registry on arbitrary bytes: an error or a model, never a panic, a hang or a memory bomb.
//!
//! `cargo +nightly fuzz run formats --fuzz-dir tests/fuzz`, with the folders of `tests/fixtures` as further corpora.

#![no_main]

use andon::formats::{Limits, read, registry};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses: told by content, or read as one of the formats, whatever the content says.
    let Some((&choice, report)) = data.split_first() else {
        return;
    };
    let limits = Limits {
        streamed_bytes: 1 << 20,
        held_bytes: 1 << 20,
        token_bytes: 64 << 10,
        depth: 64,
        text_bytes: 256,
    };
    let forced = registry().nth(usize::from(choice));
    let file = Box::new(std::io::Cursor::new(report.to_vec()));
    let _ = read("report", file, forced, Default::default(), &limits);
});
