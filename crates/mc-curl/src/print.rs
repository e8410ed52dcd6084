//! Requests as a literal curl command.

use std::path::Path;
use std::time::Duration;

use crate::error::RequestError;
use crate::multipart::{Field, FieldContent};
use crate::percent;
use crate::request::{Body, Credentials, Kind, Request};
use crate::settings::{Connection, Fail, Family, Redirects, Retry, Tls, Version};
use crate::stand_ins::StandIns;

/// The whole command, quoted for a POSIX shell.
pub(crate) fn command(requests: &[Request], stand_ins: &StandIns) -> Result<String, RequestError> {
    let mut words = Words(vec!["curl".to_owned(), "-sS".to_owned()]);
    if requests.iter().any(|request| request.settings.fail_early) {
        words.flag("--fail-early");
    }
    for (index, request) in requests.iter().enumerate() {
        if index > 0 {
            words.flag("--next");
        }
        words.request(request)?;
    }
    Ok(words
        .0
        .iter()
        .map(|word| stand_ins.quoted(word))
        .collect::<Vec<_>>()
        .join(" "))
}

struct Words(Vec<String>);

impl Words {
    fn flag(&mut self, name: &str) {
        self.0.push(name.to_owned());
    }

    fn option(&mut self, name: &str, value: impl Into<String>) {
        self.0.extend([name.to_owned(), value.into()]);
    }

    fn flags(&mut self, flags: &[(bool, &str)]) {
        for (on, name) in flags {
            if *on {
                self.flag(name);
            }
        }
    }

    fn request(&mut self, request: &Request) -> Result<(), RequestError> {
        // Braces and brackets are characters by now.
        self.flag("-g");
        self.settings(request)?;
        if request.kind == Kind::Head {
            self.flag("-I");
        }
        if let Some(method) = &request.method {
            self.option("-X", method.as_str());
        }
        let mut url = request.url.clone();
        url.set_fragment(None);
        match &request.credentials {
            // A user in the address may be another one after a redirect; one of an option may not.
            Some(Credentials::Basic { user, password }) if !request.user_given => {
                // Only a URL without a host refuses, and that one has no user either.
                let _ = url.set_username(&percent::encode(user.as_bytes()));
                let _ = url.set_password(Some(&percent::encode(password.as_bytes())));
            }
            Some(Credentials::Basic { user, password }) => {
                self.option("-u", format!("{user}:{password}"));
            }
            Some(Credentials::Bearer(token)) => self.option("--oauth2-bearer", token),
            None => {}
        }
        match request.agent.as_deref() {
            None => self.option("-A", ""),
            Some("") => self.option("-H", "User-Agent;"),
            Some(agent) => self.option("-A", agent),
        }
        self.referer(request);
        match &request.cookie {
            Some(cookie) if cookie.starts_with('@') => {
                self.option("-H", format!("Cookie: {cookie}"));
            }
            Some(cookie) => self.option("-b", cookie),
            None => {}
        }
        if let Some(files) = &request.engine {
            for path in &files.paths {
                self.option("-b", format!("@{}", shown(path)?));
            }
            self.flags(&[(files.junk, "-j")]);
            if files.paths.is_empty() {
                self.option("-b", "");
            }
        }
        for (name, value) in &request.headers {
            self.option("-H", header(name, value.as_deref()));
        }
        self.body(&request.body)?;
        self.flag(url.as_str());
        Ok(())
    }

    /// In a value, `;auto` is text; behind it, curl would take it for its own.
    fn referer(&mut self, request: &Request) {
        let auto = request.settings.redirects.auto_referer;
        match request.referer.as_deref() {
            Some("") => self.option("-H", "Referer;"),
            Some(text) if text.contains(";auto") => self.option("-H", format!("Referer: {text}")),
            Some(text) if auto => return self.option("-e", format!("{text};auto")),
            Some(text) => self.option("-e", text),
            None => {}
        }
        if auto {
            self.option("-e", ";auto");
        }
    }

