//! Puts into the Windows executables what Windows reads from them: version, product, company and file name, which the
//! file's properties show and inventories and allow-lists go by, the icon, and the manifest (whose comments say what it
//! is for).

use std::io;

/// Says what the program and its windowless twin are; the versions come from its Cargo.toml.
pub(crate) fn describe(program: &str, description: &str) -> io::Result<()> {
    if std::env::var_os("CARGO_CFG_WINDOWS").is_none() {
        return Ok(());
    }
    let folder = std::env::var("OUT_DIR").unwrap_or_default();
    // Without its comments and indents, which are for us.
    let manifest: String = include_str!("windows.manifest")
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("<!--"))
        .collect();
    for twin in [program, &format!("{program}w")] {
        // Each has a file name of its own, and so a resource of its own.
        let folder = format!("{folder}/{twin}");
        std::fs::create_dir_all(&folder)?;
        winresource::WindowsResource::new()
            .set("ProductName", "MiniClient for jtel")
            .set("CompanyName", "The MiniClient authors")
            .set("FileDescription", description)
            .set("InternalName", twin)
            .set("OriginalFilename", &format!("{twin}.exe"))
            .set(
                "LegalCopyright",
                "The MiniClient authors; MIT or Apache-2.0",
            )
            .set_icon("../miniclient.ico")
            .set_manifest(&manifest)
            .set_output_directory(&folder)
            .compile_for(twin)?;
    }
    Ok(())
}
