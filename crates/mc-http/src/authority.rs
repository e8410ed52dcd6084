//! Host and port in one text.

/// A host (a name, or an address without brackets) and a port, as a URL and `CONNECT` have them: `[2001:db8::1]:443`.
///
/// ```
/// use mc_http::authority;
///
/// assert_eq!(authority("broker.example", 8883), "broker.example:8883");
/// assert_eq!(authority("2001:db8::1", 443), "[2001:db8::1]:443");
/// ```
#[must_use]
pub fn authority(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
