//! One operation of a command, read: what it says, and the requests that it makes of a call's values.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use http::Method;
use mc_template::{RenderError, Scope};
use url::Url;

use crate::cookies;
use crate::data::{self, Data, FileForm, Source};
use crate::error::RequestError;
use crate::files::Files;
use crate::form::Part;
use crate::header::{self, Cookies, HeaderLine, HeaderValue};
use crate::identity::Identity;
use crate::multipart;
use crate::percent;
use crate::request::{Body, CookieFiles, Credentials, Kind, Request};
use crate::settings::Settings;
use crate::text::Text;

/// Everything between the program's name, `--next` and the end.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) settings: Arc<Settings>,
    pub(crate) kind: Kind,
    pub(crate) method: Option<Method>,
    pub(crate) user_agent: String,
    pub(crate) headers: Vec<HeaderLine>,
    pub(crate) auth: Option<Auth>,
    pub(crate) agent: Option<HeaderValue>,
    pub(crate) referer: Option<Text>,
    pub(crate) cookies: Vec<Cookies>,
    pub(crate) engine: CookieEngine,
    pub(crate) body: BodyText,
    pub(crate) query: Vec<Data>,
    pub(crate) targets: Vec<Target>,
}

/// Whether cookies that servers set are kept for the rest of the command, and which files bring some.
#[derive(Clone, Default)]
pub(crate) struct CookieEngine {
    pub(crate) keeps: bool,
    pub(crate) junks_session: bool,
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Clone)]
pub(crate) enum Auth {
    Basic { user: Text, password: Text },
    Bearer(Text),
}

#[derive(Clone)]
pub(crate) enum BodyText {
    None,
    Data(Vec<Data>),
    Form(Vec<Part>),
}

#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) url: Text,
    pub(crate) upload: Option<PathBuf>,
}

impl Operation {
    /// The variable with which a URL begins and which comes to nothing in this call, its default included.
    pub(crate) fn skipped(&self, scope: &Scope<'_>) -> Option<&str> {
        let urls = self
            .targets
            .iter()
            .filter_map(|target| target.url.template());
        urls.into_iter().find_map(|url| {
            let name = url.begins_with_variable()?;
            let empty = url.leading_values(scope).is_ok_and(|text| text.is_empty());
            empty.then_some(name)
        })
    }

    pub(crate) fn requests(
        &self,
        scope: &Scope<'_>,
        files: &Files,
    ) -> Result<Vec<Request>, RequestError> {
        let body = self.body(scope, files)?;
        let engine = self.engine(files)?;
        let query = match data::render(&self.query, scope, files)? {
            query if self.query.is_empty() || query.is_empty() => None,
            query => Some(percent::with_small_letters(&String::from_utf8_lossy(
                &query,
            ))),
        };
        self.targets
            .iter()
            .map(|target| {
                let body = match &target.upload {
                    Some(path) => Body::Upload {
                        bytes: files.read(path)?,
                        path: path.clone(),
                    },
                    None => body.clone(),
                };
                self.request(target, body, engine.as_ref(), query.as_deref(), scope)
            })
            .collect()
    }

    fn body(&self, scope: &Scope<'_>, files: &Files) -> Result<Body, RequestError> {
        Ok(match &self.body {
            BodyText::None => Body::None,
            BodyText::Data(data) => {
                let file = match data.as_slice() {
                    [one] => one.exact_file().map(Path::to_owned),
                    _ => None,
                };
                Body::Data {
                    bytes: data::render(data, scope, files)?.into(),
                    file,
                }
            }
            BodyText::Form(parts) => {
                let fields: Vec<_> = parts
                    .iter()
                    .map(|part| part.render(scope, files))
                    .collect::<Result<_, _>>()?;
                let boundary = multipart::boundary(&fields);
                let disposition = self.disposition();
                Body::Form {
                    bytes: multipart::body(&fields, &boundary, disposition).into(),
                    disposition,
                    boundary,
                    fields: Arc::new(fields),
                }
            }
        })
    }

    /// The files of `-b`, read.
    fn engine(&self, files: &Files) -> Result<Option<CookieFiles>, RequestError> {
        let CookieEngine {
            keeps,
            junks_session,
            files: paths,
        } = &self.engine;
        if !keeps && paths.is_empty() {
            return Ok(None);
        }
        let mut all = Vec::new();
        for path in paths {
            // As curl does: another command may write it some day.
            let Some(text) = files.read_if_there(path)? else {
                continue;
            };
            let cookies = cookies::read(&String::from_utf8_lossy(&text));
            let cookies = cookies.map_err(|reason| RequestError::File {
                path: path.clone(),
                reason,
            })?;
            all.extend(cookies);
        }
        Ok(Some(CookieFiles {
            paths: paths.clone(),
            junk: *junks_session,
            cookies: if *junks_session {
                cookies::without_session(all)
            } else {
                all
            },
        }))
    }

