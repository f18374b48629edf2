//! Numbers that no format knows: where the policy says that they stand, and the files that they stand in.

#![no_main]

use andon::domain::reading::Spot;
use andon::formats::Limits;
use andon::formats::generic::{check, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (u8, &str, &[u8])| {
    let (way, place, file) = data;
    let place = place.to_owned();
    let spot = match way % 5 {
        0 => Spot::Json(place),
        1 => Spot::Xml(place),
        2 => Spot::Text(place),
        3 => Spot::OpenMetrics(place),
        _ => Spot::Csv {
            column: place.clone(),
            rows: vec![(place, String::new())],
        },
    };
    if check(&spot).is_ok() {
        let file = Box::new(std::io::Cursor::new(file.to_vec()));
        let _ = read("file", file, &spot, &Limits::default());
    }
});
