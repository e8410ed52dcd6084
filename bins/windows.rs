//! Puts into a Windows executable what Windows reads from it: the version and product name that the file's properties
//! show and inventories and allow-lists go by, and the manifest (whose comments say what it is for).

use std::io;

/// Says what the program is; the versions come from its Cargo.toml.
pub(crate) fn describe(program: &str, description: &str) -> io::Result<()> {
    if std::env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    winresource::WindowsResource::new()
        .set("ProductName", "MiniClient for jtel")
        .set("FileDescription", description)
        .set("OriginalFilename", program)
        .set(
            "LegalCopyright",
            "The MiniClient authors; MIT or Apache-2.0",
        )
        .set_manifest(include_str!("windows.manifest"))
        .compile()
}
