//! Packs the tables of messages, for each program those of the crates that it consists of: unpacked they would be a
//! thirtieth of it.

use std::{env, fs, io, path::Path};

const TABLES: [(&str, &str); 2] = [
    (
        "mc-start",
        "common mc-cli mc-start mc-routing mc-http mc-secret mc-process mc-identity mc-desktop mc-import",
    ),
    (
        "miniclient",
        "common mc-cli miniclient mc-agent mc-hooks mc-curl mc-template mc-ipc mc-routing mc-http mc-secret mc-process \
         mc-identity mc-desktop",
    ),
];

fn main() -> io::Result<()> {
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    for (program, crates) in TABLES {
        let tables = crates.split_whitespace();
        let tables: io::Result<String> = tables
            .map(|name| fs::read_to_string(format!("messages/{name}.txt")))
            .collect();
        let packed = miniz_oxide::deflate::compress_to_vec(tables?.as_bytes(), 10);
        fs::write(Path::new(&folder).join(program), packed)?;
    }
    Ok(())
}
