//! Values that nobody may see: asked for when a request needs them, and once more when a server refuses them.

use mc_secret::{Provider, Secret, Unavailable};
use mc_template::{Scope, Values};

use crate::command::CurlCommand;
use crate::error::RequestError;
use crate::files::Files;
use crate::request::Request;

/// The hidden values of one run.
pub(crate) struct Hidden<'a> {
    command: &'a CurlCommand,
    scope: Scope<'a>,
    files: Files,
    provider: &'a dyn Provider,
    used: Vec<(&'a str, Secret)>,
    renewed: bool,
}

impl<'a> Hidden<'a> {
    /// Asks for the values that a command needs.
    pub(crate) async fn of(
        command: &'a CurlCommand,
        scope: Scope<'a>,
        files: Files,
        provider: &'a dyn Provider,
    ) -> Result<Self, Unavailable> {
        let mut used = Vec::new();
        for name in command.hidden() {
            used.push((name, provider.get(name).await?));
        }
        Ok(Self {
            command,
            scope,
            files,
            provider,
            used,
            renewed: false,
        })
    }

    pub(crate) fn requests(&self) -> Result<Vec<Request>, RequestError> {
        let mut values = Values::plain();
        for (name, secret) in &self.used {
            values.set(name, secret.expose());
        }
        let scope = self.scope.with_hidden(&values);
        self.command.requests_with(&scope, &self.files)
    }

    /// The requests with other values after a server refused these: once, and where there are others.
    pub(crate) async fn renewed(&mut self) -> Option<Vec<Request>> {
        if std::mem::replace(&mut self.renewed, true) {
            return None;
        }
        let mut any = false;
        for (name, secret) in &mut self.used {
            if let Some(fresh) = self.provider.renew(name, secret).await {
                (*secret, any) = (fresh, true);
            }
        }
        if any { self.requests().ok() } else { None }
    }
}
