//! Where the REST side is. Both kinds of address are shown as scheme, host and port alone: paths of
//! installations carry ids, and what is never printed cannot leak.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The address of the REST side with the client's id, such as `https://acd-lb/rest/v1.0/1`.
///
/// http or https, without user info, query or fragment; a slash at the end does not matter.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl(Url);

/// The full address that runs one routing application, such as
/// `https://acd-lb/rest/v1.0/1/routingApplications/run/1234`.
///
/// The same rules as for [`BaseUrl`], so slashes at its end go. The path is otherwise taken as it is, because a load
/// balancer may give it another form.
#[derive(Clone, PartialEq, Eq)]
pub struct RunUrl(Url);

/// A text that is no usable address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestUrlError {
    /// Not a URL at all.
    #[error("not a URL ({reason}); write it as {form}")]
    Syntax {
        /// What the URL standard's parser says.
        reason: String,
        /// How it is written.
        form: &'static str,
    },
    /// A scheme other than http and https.
    #[error("the scheme {scheme:?} is not supported; write http:// or https://")]
    Scheme {
        /// The scheme found.
        scheme: String,
    },
    /// A user name or password before the host.
    #[error("a user name or password does not belong into this URL; the token is sent as a header")]
    UserInfo,
    /// A `?` or `#` and what follows.
    #[error("the URL ends before the {sign:?}: remove it and what follows")]
    Rest {
        /// The sign that begins what must go.
        sign: char,
    },
}

const BASE_FORM: &str = "https://SERVER/rest/v1.0/CLIENTSID";
const RUN_FORM: &str = "https://SERVER/rest/v1.0/CLIENTSID/routingApplications/run/APPLICATION";

fn parse(text: &str, form: &'static str) -> Result<Url, RestUrlError> {
    let mut url = Url::parse(text.trim()).map_err(|error| RestUrlError::Syntax {
        reason: error.to_string(),
        form,
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        // `acd-lb:8080/rest` is a URL with the scheme "acd-lb": the message shows what was read.
        return Err(RestUrlError::Scheme {
            scheme: url.scheme().to_owned(),
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(RestUrlError::UserInfo);
    }
    if url.query().is_some() {
        return Err(RestUrlError::Rest { sign: '?' });
    }
    if url.fragment().is_some() {
        return Err(RestUrlError::Rest { sign: '#' });
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

impl BaseUrl {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// When it is not such an address; the message says what to change.
    pub fn parse(text: &str) -> Result<Self, RestUrlError> {
        parse(text, BASE_FORM).map(Self)
    }

    /// The address that runs the routing application with this id.
    #[must_use]
    pub fn run(&self, application: u64) -> RunUrl {
        RunUrl(self.below(&["routingApplications", "run", &application.to_string()]))
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// An address below this one; segments are percent-encoded.
    pub(crate) fn below(&self, segments: &[&str]) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl RunUrl {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// When it is not such an address; the message says what to change.
    pub fn parse(text: &str) -> Result<Self, RestUrlError> {
        parse(text, RUN_FORM).map(Self)
    }

    /// The base URL, where this one has the usual form `BASE/routingApplications/run/ID`.
    #[must_use]
    pub fn base(&self) -> Option<BaseUrl> {
        let mut segments: Vec<&str> = self.0.path_segments()?.collect();
        let id = segments.pop()?;
        let (run, applications) = (segments.pop()?, segments.pop()?);
        let usual = run == "run" && applications == "routingApplications" && !id.is_empty();
        usual.then(|| {
            let mut url = self.0.clone();
            url.set_path(&segments.join("/"));
            BaseUrl(url)
        })
    }

    /// The routing application's id, where the address has that form.
    #[must_use]
    pub fn application(&self) -> Option<u64> {
        self.base()?;
        self.0.path_segments()?.next_back()?.parse().ok()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }
}

macro_rules! shown_as_origin {
    ($($type:ident)*) => {$(
        impl $type {
            /// Scheme, host and port: what may be shown.
            #[must_use]
            pub fn origin(&self) -> String {
                origin(&self.0)
            }

            /// The whole address, for a request or a person's own eyes. Not for logs.
            #[must_use]
            pub fn reveal(&self) -> &str {
                self.0.as_str()
            }

            /// The host: a name, or an address (IPv6 in brackets).
            #[must_use]
            pub fn host(&self) -> &str {
                self.0.host_str().unwrap_or_default()
            }

            /// The port, the scheme's own where none is written.
            #[must_use]
            pub fn port(&self) -> u16 {
                self.0.port_or_known_default().unwrap_or_default()
            }

            /// Whether what is sent there is encrypted.
            #[must_use]
            pub fn is_https(&self) -> bool {
                self.0.scheme() == "https"
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($type), "({}/..)"), self.origin())
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.origin())
            }
        }

        impl FromStr for $type {
            type Err = RestUrlError;

            fn from_str(text: &str) -> Result<Self, RestUrlError> {
                Self::parse(text)
            }
        }
    )*};
}
shown_as_origin!(BaseUrl RunUrl);

pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
