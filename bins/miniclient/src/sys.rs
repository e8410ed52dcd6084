//! What only the operating system can say, behind the same face on each.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    create_private_folder, end_requested, machine_folder, open_folder, open_private_file,
    others_may_write,
};
#[cfg(windows)]
pub(crate) use windows::{
    associations_changed, create_private_folder, end_requested, machine_folder, open_folder,
    open_private_file, others_may_write,
};
