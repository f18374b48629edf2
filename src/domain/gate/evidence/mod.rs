//! Evidence for a gate that is missed: what would make it pass, in words that are true and exact, and where to look.

mod code;
mod coverage;
mod delivery;
mod documentation;
mod duplication;
mod lint;
mod reach;
mod shortfall;
mod steps;
mod tests;

use shortfall::Family;
pub(super) use shortfall::{Shortfall, explain};
pub(super) use tests::{Behind, behind};

/// Who words the evidence, by the beginning of the metric's id. The last one takes what no other does.
static FAMILIES: &[Family] = &[
    Family {
        prefix: "coverage.",
        remedy: coverage::remedy,
        pointers: coverage::pointers,
    },
    Family {
        prefix: "tests.",
        remedy: tests::remedy,
        pointers: tests::pointers,
    },
    Family {
        prefix: "lint.",
        remedy: lint::remedy,
        pointers: lint::pointers,
    },
    Family {
        prefix: "security.",
        remedy: lint::remedy,
        pointers: lint::pointers,
    },
    Family {
        prefix: "duplication.",
        remedy: duplication::remedy,
        pointers: duplication::pointers,
    },
    Family {
        prefix: "documentation.",
        remedy: documentation::remedy,
        pointers: documentation::pointers,
    },
    Family {
        prefix: "complexity.",
        remedy: code::remedy,
        pointers: code::pointers,
    },
    Family {
        prefix: "function.",
        remedy: code::remedy,
        pointers: code::pointers,
    },
    Family {
        prefix: "maintainability.",
        remedy: code::remedy,
        pointers: code::pointers,
    },
    Family {
        prefix: "dora.",
        remedy: delivery::remedy,
        pointers: delivery::pointers,
    },
    Family {
        prefix: "",
        remedy: shortfall::generic,
        pointers: shortfall::nowhere,
    },
];

#[cfg(test)]
mod cases;
