//! A file that somebody wrote and nobody reads: what Notepad calls it, or a folder too high.

use std::path::Path;

use super::problem::SettingsProblem;

/// The folder in which both programs' files are, wherever the system keeps such folders.
const FOLDER: &str = "miniclient";

/// What was probably meant to be this file, which is not there, and what to do with it.
///
/// Notepad adds `.txt` to a name, and Windows does not show it; and `%APPDATA%` is taken for the programs' own folder.
pub fn misplaced(file: &Path) -> Option<SettingsProblem> {
    let (name, folder) = (file.file_name()?.to_str()?, file.parent()?);
    let text_file = folder.join(format!("{name}.txt"));
    if text_file.is_file() {
        return Some(SettingsProblem::in_file(
            &text_file,
            format!("this file is not read: rename it to {name} (Windows hides the ending .txt)"),
        ));
    }
    let above = folder.parent()?.join(name);
    let own = folder.file_name()?.eq_ignore_ascii_case(FOLDER);
    (own && above.is_file()).then(|| {
        SettingsProblem::in_file(
            &above,
            format!("this file is not read: move it to {}", folder.display()),
        )
    })
}
