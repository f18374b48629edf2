//! Which finding of the baseline is which finding of today.
//!
//! A finding is known by its producer, rule, path, source line (its anchor) and message without numbers: never by its
//! line number alone. Equal keys are a multiset: a copy of a tolerated finding is one more. Fixing one and adding
//! another that is not the same leaves one fixed and one new.

use rustc_hash::FxHashMap;

use super::touched::Touched;
use crate::domain::report::Finding;

/// A finding on its way to its match.
struct Candidate<'a> {
    finding: &'a Finding,
    /// The message without numbers.
    message: String,
    /// Of the baseline's: whether its line or file is gone. Of today's: whether the change adds its line.
    moved: bool,
}

/// What came of matching.
#[derive(Debug, Default)]
pub(super) struct Matched<'a> {
    /// Findings of today that match none of the baseline.
    pub(super) new: Vec<&'a Finding>,
    /// Findings of the baseline that match none of today.
    pub(super) fixed: Vec<&'a Finding>,
    /// How many match.
    pub(super) kept: u64,
}

/// Matches the baseline's findings, which are carried over the change (`gone` apart), with today's.
pub(super) fn matched<'a>(
    base: impl Iterator<Item = &'a Finding>,
    gone: impl Iterator<Item = &'a Finding>,
    today: impl Iterator<Item = &'a Finding>,
    touched: Option<&Touched<'_>>,
) -> Matched<'a> {
    let added = |finding: &Finding| {
        touched.is_some_and(|touched| touched.adds(&finding.path, finding.line))
    };
    let base = base.map(|finding| Candidate::new(finding, false));
    let gone = gone.map(|finding| Candidate::new(finding, true));
    let mut base: Vec<Candidate<'_>> = base.chain(gone).collect();
    let mut today: Vec<Candidate<'_>> = today
        .map(|finding| Candidate::new(finding, added(finding)))
        .collect();
    // Of several alike, what stood still is matched first: what is on an added line is rather the new one, and what is
    // gone rather the fixed one. The rest is only to have one order.
    base.sort_by(|a, b| (a.moved, a.finding).cmp(&(b.moved, b.finding)));
    today.sort_by(|a, b| (a.moved, a.finding).cmp(&(b.moved, b.finding)));
    let before = today.len();

    for pass in &PASSES {
        pass.pair(&mut base, &mut today);
    }
    Matched {
        kept: (before - today.len()) as u64,
        new: today.iter().map(|candidate| candidate.finding).collect(),
        fixed: base.iter().map(|candidate| candidate.finding).collect(),
    }
}

impl<'a> Candidate<'a> {
    fn new(finding: &'a Finding, moved: bool) -> Candidate<'a> {
        Candidate {
            message: without_numbers(&finding.message),
            finding,
            moved,
        }
    }
}

fn anchored(candidate: &Candidate<'_>) -> bool {
    !candidate.finding.anchor.is_empty()
}

fn on_top(candidate: &Candidate<'_>) -> bool {
    candidate.finding.line == 1
}

/// One way of matching: who takes part, and what has to be equal beside producer, rule and message.
struct Pass {
    path: bool,
    anchor: bool,
    line: bool,
    base: fn(&Candidate<'_>) -> bool,
    today: fn(&Candidate<'_>) -> bool,
}

/// The surest first.
#[rustfmt::skip]
static PASSES: [Pass; 8] = [
    // At its very place; then anywhere in its file.
    Pass { path: true, anchor: true, line: true, base: anchored, today: anchored },
    Pass { path: true, anchor: true, line: false, base: anchored, today: anchored },
    // Where the source line of one of the two is not known, the message has to do.
    Pass { path: true, anchor: false, line: true, base: |it| !anchored(it), today: |_| true },
    Pass { path: true, anchor: false, line: true, base: |_| true, today: |it| !anchored(it) },
    Pass { path: true, anchor: false, line: false, base: |it| !anchored(it), today: |_| true },
    Pass { path: true, anchor: false, line: false, base: |_| true, today: |it| !anchored(it) },
    // On the first line stand findings about the file as a whole, whatever that line says.
    Pass { path: true, anchor: false, line: true, base: on_top, today: on_top },
    // Moved with its code: the line is gone from one place and added in another.
    Pass {
        path: false, anchor: true, line: false,
        base: |it| it.moved && anchored(it), today: |it| it.moved && anchored(it),
    },
];

impl Pass {
    fn key<'c>(&self, it: &'c Candidate<'_>) -> (&'c str, &'c str, &'c str, &'c str, &'c str, u32) {
        let finding = it.finding;
        (
            &finding.producer,
            &finding.rule,
            &it.message,
            if self.path { &finding.path } else { "" },
            if self.anchor { &finding.anchor } else { "" },
            if self.line { finding.line } else { 0 },
        )
    }

    /// Takes out of both lists, in their order, what has the same key.
    fn pair(&self, base: &mut Vec<Candidate<'_>>, today: &mut Vec<Candidate<'_>>) {
        let mut left = vec![true; base.len()];
        let mut new = vec![true; today.len()];
        {
            let mut waiting = FxHashMap::<_, Vec<&mut bool>>::default();
            // The last of a list is taken first.
            for (candidate, left) in base.iter().zip(&mut left).rev() {
                if (self.base)(candidate) {
                    waiting.entry(self.key(candidate)).or_default().push(left);
                }
            }
            for (candidate, new) in today.iter().zip(&mut new) {
                if (self.today)(candidate)
                    && let Some(left) = waiting.get_mut(&self.key(candidate)).and_then(Vec::pop)
                {
                    (*left, *new) = (false, false);
                }
            }
        }
        let (mut left, mut new) = (left.into_iter(), new.into_iter());
        base.retain(|_| left.next().unwrap_or(true));
        today.retain(|_| new.next().unwrap_or(true));
    }
}

/// A message without its numbers: `(12/10)` is `(/)`. Digits in a name, as in `x1` or `E501`, belong to the name.
fn without_numbers(message: &str) -> String {
    let mut in_name = false;
    let keeps = |letter: &char| {
        if letter.is_ascii_digit() {
            return in_name;
        }
        in_name = letter.is_alphabetic() || *letter == '_';
        true
    };
    message.chars().filter(keeps).collect()
}
