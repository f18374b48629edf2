//! Which formats there are, and which of them claims a file.

use super::format::Format;
use super::head::Head;
use super::registry;
use crate::domain::catalogue;

/// The formats that claim a file which begins like this. One, unless the file is unknown or a sniffer is at fault.
pub fn identify(head: &Head) -> Vec<&'static Format> {
    registry().filter(|format| (format.sniff)(head)).collect()
}

/// The format of this name.
pub fn find(id: &str) -> Option<&'static Format> {
    registry().find(|format| format.id == id)
}

/// The formats from which a metric can be measured.
pub fn supplied_by(metric: &str) -> impl Iterator<Item = &'static Format> {
    let metric = catalogue::compares(metric).map_or(metric, |compared| &compared.id);
    registry().filter(move |format| format.metrics().any(|supplied| supplied.id == metric))
}
