//! Numbers, read eight bytes at once: where their lengths vary, a branch for each digit is guessed wrong too often.

/// The same byte eight times.
const fn eight_of(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The number with which a text begins and what follows it, if no counter could overflow.
#[inline]
pub(super) fn digits(text: &[u8]) -> Option<(u64, &[u8])> {
    // Branches, blocks and most counts have one digit.
    if let [digit @ b'0'..=b'9', rest @ ..] = text
        && let [b',' | b'\n', ..] = rest
    {
        return Some((u64::from(digit - b'0'), rest));
    }
    if let Some(eight) = text.first_chunk()
        && let Some((number, length)) = short(u64::from_le_bytes(*eight))
    {
        return Some((number, text.get(length..)?));
    }
    one_by_one(text)
}

/// The number in the first of eight bytes and its length, if that is from 1 to 7.
#[inline]
fn short(eight: u64) -> Option<(u64, usize)> {
    let values = eight ^ eight_of(b'0');
    // The highest bit of every byte whose value is none from 0 to 9. No sum reaches the next byte.
    let low = values & eight_of(0x7f);
    let others = ((low + eight_of(0x76)) | values) & eight_of(0x80);
    let length = others.trailing_zeros() / 8;
    if length == 0 || length == 8 {
        return None;
    }
    // Zeros before them make them eight digits, of which neighbours are joined: to pairs, to fours, to all.
    let digits = values << (64 - 8 * length);
    let pairs = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let all = (fours * 10_000 + (fours >> 32)) & 0xffff_ffff;
    Some((all, length as usize))
}

/// The same digit by digit.
fn one_by_one(text: &[u8]) -> Option<(u64, &[u8])> {
    let (mut number, mut rest) = (0_u64, text);
    while let [byte @ b'0'..=b'9', after @ ..] = rest {
        number = number.wrapping_mul(10).wrapping_add((byte - b'0').into());
        rest = after;
    }
    (1..20)
        .contains(&(text.len() - rest.len()))
        .then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn eight_bytes_at_once_say_what_each_of_them_says(text in "[0-9]{0,10}[ -~\\x00-\\xff]{0,10}") {
            prop_assert_eq!(digits(text.as_bytes()), one_by_one(text.as_bytes()));
        }
    }

    #[test]
    fn every_byte_but_a_digit_ends_a_number() {
        for byte in 0..=u8::MAX {
            let text = [b'9', byte, b'7', b'7', b'7', b'7', b'7', b'7', b',', b'1'];
            assert_eq!(digits(&text), one_by_one(&text), "{byte}");
        }
        assert_eq!(digits(b"18446744073709551615"), None);
        assert_eq!(digits(b"9999999,"), Some((9_999_999, &b","[..])));
    }
}
