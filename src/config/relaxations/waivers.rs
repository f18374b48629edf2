//! Waivers that except more.

use std::collections::BTreeMap;

use crate::domain::gate::policy::Waiver;

/// Older waivers of one gate that a new one is compared with: a bound on hostile files.
const TRIED: usize = 100;

pub(super) fn compare(old: &[Waiver], new: &[Waiver], found: &mut Vec<String>) {
    let mut by_gate: BTreeMap<&str, Vec<&Waiver>> = BTreeMap::new();
    for waiver in old {
        by_gate.entry(&waiver.gate).or_default().push(waiver);
    }
    for after in new {
        let known = by_gate.get(&*after.gate).into_iter().flatten();
        let covering = known.take(TRIED).filter(|before| covers(before, after));
        let latest = covering.max_by_key(|before| before.expires);
        match latest {
            Some(before) if before.expires >= after.expires => {}
            Some(before) => found.push(format!(
                "the waiver for {} until {} is prolonged until {}",
                subject(after),
                before.expires,
                after.expires
            )),
            None => found.push(format!(
                "a waiver for {} is added, until {}",
                subject(after),
                after.expires
            )),
        }
    }
}

/// Whether all that the one excepts is excepted by the other, but for the time.
fn covers(wide: &Waiver, narrow: &Waiver) -> bool {
    let within = |narrow: &[String], wide: &[String]| {
        !narrow.is_empty() && narrow.iter().all(|text| wide.contains(text))
    };
    let whole = |waiver: &Waiver| waiver.path_texts.is_empty() && waiver.test_texts.is_empty();
    whole(wide)
        || within(&narrow.path_texts, &wide.path_texts)
        || within(&narrow.test_texts, &wide.test_texts)
}

fn subject(waiver: &Waiver) -> String {
    let texts = [&waiver.path_texts, &waiver.test_texts];
    let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    match texts.as_slice() {
        [] => format!("`{}`", waiver.gate),
        texts => format!("`{}` ({})", waiver.gate, texts.join(", ")),
    }
}
