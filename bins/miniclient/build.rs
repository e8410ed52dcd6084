//! Puts into the Windows executables what Windows reads from them: the version and product name that the file's
//! properties show and inventories and allow-lists go by, and the manifest (whose comments say what it is for).

fn main() -> std::io::Result<()> {
    if std::env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    // The versions come from Cargo.toml.
    winresource::WindowsResource::new()
        .set("ProductName", "MiniClient for jtel")
        .set(
            "FileDescription",
            "Opens the CRM when a call comes in, and dials",
        )
        .set("OriginalFilename", "miniclient.exe")
        .set(
            "LegalCopyright",
            "The MiniClient authors; MIT or Apache-2.0",
        )
        .set_manifest(include_str!("../windows.manifest"))
        .compile()
}
