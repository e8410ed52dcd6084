//! The action that opens a page in the person's browser.

use mc_template::{Context, Names, RenderError, Scope, Template, TemplateError, Warning};

use crate::text::shown_url;

/// A page to open: an address with variables, http or https only.
#[derive(Clone, Debug)]
pub struct Open {
    url: Template,
    hosts: Option<Vec<String>>,
}

/// Why a page is not opened for these values. Holds no query and no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address begins with a variable that the event does not bring.
    #[error("the event brings no {name}, with which the address begins")]
    NoAddress {
        /// The variable.
        name: String,
    },
    /// A template refused a value.
    #[error(transparent)]
    Render(RenderError),
    /// The address is not http or https.
    #[error("only http and https addresses are opened")]
    Scheme,
    /// The host is not in the list of those allowed.
    #[error("the host of {url} is not among those that may be opened")]
    Host {
        /// The address without its secrets.
        url: String,
    },
}

impl Open {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// As for a URL template: a bad variable, or one in scheme, user info, host or port of an address
    /// that does not begin with it.
    pub fn parse(url: &str, names: &Names) -> Result<Self, TemplateError> {
        Ok(Self {
            url: Template::parse(url, Context::Url, names)?,
            hosts: None,
        })
    }

    /// Opens pages of these hosts alone: names in any letter case, `*.example.com` for all below one.
    #[must_use]
    pub fn with_hosts<I>(mut self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let hosts = hosts.into_iter().map(|host| {
            let host: String = host.into();
            host.to_lowercase()
        });
        self.hosts = Some(hosts.collect());
        self
    }

    /// What is allowed in the address but probably not meant.
    pub fn warnings(&self) -> &[Warning] {
        self.url.warnings()
    }

    /// The address for these values.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: there is none, or it may not be opened.
    pub fn url(&self, scope: &Scope<'_>) -> Result<String, OpenError> {
        let url = self.url.render(scope).map_err(|error| match error {
            RenderError::NoUrl { name } => OpenError::NoAddress { name },
            other => OpenError::Render(other),
        })?;
        let parsed = url::Url::parse(&url).map_err(|_| OpenError::Scheme)?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(OpenError::Scheme);
        }
        let host = parsed.host_str().unwrap_or_default();
        if let Some(hosts) = &self.hosts
            && !hosts.iter().any(|allowed| covers(allowed, host))
        {
            return Err(OpenError::Host {
                url: shown_url(&url),
            });
        }
        // As normalised: what is checked here and what the browser reads must not differ, as they can
        // where an address holds a backslash or a tab.
        Ok(parsed.into())
    }
}

fn covers(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(parent) => host
            .strip_suffix(parent)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => allowed == host,
    }
}
