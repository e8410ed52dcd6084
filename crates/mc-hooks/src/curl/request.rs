use std::fmt;

use crate::report::PlannedRequest;

/// One request, with its values in place and its files read.
#[derive(Clone)]
pub struct Request {
    method: String,
    url: String,
}

impl Request {
    /// The method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// As it would go out, secrets masked: values of `Authorization`, `Proxy-Authorization`, `Cookie` and
    /// of headers, query and form fields whose names speak of a token, key, secret or password.
    pub fn plan(&self) -> PlannedRequest {
        PlannedRequest::new(&self.method, &self.url)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}
