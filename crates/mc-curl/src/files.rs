//! Files that a command sends. They are read for every call, as curl does, so that another program may
//! write them in between.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::RequestError;

/// The largest file that is sent. Requests are held in memory, and calls come many at a time.
pub(crate) const LARGEST: u64 = 16 * 1024 * 1024;

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, RequestError> {
    let fault = |reason: String| RequestError::File {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(|error| fault(error.to_string()))?;
    // A pipe or a device might never end, and opening it is not what was meant.
    let metadata = file.metadata().map_err(|error| fault(error.to_string()))?;
    if !metadata.is_file() {
        return Err(fault("it is not a regular file".to_owned()));
    }
    let mut content = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut content)
        .map_err(|error| fault(error.to_string()))?;
    if content.len() as u64 > LARGEST {
        return Err(fault(format!(
            "it is larger than {} MiB",
            LARGEST / (1024 * 1024)
        )));
    }
    Ok(content)
}
