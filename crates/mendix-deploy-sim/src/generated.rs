//! Generated content: what is behind links, made while it is sent.

use sha2::{Digest as _, Sha256};

/// The seed of the content behind a link. Each generation of it is other content.
pub(crate) fn seed(path: &str, generation: u32) -> u64 {
    let digest = Sha256::new().chain_update(path).chain_update(generation.to_be_bytes()).finalize();
    digest.iter().take(8).fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

/// The bytes from this offset on: printable, different at every offset, and never held in memory as a whole.
pub(crate) fn generate(seed: u64, from: u64, count: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    (from..)
        .take(count)
        .map(|place| if place % 64 == 63 { b'\n' } else { ALPHABET[mix(seed, place)] })
        .collect()
}

fn mix(seed: u64, place: u64) -> usize {
    let mixed =
        seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::from((mixed >> 58).to_le_bytes()[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_the_part_of_the_whole() {
        let whole = generate(7, 0, 1000);
        assert_eq!(generate(7, 300, 200), whole[300..500]);
        assert_ne!(generate(8, 0, 1000), whole);
    }
}
