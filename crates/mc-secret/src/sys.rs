//! What only the operating system knows, behind the same face on each: who may write or read a file, and files for
//! one user alone.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    create_private_folder, open_folder, open_private_file, others_may_read, others_may_write,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    create_private_folder, open_folder, open_private_file, others_may_read, others_may_write,
};
