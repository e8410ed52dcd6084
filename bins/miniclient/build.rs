//! What Windows shows of the executables.

#[path = "../windows.rs"]
mod windows;

fn main() -> std::io::Result<()> {
    windows::describe(
        "miniclient",
        "Opens the CRM when a call comes in, and dials",
    )
}
