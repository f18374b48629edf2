//! How wide text is in a badge's font.

/// Advance widths of Verdana at 11 pixels, in hundredths of a pixel, from the space to the tilde.
#[rustfmt::skip]
const WIDTHS: [u32; 95] = [
    387, 433, 505, 900, 699, 1184, 799, 295, 500, 500, 699, 900, 400, 500, 400, 500,
    699, 699, 699, 699, 699, 699, 699, 699, 699, 699, 500, 500, 900, 900, 900, 600,
    1100, 752, 754, 768, 848, 696, 632, 853, 827, 463, 500, 762, 612, 927, 823, 866,
    663, 866, 765, 752, 678, 805, 752, 1088, 754, 677, 754, 500, 500, 500, 900, 699,
    699, 661, 685, 573, 685, 655, 387, 685, 696, 302, 379, 651, 302, 1070, 696, 668,
    685, 685, 469, 573, 433, 696, 651, 900, 651, 651, 578, 698, 500, 698, 900,
];

/// For all other characters: that of the widest letter, so that nothing is cut off.
const WIDEST: u32 = 1184;

/// The width in tenths of a pixel.
pub(super) fn of(text: &str) -> u32 {
    let advance = |c: char| {
        let at = (c as usize).checked_sub(' ' as usize);
        at.and_then(|at| WIDTHS.get(at).copied()).unwrap_or(WIDEST)
    };
    text.chars().map(advance).sum::<u32>().div_ceil(10)
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_is_as_wide_as_its_letters() {
        assert_eq!(super::of(""), 0);
        assert_eq!(super::of(" "), 39);
        assert_eq!(super::of("~"), 90);
        assert_eq!(super::of("andon"), 341);
        assert!(super::of("漢") > super::of("W"));
    }
}
