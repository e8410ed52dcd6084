//! What only the operating system knows, behind the same face on each: who may write or read a file, files for
//! one user alone, and the credential store.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    append_to_private_file, create_private_file, create_private_folder, is_given, open_file,
    open_folder, open_private_file, others_may_read, others_may_write,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    append_to_private_file, create_private_file, create_private_folder, is_given, open_file,
    open_folder, open_private_file, others_may_read, others_may_write,
};

#[cfg(feature = "store")]
pub(crate) mod store;
#[cfg(feature = "store")]
mod store_failure;

#[cfg(all(feature = "store", windows))]
mod credential_manager;
#[cfg(all(feature = "store", not(any(windows, target_os = "linux"))))]
mod no_store;
#[cfg(all(feature = "store", target_os = "linux"))]
mod secret_service;