    /// What each field is called: `form-data`, unless `-H` declares another type than a form's.
    fn disposition(&self) -> &'static str {
        let mut declared = self
            .headers
            .iter()
            .filter(|line| line.name.eq_ignore_ascii_case("content-type"));
        let other = declared.any(|line| {
            let text = line.value.as_fixed().map(str::to_ascii_lowercase);
            text.is_some_and(|text| !text.starts_with("multipart/form-data"))
        });
        if other { "attachment" } else { "form-data" }
    }

    fn request(
        &self,
        target: &Target,
        body: Body,
        engine: Option<&CookieFiles>,
        query: Option<&str>,
        scope: &Scope<'_>,
    ) -> Result<Request, RequestError> {
        let text = target.url.render(scope).map_err(|error| match error {
            RenderError::NoUrl { name, .. } => RequestError::Skipped { variable: name },
            other => RequestError::Refused(other),
        })?;
        if let Some(variable) = lost_behind(&target.url, &text, scope) {
            let variable = variable.to_owned();
            return Err(RequestError::Fragment { variable });
        }
        let mut url = Url::parse(&text).map_err(|error| RequestError::Url {
            reason: error.to_string(),
        })?;
        if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
            return Err(RequestError::Url {
                reason: "only http and https are spoken".to_owned(),
            });
        }
        if let Some(query) = query {
            append_query(&mut url, query);
        }
        let mut kind = self.kind;
        if let Some(path) = &target.upload {
            kind = Kind::Put;
            add_file_name(&mut url, path);
        }
        let render = |text: &Text| header::render_value(text, scope);
        let credentials = match &self.auth {
            Some(Auth::Basic { user, password }) => {
                let password = password.render(scope)?;
                Some(Credentials::Basic {
                    user: header::render_user(user, scope)?,
                    password,
                })
            }
            Some(Auth::Bearer(token)) => Some(Credentials::Bearer(render(token)?)),
            None => None,
        };
        let from_url = Credentials::take_from(&mut url);
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|cookie| cookie.render(scope))
            .collect::<Result<_, _>>()?;
        let headers = self
            .headers
            .iter()
            .map(|line| Ok((line.name.clone(), line.value.render(scope)?)));
        Ok(Request {
            headers: headers.collect::<Result<_, RequestError>>()?,
            settings: Arc::clone(&self.settings),
            kind,
            method: self.method.clone(),
            user_given: credentials.is_some(),
            credentials: credentials.or(from_url),
            agent: match &self.agent {
                None => Some(self.user_agent.clone()),
                Some(given) => given.render(scope)?,
            },
            referer: self.referer.as_ref().map(render).transpose()?,
            cookie: (!cookies.is_empty()).then(|| cookies.join(";")),
            engine: engine.cloned(),
            url,
            body,
            shown: None,
        })
    }

    /// The method that most of its requests have; an upload's is another.
    pub(crate) fn first_method(&self) -> Method {
        self.method.clone().unwrap_or_else(|| self.kind.method())
    }

    /// The user agent, if it is the same for every call.
    pub(crate) fn fixed_agent(&self) -> Option<&str> {
        match &self.agent {
            None => Some(&self.user_agent),
            Some(given) => given.as_fixed(),
        }
    }

    /// Every template in it.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let mut texts: Vec<&Text> = self.targets.iter().map(|target| &target.url).collect();
        let lines = self
            .headers
            .iter()
            .map(|line| &line.value)
            .chain(&self.agent);
        texts.extend(lines.filter_map(HeaderValue::text));
        match &self.auth {
            Some(Auth::Basic { user, password }) => texts.extend([user, password]),
            Some(Auth::Bearer(token)) => texts.push(token),
            None => {}
        }
        texts.extend(&self.referer);
        texts.extend(self.cookies.iter().map(Cookies::text));
        for piece in self.data() {
            match &piece.source {
                Source::Text(text) => texts.push(text),
                Source::Encoded { name, content } => texts.extend(name.iter().chain([content])),
                Source::File {
                    form: FileForm::Encoded { name },
                    ..
                } => texts.extend(name),
                Source::File { .. } => {}
            }
        }
        if let BodyText::Form(parts) = &self.body {
            texts.extend(parts.iter().flat_map(Part::texts));
        }
        texts.into_iter()
    }

    fn data(&self) -> impl Iterator<Item = &Data> {
        let body = match &self.body {
            BodyText::Data(data) => data.as_slice(),
            _ => &[],
        };
        body.iter().chain(&self.query)
    }

    /// The files of cookies, which need not be there.
    pub(crate) fn cookie_files(&self) -> impl Iterator<Item = &Path> {
        self.engine.files.iter().map(PathBuf::as_path)
    }

    /// The files without which it cannot be sent.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let connection = &self.settings.connection;
        let identity = connection.identity.iter().flat_map(Identity::files);
        self.sent()
            .chain(connection.ca_cert.as_deref())
            .chain(identity)
    }

    /// The files that it sends.
    pub(crate) fn sent(&self) -> impl Iterator<Item = &Path> {
        let mut files: Vec<&Path> = self
            .targets
            .iter()
            .filter_map(|target| target.upload.as_deref())
            .collect();
        files.extend(self.data().filter_map(|piece| match &piece.source {
            Source::File { path, .. } => Some(path.as_path()),
            _ => None,
        }));
        if let BodyText::Form(parts) = &self.body {
            files.extend(parts.iter().flat_map(Part::files));
        }
        files.into_iter()
    }
}

/// The variable with which a URL begins and whose `#` takes in what the command adds to it.
fn lost_behind<'t>(url: &'t Text, text: &str, scope: &Scope<'_>) -> Option<&'t str> {
    let template = url.template().filter(|_| text.contains('#'))?;
    let variable = template.begins_with_variable()?;
    let own = template.text().contains('#');
    let adds = template.variables().count() > 1
        || template
            .leading_values(scope)
            .is_ok_and(|value| value != text);
    (adds && !own).then_some(variable)
}

/// Adds to a URL's query as curl does: with an `&`, unless the query is empty or ends with one.
fn append_query(url: &mut Url, more: &str) {
    let query = match url.query() {
        None | Some("") => more.to_owned(),
        Some(query) if query.ends_with('&') => format!("{query}{more}"),
        Some(query) => format!("{query}&{more}"),
    };
    url.set_query(Some(&query));
}

/// A URL whose path names no file gets the uploaded file's name.
fn add_file_name(url: &mut Url, path: &Path) {
    if !url.path().ends_with('/') {
        return;
    }
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let full = url.path().to_owned() + &percent::encode(name.as_bytes());
    url.set_path(&full);
}
