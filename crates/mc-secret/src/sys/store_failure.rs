//! What every credential store can answer beside a value, and how a value is read.

#[cfg(any(windows, target_os = "linux", test))]
use crate::text;

/// Why a system's store did not do it.
#[cfg_attr(
    not(any(windows, target_os = "linux")),
    expect(dead_code, reason = "there is no store to refuse")
)]
pub(crate) enum StoreFailure {
    /// There is none here.
    Absent,
    /// There is one, and it refused: what to say after its name.
    Refused(String),
}

/// What a store keeps: ours is UTF-8, and what Windows' own tools put there UTF-16.
#[cfg(any(windows, target_os = "linux", test))]
pub(crate) fn text(bytes: &[u8]) -> Result<String, StoreFailure> {
    text::decode(bytes).map_err(|_| {
        StoreFailure::Refused("holds what is not text; put the secret there anew".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_tool_put_there_is_read() {
        let utf16: Vec<u8> = "a bÄ".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in ["a bÄ".as_bytes(), &utf16] {
            assert!(text(bytes).is_ok_and(|text| text == "a bÄ"));
        }
        assert!(matches!(text(b"\xff\xff"), Err(StoreFailure::Refused(_))));
    }
}
