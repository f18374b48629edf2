//! Laying out a page within its limit: the least important rows are left out first, and how many is counted.

use super::limit::Limit;
use crate::text::{number, plural};

/// A part of a page that can be cut between its rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// What it is, where another part says that it is the same; empty for what needs no name.
    pub(super) title: String,
    /// What stands before the rows.
    pub(super) head: String,
    /// The rows, each ending in a line end, the most important first.
    pub(super) rows: Vec<String>,
    /// What stands after the rows.
    pub(super) foot: String,
    /// 0 for what is dropped last.
    pub(super) rank: u8,
}

/// Room for the sentence that says what was left out.
pub(super) const REMARK: usize = 60;

/// What fits.
#[derive(Debug, Default)]
pub(super) struct Fitted {
    /// The text.
    pub(super) text: String,
    /// How many rows are not in it.
    pub(super) left_out: usize,
}

/// As much as fits in the limit; `None` if not even the head does.
pub(super) fn fit(head: &str, blocks: &[Block], limit: Limit) -> Option<Fitted> {
    let mut left = limit.most().checked_sub(limit.size(head))?;
    let mut kept = vec![0; blocks.len()];
    let mut order: Vec<(&mut usize, &Block)> = kept.iter_mut().zip(blocks).collect();
    order.sort_by_key(|(_, block)| block.rank);
    for (kept, block) in order {
        let frame = limit.size(&block.head) + limit.size(&block.foot) + REMARK;
        let Some(mut room) = left.checked_sub(frame) else {
            continue;
        };
        let fits = |row: &&String| match room.checked_sub(limit.size(row)) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        };
        *kept = block.rows.iter().take_while(fits).count();
        if *kept > 0 {
            left = room;
        }
    }
    let mut fitted = Fitted {
        text: head.to_owned(),
        left_out: 0,
    };
    for (block, kept) in blocks.iter().zip(kept) {
        let missing = block.rows.len() - kept;
        fitted.left_out += missing;
        if kept == 0 {
            continue;
        }
        fitted.text.push_str(&block.head);
        fitted.text.extend(block.rows.iter().take(kept).cloned());
        if missing > 0 {
            let more = number::count(missing as u64);
            fitted
                .text
                .push_str(&format!("\n… and {more} more, left out for length\n"));
        }
        fitted.text.push_str(&block.foot);
    }
    Some(fitted)
}

/// A whole page: what fits between head and foot, and before the foot how much does not; `full` leads to all of it.
pub(super) fn page(head: &str, blocks: &[Block], foot: &str, full: &str, limit: Limit) -> String {
    let room = limit.less(foot).less(&left_out(usize::MAX, full));
    // A head that does not fit alone is beyond any limit that a place has; it is better whole than not at all.
    let fitted = fit(head, blocks, room).unwrap_or_else(|| Fitted {
        text: head.to_owned(),
        left_out: blocks.iter().map(|block| block.rows.len()).sum(),
    });
    fitted.text + &left_out(fitted.left_out, full) + foot
}

/// How many rows were left out and where they are; empty for none.
pub(super) fn left_out(rows: usize, full: &str) -> String {
    match rows {
        0 => String::new(),
        rows => format!(
            "\n{} {} left out for length; {full} has them\n",
            plural::s(rows as u64, "less important row"),
            plural::pick(rows as u64, "was", "were"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_goes_first() {
        let block = |name: &str, rank| Block {
            head: format!("<{name}>\n"),
            rows: (0..50).map(|row| format!("{name} row {row}\n")).collect(),
            rank,
            ..Block::default()
        };
        let blocks = [block("major", 0), block("minor", 1)];
        let page = |limit| page("head\n", &blocks, "foot\n", "the list", limit);
        let all = page(Limit::NONE);
        assert!(all.contains("minor row 49") && !all.contains("left out"));
        let some = page(Limit::bytes(1_300));
        assert!(
            some.contains("major row 49") && some.contains("minor row 0") && some.len() <= 1_300
        );
        assert!(some.contains("more, left out for length"));
        let few = page(Limit::characters(600));
        assert!(few.contains("major row 0") && !few.contains("minor row"));
        let left: usize = (0..50)
            .filter(|row| !few.contains(&format!("major row {row}\n")))
            .count();
        let said = format!("{} less important rows were left out", left + 50);
        assert!(few.contains(&said), "{few}");
        assert!(few.ends_with("the list has them\nfoot\n"));
    }
}
