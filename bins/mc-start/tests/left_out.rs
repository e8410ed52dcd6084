//! What a program was built without it says, by name; the same test with and without the feature.
//!
//! `cargo test -p mc-start --no-default-features --test left_out`

use std::path::Path;
use std::time::Duration;

use testkit::{Home, run};

#[test]
fn scripts_are_not_imported_without_it() {
    let home = Home::new();
    let mut command = home.command_at(Path::new(env!("CARGO_BIN_EXE_mc-start")));
    let said = run(command.args(["import", "none.ps1"]), Duration::from_mins(1));
    if cfg!(feature = "import") {
        let said = said.expect_code(1).stderr;
        assert!(said.contains("cannot be read"), "{said}");
    } else {
        let said = said.expect_code(12).stderr;
        assert!(said.contains("built without `import`"), "{said}");
    }
}
