//! What the person copied.

/// The text in the clipboard; on Linux that of the X server, which Wayland desktops have as well. Blocks, a few seconds at
/// most.
///
/// # Errors
///
/// [`ClipboardError`]; it never holds anything of the content.
pub fn clipboard_text() -> Result<String, ClipboardError> {
    let text = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_text());
    text.map_err(|error| match error {
        arboard::Error::ContentNotAvailable | arboard::Error::ConversionFailure => {
            ClipboardError::NoText
        }
        other => ClipboardError::Unavailable(other.to_string()),
    })
}

/// Why there is no text from the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClipboardError {
    /// It is empty, or holds an image or files.
    #[error("there is no text in the clipboard")]
    NoText,
    /// There is no desktop, or another program has it just now.
    #[error("the clipboard cannot be read: {0}")]
    Unavailable(String),
}
