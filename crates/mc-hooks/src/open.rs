//! The action that opens a page in the person's browser.

use mc_template::{Context, Names, RenderError, Scope, Template, TemplateError, Warning};

use mc_secret::text::shown_url;

/// A page to open: an address with variables, http or https only.
#[derive(Clone, Debug)]
pub struct Open {
    url: Template,
    hosts: Option<Vec<String>>,
}

/// What is wrong with an address in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
#[non_exhaustive]
pub struct OpenError {
    /// Where: bytes from the start of the address.
    pub offset: usize,
    /// What it is.
    pub fault: OpenFault,
}

/// The faults of an address. Each says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenFault {
    /// It is not a template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// It begins neither with http or https nor with a variable.
    #[error(
        "only pages are opened: begin with https:// or http://, or with a variable such as $CRMLink"
    )]
    Scheme,
    /// A value that nobody may see stands in it.
    #[error(
        "`${{{name}}}` may not stand in an address that a browser opens: it would be in its history, and the program's \
         parameters can be seen by every user of the computer; let the page ask for its login, or use the action `rest`"
    )]
    Hidden {
        /// Its name.
        name: String,
    },
    /// Without any variable, it is still not an address.
    #[error("this is not an address: {0}")]
    NotAnAddress(url::ParseError),
}

/// Why a page is not opened for these values. Holds no query and no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenRefusal {
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
    /// A bad variable, or one in scheme, user info, host or port of an address that does not begin with
    /// it; an address that is not http or https.
    pub fn parse(url: &str, names: &Names) -> Result<Self, OpenError> {
        let template = Template::parse(url, Context::Url, names).map_err(|error| OpenError {
            offset: error.offset,
            fault: error.into(),
        })?;
        let at_start = |fault| OpenError { offset: 0, fault };
        if let Some(name) = template.hidden().next() {
            let name = name.to_owned();
            return Err(at_start(OpenFault::Hidden { name }));
        }
        let schemes = ["http://", "https://"];
        let begins_with = |scheme: &str| {
            url.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        if template.begins_with_variable().is_none() && !schemes.into_iter().any(begins_with) {
            return Err(at_start(OpenFault::Scheme));
        }
        if template.is_constant() {
            url::Url::parse(url).map_err(|error| at_start(OpenFault::NotAnAddress(error)))?;
        }
        Ok(Self {
            url: template,
            hosts: None,
        })
    }

    /// Opens pages of these hosts alone: names in any letter case, `*.example.com` for all below one.
    #[must_use]
    pub fn hosts<I>(mut self, hosts: I) -> Self
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
    /// [`OpenRefusal`]: there is none, or it may not be opened.
    pub fn url(&self, scope: &Scope<'_>) -> Result<String, OpenRefusal> {
        let url = self.url.render(scope).map_err(|error| match error {
            RenderError::NoUrl { name } => OpenRefusal::NoAddress { name },
            other => OpenRefusal::Render(other),
        })?;
        let parsed = url::Url::parse(&url).map_err(|_| OpenRefusal::Scheme)?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(OpenRefusal::Scheme);
        }
        let host = parsed.host_str().unwrap_or_default();
        if let Some(hosts) = &self.hosts
            && !hosts.iter().any(|allowed| covers(allowed, host))
        {
            return Err(OpenRefusal::Host {
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
