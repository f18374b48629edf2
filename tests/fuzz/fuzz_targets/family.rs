//! What the targets share. Each target is one family of formats, chosen by a number of bytes at the front.

use andon::formats::{Format, Kind, Limits, read, registry};

/// Reads arbitrary bytes as one of the formats of a kind, or as whatever their beginning says they are: an error or a
/// model, never a panic, a hang or a memory bomb.
pub fn exercise(kind: Kind, data: &[u8]) {
    // The first byte chooses the format: 0 lets the content tell.
    let Some((&choice, report)) = data.split_first() else {
        return;
    };
    let formats: Vec<&'static Format> = registry().filter(|format| format.kind == kind).collect();
    let forced = usize::from(choice)
        .checked_sub(1)
        .and_then(|at| formats.get(at % formats.len().max(1)).copied());
    let limits = Limits {
        streamed_bytes: 1 << 20,
        held_bytes: 1 << 20,
        token_bytes: 64 << 10,
        depth: 64,
        text_bytes: 256,
        roll: 100,
    };
    let file = Box::new(std::io::Cursor::new(report.to_vec()));
    let first = read("report", file, forced, Default::default(), &limits);
    // The same bytes in small pieces are the same report: no reader may depend on how the file is delivered.
    let drip = Box::new(Drip(report.to_vec(), 0));
    let second = read("report", drip, forced, Default::default(), &limits);
    assert_eq!(first.content, second.content);
}

/// A reader that gives one to seven bytes at a time.
struct Drip(Vec<u8>, usize);

impl std::io::Read for Drip {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let rest = self.0.get(self.1..).unwrap_or_default();
        let count = (1 + self.1 % 7).min(target.len()).min(rest.len());
        if let (Some(to), Some(from)) = (target.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.1 += count;
        Ok(count)
    }
}
