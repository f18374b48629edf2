//! Sharing the room among sections: the worst first, and among those alike each the same, but what one does not need
//! goes to the others.

use super::Section;
use crate::render::json::v1::Word;
use crate::render::markdown::layout::fit;
use crate::render::markdown::limit::Limit;

/// The sections, each within its share, and how many rows are not in them.
pub(super) fn share(sections: &[(Word, Section)], room: Limit) -> (String, usize) {
    let mut left = room.most();
    let mut text = String::new();
    let mut left_out = 0;
    for rank in [Word::Fail, Word::Warn, Word::Pass] {
        let alike: Vec<&Section> = sections
            .iter()
            .filter(|(word, _)| *word == rank)
            .map(|(_, section)| section)
            .collect();
        let wanted: Vec<usize> = alike.iter().map(|it| wanted(it, room)).collect();
        for (section, share) in alike.iter().zip(shares(&wanted, left)) {
            match fit(&section.head, &section.blocks, room.at_most(share)) {
                Some(fitted) => {
                    left_out += fitted.left_out;
                    left = left.saturating_sub(room.size(&fitted.text));
                    text.push_str(&fitted.text);
                }
                None => left_out += section.blocks.iter().map(|it| it.rows.len()).sum::<usize>(),
            }
        }
    }
    (text, left_out)
}

/// What a section would take whole, with what `fit` keeps free while it counts.
fn wanted(section: &Section, room: Limit) -> usize {
    let blocks = section.blocks.iter().map(|block| {
        let rows: usize = block.rows.iter().map(|row| room.size(row)).sum();
        rows + room.size(&block.head)
            + room.size(&block.foot)
            + crate::render::markdown::layout::REMARK
    });
    room.size(&section.head) + blocks.sum::<usize>()
}

/// The room for each that wants so much: none more than it wants, and none less than another unless it wants less.
fn shares(wanted: &[usize], room: usize) -> Vec<usize> {
    let mut order: Vec<(usize, usize)> = wanted.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, wanted)| *wanted);
    let mut left = room;
    let mut shares = vec![0; wanted.len()];
    for (done, (at, wanted)) in order.iter().enumerate() {
        let share = (*wanted).min(left / (order.len() - done));
        left -= share;
        if let Some(slot) = shares.get_mut(*at) {
            *slot = share;
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_does_not_need_goes_to_the_others() {
        assert_eq!(shares(&[100, 10, 100], 1_000), [100, 10, 100]);
        assert_eq!(shares(&[100, 10, 100], 110), [50, 10, 50]);
        assert_eq!(shares(&[100, 100, 100], 90), [30, 30, 30]);
        assert_eq!(shares(&[5], 0), [0]);
        assert_eq!(shares(&[], 9), [] as [usize; 0]);
    }
}
