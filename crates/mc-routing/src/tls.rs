//! Reads from a failed connection what was wrong with its TLS side.

use std::error::Error as StdError;

use crate::TlsProblem;
use crate::error::beneath;

/// The TLS problem in a chain of errors; `None` when the failure is another one.
pub(crate) fn problem(error: &(dyn StdError + 'static)) -> Option<TlsProblem> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(problem) = sys::classify(error) {
            return Some(problem);
        }
        next = beneath(error);
    }
    None
}

#[cfg(not(windows))]
mod sys {
    use std::error::Error as StdError;

    use rustls::{CertificateError, Error};

    use crate::TlsProblem;

    pub(super) fn classify(error: &(dyn StdError + 'static)) -> Option<TlsProblem> {
        Some(match error.downcast_ref::<Error>()? {
            Error::InvalidCertificate(certificate) => match certificate {
                CertificateError::UnknownIssuer => TlsProblem::UnknownAuthority,
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => TlsProblem::NotValidNow,
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => TlsProblem::WrongName,
                CertificateError::Revoked | CertificateError::UnknownRevocationStatus => {
                    TlsProblem::Revoked
                }
                _ => TlsProblem::BadCertificate,
            },
            _ => TlsProblem::Handshake,
        })
    }
}

#[cfg(windows)]
mod sys {
    use std::error::Error as StdError;

    use crate::TlsProblem;

    /// Schannel reports through error codes (Microsoft Learn: "Schannel Error Codes" and "COM Error
    /// Codes (Security and Setup)").
    pub(super) fn classify(error: &(dyn StdError + 'static)) -> Option<TlsProblem> {
        let code = code(error)?;
        Some(match code {
            // SEC_E_UNTRUSTED_ROOT, CERT_E_UNTRUSTEDROOT, CERT_E_CHAINING
            0x8009_0325 | 0x800B_0109 | 0x800B_010A => TlsProblem::UnknownAuthority,
            // SEC_E_CERT_EXPIRED, CERT_E_EXPIRED, CERT_E_VALIDITYPERIODNESTING
            0x8009_0328 | 0x800B_0101 | 0x800B_0102 => TlsProblem::NotValidNow,
            // SEC_E_WRONG_PRINCIPAL, CERT_E_CN_NO_MATCH
            0x8009_0322 | 0x800B_010F => TlsProblem::WrongName,
            // CERT_E_REVOKED, CERT_E_REVOCATION_FAILURE, CRYPT_E_REVOKED, CRYPT_E_NO_REVOCATION_CHECK,
            // CRYPT_E_REVOCATION_OFFLINE
            0x800B_010C | 0x800B_010E | 0x8009_2010 | 0x8009_2012 | 0x8009_2013 => {
                TlsProblem::Revoked
            }
            // SEC_E_CERT_UNKNOWN, SEC_E_CERT_WRONG_USAGE, CERT_E_WRONG_USAGE, TRUST_E_CERT_SIGNATURE
            0x8009_0327 | 0x8009_0349 | 0x800B_0110 | 0x8009_6004 => TlsProblem::BadCertificate,
            // The other SEC_E_ codes.
            0x8009_0300..=0x8009_03FF => TlsProblem::Handshake,
            _ => return None,
        })
    }
    /// The code of a system error. native-tls wraps the `io::Error` and passes on its text alone, which
    /// ends with "(os error N)" in every language of the system.
    fn code(error: &(dyn StdError + 'static)) -> Option<u32> {
        let text = error.to_string();
        let (_, number) = text.strip_suffix(')')?.rsplit_once("(os error ")?;
        number.parse().ok().map(i32::cast_unsigned)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn codes_are_read_from_errors_and_from_their_texts() {
            for (code, problem) in [
                (0x800B_0109_u32, Some(TlsProblem::UnknownAuthority)),
                (0x800B_0101, Some(TlsProblem::NotValidNow)),
                (0x8009_0322, Some(TlsProblem::WrongName)),
                (0x800B_010E, Some(TlsProblem::Revoked)),
                (0x8009_0326, Some(TlsProblem::Handshake)),
                (10061, None),
            ] {
                let error = std::io::Error::from_raw_os_error(code.cast_signed());
                assert_eq!(classify(&error), problem, "{code:x}");
            }
        }
    }
}
