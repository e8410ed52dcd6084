//! What nobody can guess.

/// So many random bytes, as hexadecimal digits.
pub(crate) fn hex<const N: usize>() -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// An id that nothing had before.
pub(crate) fn id() -> String {
    // Without randomness, the time will do.
    hex::<8>().unwrap_or_else(|_| format!("{:016x}", jiff::Timestamp::now().as_nanosecond()))
}

/// From 0 to 1; without chance: half.
pub(crate) fn fraction() -> f64 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_or(0.5, |()| {
        f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX)
    })
}
