//! What Windows shows of the executables.

#[path = "../windows.rs"]
mod windows;

fn main() -> std::io::Result<()> {
    windows::describe(
        "mc-start",
        "Starts the client and reports the workstation to jtel",
    )
}
