//! Why a TLS connection failed, from the error of any client that uses rustls or, on Windows, Schannel.

use std::error::Error;
use std::io;

/// What is wrong with a TLS connection, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The chain ends at an authority that this computer does not trust, or the certificate is its own authority
    /// (self-signed).
    #[error(
        "its certificate is self-signed, or from an authority that this computer does not trust; put the company's root certificate, or a self-signed one itself, into ca_file or into the system's trust store"
    )]
    UnknownAuthority,
    /// The certificate has expired, or is not valid yet.
    #[error(
        "its certificate is not valid at this time; renew it on the server, and check this computer's clock"
    )]
    NotValidNow,
    /// The certificate is for another name.
    #[error(
        "its certificate is for another name; use the name in the certificate as the host of the URL"
    )]
    WrongName,
    /// The certificate was revoked, or that could not be found out.
    #[error(
        "its certificate is revoked, or its revocation could not be checked; ask who runs the server"
    )]
    Revoked,
    /// The certificate is not fit for a server, or broken.
    #[error("its certificate is not one for a server; ask who runs it for the right one")]
    BadCertificate,
    /// The port takes connections, and the handshake on it does not end. The client's own time ran out: no error
    /// says this, [`find`](Self::find) does not find it.
    #[error(
        "the port answers, but the TLS handshake got no answer; check that the port speaks https, and whether a firewall holds TLS up"
    )]
    TimedOut,
    /// The port takes connections and ends them within the handshake, as one may that speaks plain HTTP, or a server
    /// that starts up. As with [`TimedOut`](Self::TimedOut), no error of a TLS library says this.
    #[error(
        "the port answers, but ends the TLS handshake; write http:// if it is an http port, else check whether the server starts up or a firewall breaks TLS off"
    )]
    BrokenOff,
    /// What answered is not TLS.
    #[error(
        "the port does not speak TLS; write http:// if it is an http port, or name the https port"
    )]
    NotTls,
    /// Something else went wrong: the two have no common version, or the server broke off.
    #[error("the TLS handshake failed; check that the port speaks https")]
    Handshake,
}

impl TlsProblem {
    /// The TLS problem in an error or in what caused it; `None` when the failure is another one.
    #[must_use]
    pub fn find(error: &(dyn Error + 'static)) -> Option<Self> {
        chain(error).find_map(sys::classify)
    }

    /// Whether it is the server's certificate that was not accepted.
    #[must_use]
    pub fn is_certificate(self) -> bool {
        !matches!(
            self,
            Self::NotTls | Self::Handshake | Self::TimedOut | Self::BrokenOff
        )
    }
}

/// An error and what caused it, down to what an [`io::Error`] wraps, which its own `source` passes over.
pub fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'e (dyn Error + 'static)| {
        let error: &'e (dyn Error + 'static) = *error;
        let wrapped = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        wrapped
            .map(|inner| inner as &(dyn Error + 'static))
            .or_else(|| error.source())
    })
}

#[cfg(not(windows))]
mod sys {
    use rustls::{CertificateError, Error, InvalidMessage};

    use super::TlsProblem;

    pub(super) fn classify(error: &(dyn std::error::Error + 'static)) -> Option<TlsProblem> {
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
                // A self-signed certificate that may sign others is its own authority; webpki's type is not public
                // here, its name is in the text.
                other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
                    TlsProblem::UnknownAuthority
                }
                _ => TlsProblem::BadCertificate,
            },
            Error::NoCertificatesPresented => TlsProblem::BadCertificate,
            Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
            ) => TlsProblem::NotTls,
            _ => TlsProblem::Handshake,
        })
    }
}

#[cfg(windows)]
mod sys {
    use std::error::Error;

    use super::TlsProblem;

    /// Schannel reports through error codes (Microsoft Learn: "Schannel Error Codes" and "COM Error
    /// Codes (Security and Setup)").
    pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<TlsProblem> {
        Some(match code(error)? {
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
            // SEC_E_INVALID_TOKEN: what came is no TLS record.
            0x8009_0308 => TlsProblem::NotTls,
            // The other SEC_E_ codes.
            0x8009_0300..=0x8009_03FF => TlsProblem::Handshake,
            _ => return None,
        })
    }

    /// The code of a system error. native-tls wraps the `io::Error` and passes on its text alone, which
    /// ends with "(os error N)" in every language of the system.
    fn code(error: &(dyn Error + 'static)) -> Option<u32> {
        let text = error.to_string();
        let (_, number) = text.strip_suffix(')')?.rsplit_once("(os error ")?;
        number.parse().ok().map(i32::cast_unsigned)
    }
}
