//! What every credential store can answer beside a value.

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
