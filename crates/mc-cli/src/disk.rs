//! What a person can do about a disk that refuses.

use std::error::Error;
use std::io;

/// The error, and what to do where the reason below it is a disk that is full, or that this user may not write.
pub fn with_disk_advice(error: &(dyn Error + 'static)) -> String {
    let mut causes = std::iter::successors(Some(error), |error| Error::source(*error));
    let kind = causes.find_map(|cause| cause.downcast_ref::<io::Error>().map(io::Error::kind));
    match kind {
        Some(io::ErrorKind::StorageFull) => {
            format!("{error}; its disk is full: make room there")
        }
        Some(io::ErrorKind::QuotaExceeded) => {
            format!(
                "{error}; this user may keep no more there: make room, or have the quota raised"
            )
        }
        Some(io::ErrorKind::FileTooLarge) => {
            format!("{error}; files of this user may not grow that far: have the limit raised")
        }
        Some(io::ErrorKind::ReadOnlyFilesystem) => {
            format!("{error}; its disk can only be read: have it mounted so that it can be written")
        }
        Some(io::ErrorKind::PermissionDenied) => {
            format!("{error}; give this user the right to write there")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Above {
        source: io::Error,
    }

    impl std::fmt::Display for Above {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "x cannot be written: {}", self.source)
        }
    }

    impl Error for Above {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.source)
        }
    }

    #[test]
    fn the_reason_is_found_below_the_error() {
        for (kind, part) in [
            (io::ErrorKind::StorageFull, "make room there"),
            (io::ErrorKind::QuotaExceeded, "quota"),
            (io::ErrorKind::FileTooLarge, "limit"),
            (io::ErrorKind::ReadOnlyFilesystem, "can only be read"),
            (io::ErrorKind::PermissionDenied, "the right to write"),
        ] {
            let told = with_disk_advice(&Above {
                source: kind.into(),
            });
            assert!(told.starts_with("x cannot be written: "), "{told}");
            assert!(told.contains(part), "{told}");
            assert!(with_disk_advice(&io::Error::from(kind)).contains(part));
        }
        let other = Above {
            source: io::Error::other("y"),
        };
        assert_eq!(with_disk_advice(&other), "x cannot be written: y");
    }
}
