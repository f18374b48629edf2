//! SHA-256.

use ring::digest::{SHA256, digest};

/// The SHA-256 of the bytes, in 64 lower-case hexadecimal digits.
pub(in crate::github) fn sha256(bytes: &[u8]) -> String {
    let sum = digest(&SHA256, bytes);
    sum.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn is_the_one_of_fips_180() {
        assert_eq!(
            super::sha256(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