    fn body(&mut self, body: &Body) -> Result<(), RequestError> {
        match body {
            Body::None => {}
            Body::Upload { path, .. } => self.option("-T", shown(path)?),
            Body::Data { bytes, file } => match (text(bytes), file) {
                (_, Some(path)) => self.option("--data-binary", format!("@{}", shown(path)?)),
                (Some(text), None) => self.option("--data-raw", text),
                (None, None) => return Err(RequestError::NotText),
            },
            Body::Form { fields, .. } => {
                for field in fields.iter() {
                    self.field(field)?;
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Field) -> Result<(), RequestError> {
        let name = &field.name;
        let content = match &field.content {
            FieldContent::Text(text)
                if field.content_type.is_none() && field.file_name.is_none() =>
            {
                self.option("--form-string", format!("{name}={text}"));
                return Ok(());
            }
            FieldContent::Text(text) => attributes(in_quotes(text), field),
            FieldContent::File { upload: false, .. } => format!("<{}", file(field)?),
            FieldContent::File { .. } => format!("@{}", file(field)?),
            FieldContent::Files(files) => {
                let files: Vec<_> = files.iter().map(file).collect::<Result<_, _>>()?;
                format!("@{}", files.join(","))
            }
        };
        self.option("-F", format!("{name}={content}"));
        Ok(())
    }

    fn settings(&mut self, request: &Request) -> Result<(), RequestError> {
        let settings = &request.settings;
        self.connection(&settings.connection)?;
        if let Some(proxy) = &settings.proxy {
            self.option("-x", proxy);
        }
        if let Some(user) = &settings.proxy_user {
            self.option("-U", user);
        }
        if let Some(hosts) = &settings.no_proxy {
            self.option("--noproxy", hosts);
        }
        for (name, value) in &settings.proxy_headers {
            self.option("--proxy-header", header(name, value.as_deref()));
        }
        self.option("-m", settings.time.map_or_else(|| "0".to_owned(), seconds));
        self.redirects(&settings.redirects);
        self.retry(&settings.retry);
        self.flags(&[
            (settings.fail == Fail::Silent, "-f"),
            (settings.fail == Fail::WithBody, "--fail-with-body"),
            (settings.compressed, "--compressed"),
            (settings.schemes.digest, "--digest"),
            (settings.schemes.digest && settings.schemes.basic, "--basic"),
        ]);
        for (name, word) in &settings.routes.words {
            self.option(name, word);
        }
        Ok(())
    }

    fn connection(&mut self, connection: &Connection) -> Result<(), RequestError> {
        self.flags(&[
            (connection.insecure, "-k"),
            (connection.version == Version::Http10, "-0"),
            (connection.version == Version::Http11, "--http1.1"),
            (
                connection.version == Version::Http2PriorKnowledge,
                "--http2-prior-knowledge",
            ),
            (connection.family == Family::V4, "-4"),
            (connection.family == Family::V6, "-6"),
            (connection.tls == Tls::Min12, "--tlsv1.2"),
            (connection.tls == Tls::Min13, "--tlsv1.3"),
        ]);
        if let Some(file) = &connection.ca_cert {
            self.option("--cacert", file.to_string_lossy());
        }
        if let Some(identity) = &connection.identity {
            self.option("--cert", identity.name()?);
            if let Some(key) = &identity.key {
                self.option("--key", shown(key)?);
            }
            if let Some(format) = identity.format {
                self.option("--cert-type", format.as_str());
            }
            if let Some(password) = &identity.password {
                self.option("--pass", password);
            }
        }
        if let Some(time) = connection.connect_timeout {
            self.option("--connect-timeout", seconds(time));
        }
        Ok(())
    }

    fn redirects(&mut self, redirects: &Redirects) {
        self.flags(&[
            (redirects.follow && !redirects.trusted, "-L"),
            (redirects.follow && redirects.trusted, "--location-trusted"),
            (redirects.keep_post[0], "--post301"),
            (redirects.keep_post[1], "--post302"),
            (redirects.keep_post[2], "--post303"),
        ]);
        match redirects.most {
            Some(50) => {}
            Some(most) => self.option("--max-redirs", most.to_string()),
            None => self.option("--max-redirs", "-1"),
        }
    }

    fn retry(&mut self, retry: &Retry) {
        if retry.times > 0 {
            self.option("--retry", retry.times.to_string());
        }
        if let Some(delay) = retry.delay {
            self.option("--retry-delay", seconds(delay));
        }
        if let Some(time) = retry.max_time {
            self.option("--retry-max-time", seconds(time));
        }
        self.flags(&[
            (retry.refused, "--retry-connrefused"),
            (retry.all, "--retry-all-errors"),
        ]);
    }
}

fn header(name: &str, value: Option<&str>) -> String {
    match value {
        None => format!("{name}:"),
        Some("") => format!("{name};"),
        Some(value) => format!("{name}: {value}"),
    }
}

/// Text that an argument can hold.
fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
        .map(str::to_owned)
}

fn shown(path: &Path) -> Result<&str, RequestError> {
    path.to_str().ok_or(RequestError::NotText)
}

/// A file of a form, with its attributes.
fn file(field: &Field) -> Result<String, RequestError> {
    let path = match &field.content {
        FieldContent::File { path, .. } => in_quotes(shown(path)?),
        FieldContent::Text(_) | FieldContent::Files(_) => String::new(),
    };
    Ok(attributes(path, field))
}

fn attributes(mut word: String, field: &Field) -> String {
    if let Some(media_type) = &field.content_type {
        word = format!("{word};type={media_type}");
    }
    if let Some(file_name) = &field.file_name {
        word = format!("{word};filename={}", in_quotes(file_name));
    }
    word
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Seconds with as many decimals as there are.
fn seconds(time: Duration) -> String {
    time.as_secs_f64().to_string()
}
