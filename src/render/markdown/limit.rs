//! Staying below the limits of the places where markdown goes.

/// The most that a text may be.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    most: usize,
    size: fn(&str) -> usize,
}

impl Limit {
    /// No limit.
    pub const NONE: Limit = Limit::bytes(usize::MAX);
    /// A job summary: GitHub drops it as a whole above 1,048,576 bytes.
    pub const JOB_SUMMARY: Limit = Limit::bytes(1_000_000);

    /// So many bytes.
    pub const fn bytes(most: usize) -> Limit {
        Limit {
            most,
            size: str::len,
        }
    }

    /// So many characters: 65,536 less the marker for a comment.
    pub const fn characters(most: usize) -> Limit {
        Limit {
            most,
            size: |text| text.chars().count(),
        }
    }
}

/// A part of a page that can be cut between its rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// What stands before the rows.
    pub(super) head: String,
    /// The rows, each ending in a line end, the most important first.
    pub(super) rows: Vec<String>,
    /// What stands after the rows.
    pub(super) foot: String,
    /// 0 for what is dropped last.
    pub(super) rank: u8,
}

/// Room for the sentences that say what was left out.
const REMARK: usize = 120;

/// The page, within the limit: the least important rows are left out first, and how many is said.
pub(super) fn assemble(head: &str, blocks: &[Block], foot: &str, limit: Limit) -> String {
    let size = limit.size;
    let mut left = limit.most.saturating_sub(size(head) + size(foot) + REMARK);
    let mut kept = vec![None; blocks.len()];
    let mut order: Vec<(usize, &Block)> = blocks.iter().enumerate().collect();
    order.sort_by_key(|(_, block)| block.rank);
    for (at, block) in order {
        let frame = size(&block.head) + size(&block.foot) + REMARK;
        let Some(mut room) = left.checked_sub(frame) else {
            continue;
        };
        let fits = |row: &&String| match room.checked_sub(size(row)) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        };
        let rows = block.rows.iter().take_while(fits).count();
        if rows > 0 {
            left = room;
            if let Some(slot) = kept.get_mut(at) {
                *slot = Some(rows);
            }
        }
    }
    let mut page = head.to_owned();
    let mut dropped = 0;
    for (block, kept) in blocks.iter().zip(kept) {
        let Some(rows) = kept else {
            dropped += block.rows.len();
            continue;
        };
        page.push_str(&block.head);
        block
            .rows
            .iter()
            .take(rows)
            .for_each(|row| page.push_str(row));
        if rows < block.rows.len() {
            let more = block.rows.len() - rows;
            page.push_str(&format!("\n… and {more} more, left out for length\n"));
        }
        page.push_str(&block.foot);
    }
    if dropped > 0 {
        page.push_str(&format!(
            "\n{dropped} less important rows were left out for length; the full report has them\n"
        ));
    }
    page.push_str(foot);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_goes_first() {
        let block = |name: &str, rank| Block {
            head: format!("<{name}>\n"),
            rows: (0..50).map(|row| format!("{name} row {row}\n")).collect(),
            foot: String::new(),
            rank,
        };
        let blocks = [block("major", 0), block("minor", 1)];
        let all = assemble("head\n", &blocks, "foot\n", Limit::NONE);
        assert!(all.contains("minor row 49") && !all.contains("left out"));
        let some = assemble("head\n", &blocks, "foot\n", Limit::bytes(1_300));
        assert!(
            some.contains("major row 49") && some.contains("minor row 0") && some.len() <= 1_300
        );
        assert!(some.contains("more, left out for length"));
        let few = assemble("head\n", &blocks, "foot\n", Limit::characters(500));
        assert!(few.contains("major row 0") && !few.contains("minor row"));
        assert!(few.contains("50 less important rows were left out"));
    }
}
