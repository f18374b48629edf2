//! Events that are held: no more than a file may come to, whatever it says of all of them at once.

use std::sync::Arc;

use crate::domain::event::{Context, Raw};
use crate::domain::report::{Problem, StatedEvent};
use crate::formats::Input;

/// What is wrong with single events is told of so many.
const FAULTS: usize = 100;

/// Takes the events of a file.
pub(super) struct Kept<'c> {
    events: &'c mut Vec<StatedEvent>,
    bytes: usize,
    /// How many came once it was full.
    more: u64,
    faults: Vec<Problem>,
    /// What was last said of a run: the events of a batch share it.
    context: Option<Arc<Context>>,
}

impl<'c> Kept<'c> {
    /// None yet.
    pub(super) fn new(events: &'c mut Vec<StatedEvent>) -> Kept<'c> {
        Kept {
            events,
            bytes: 0,
            more: 0,
            faults: Vec::new(),
            context: None,
        }
    }

    /// Takes an event in, unless it is one too many, or of a run of which too much is said.
    pub(super) fn take(&mut self, line: u64, raw: Raw, context: Option<&Context>) {
        if let Some(Err(why)) = context.map(Context::fits) {
            return self.fault(line, why.to_string());
        }
        self.bytes = self.bytes.saturating_add(raw.bytes());
        let context = context.map(|context| self.shared(context));
        if self.events.len() >= StatedEvent::KEPT || self.bytes > StatedEvent::BYTES {
            self.more += 1;
            return;
        }
        self.events.push(StatedEvent { line, raw, context });
    }

    /// Notes what is wrong with an event.
    pub(super) fn fault(&mut self, line: u64, why: String) {
        if self.faults.len() < FAULTS {
            self.faults.push(Problem::error(why).at_line(line));
        }
    }

    fn shared(&mut self, context: &Context) -> Arc<Context> {
        match &self.context {
            Some(known) if **known == *context => Arc::clone(known),
            _ => {
                let new = Arc::new(context.clone());
                let texts = Context::NAMES.iter().filter_map(|name| new.get(name));
                self.bytes = self.bytes.saturating_add(texts.map(str::len).sum());
                self.context = Some(Arc::clone(&new));
                new
            }
        }
    }

    /// Says what was not taken, and what is wrong with which.
    pub(super) fn tell(self, input: &mut Input<'_>) {
        if self.more > 0 {
            let (more, kept) = (self.more, self.events.len());
            input.warn(Problem::error(format!(
                "{more} events beyond the first {kept} are not judged: record the file with `andon record`, and judge the history"
            )));
        }
        for fault in self.faults {
            input.warn(fault);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_bytes_are_held_than_a_file_may_come_to() {
        let mut events = Vec::new();
        let mut kept = Kept::new(&mut events);
        let raw = Raw {
            name: "a".repeat(StatedEvent::BYTES / 4),
            ..Raw::default()
        };
        for line in 1..=6 {
            kept.take(line, raw.clone(), None);
        }
        assert_eq!((kept.more, kept.events.len()), (2, 4));
    }

    #[test]
    fn the_events_of_a_batch_share_what_is_said_of_their_run() {
        let mut events = Vec::new();
        let mut kept = Kept::new(&mut events);
        let mut context = Context::default();
        for (commit, line) in [("a", 1), ("a", 2), ("b", 3)] {
            context.set("commit", commit);
            kept.take(line, Raw::default(), Some(&context));
        }
        context.set("commit", &"x".repeat(501));
        kept.take(4, Raw::default(), Some(&context));
        assert_eq!(kept.faults.len(), 1);
        assert!(kept.faults[0].message.contains("`commit` of the context"));
        let of = |at: usize| events[at].context.clone().unwrap();
        assert!(Arc::ptr_eq(&of(0), &of(1)) && !Arc::ptr_eq(&of(1), &of(2)));
    }
}
