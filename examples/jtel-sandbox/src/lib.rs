#![doc = include_str!("../README.md")]

mod admin;
mod broker;
mod calls;
pub mod cli;
mod crm_link;
mod database;
mod faults;
mod life;
mod procedures;
mod rest;
mod server;
mod tls;
mod variables;
mod workflow;

pub use broker::Broker;
pub use calls::{CallError, IncomingCall, Pushed};
pub use database::{Dial, User, Workstation};
pub use faults::{DropWhen, Fault, Faults};
pub use tls::TlsError;

use axum::Router;
use axum::http::StatusCode;
use database::Database;
use life::{Act, Turns};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tls::Tls;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use workflow::Workflow;

/// How a sandbox is set up. The default listens on loopback, on ports that the system chooses.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where to listen for HTTP.
    pub http: SocketAddr,
    /// Where to listen for HTTPS; `None`: nowhere.
    pub https: Option<SocketAddr>,
    /// Host names and addresses that the HTTPS certificate is for.
    pub hosts: Vec<String>,
    /// Whether the certificate signs itself instead of having an authority above it: then it is its own root. For
    /// clients that look for a revocation list of every certificate with an issuer, and take its absence for a fault.
    pub self_signed: bool,
    /// Where the test root certificate is written; `None`: into the sandbox's temporary folder.
    pub ca_file: Option<PathBuf>,
    /// The database file; `None`: one in the temporary folder, gone when the sandbox stops.
    pub database: Option<PathBuf>,
    /// The `ClientsID`.
    pub client: i64,
    /// The client's token; `None`: a random one.
    pub token: Option<String>,
    /// The users.
    pub users: Vec<User>,
    /// The groups' names and their CRM URLs, with variables.
    pub groups: Vec<(String, String)>,
    /// A folder of further workflows (`*.json`); one with the id of a shipped one replaces it.
    pub workflows: Option<PathBuf>,
    /// Whether many tenants share the system, which then has no stored procedures for workflows.
    pub multi_tenant: bool,
    /// How long a caller waits for an application that returns nothing.
    pub result_wait: Duration,
    /// The token for workstations that register none.
    pub listen_token: Option<String>,
    /// The message broker that calls are published to, in place of being pushed.
    pub broker: Option<Broker>,
}

impl Default for Options {
    fn default() -> Self {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            http: anywhere,
            https: Some(anywhere),
            hosts: ["localhost", "127.0.0.1", "::1"]
                .map(str::to_owned)
                .to_vec(),
            self_signed: false,
            ca_file: None,
            database: None,
            client: 1,
            token: None,
            users: Vec::new(),
            groups: Vec::new(),
            workflows: None,
            multi_tenant: false,
            result_wait: Duration::from_secs(10),
            listen_token: None,
            broker: None,
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// A file cannot be read or written.
    #[error("{}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The database cannot be opened or is another program's.
    #[error("the database")]
    Database(#[from] rusqlite::Error),
    /// A workflow is wrong.
    #[error("the workflow {file}: {reason}")]
    Workflow {
        /// Where it stands.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No certificate could be made.
    #[error("TLS")]
    Tls(#[from] TlsError),
    /// The system gives no random numbers, or the HTTP client does not start.
    #[error("{0}")]
    System(String),
}

/// A running sandbox. It stops when this is dropped.
pub struct Sandbox {
    inner: Arc<Inner>,
    http: SocketAddr,
    https: Option<SocketAddr>,
    token: String,
    ca_file: Option<PathBuf>,
    database: PathBuf,
    tasks: Vec<JoinHandle<()>>,
    _folder: TempDir,
}

pub(crate) struct Inner {
    database: Database,
    workflows: BTreeMap<u32, Workflow>,
    client: i64,
    multi_tenant: bool,
    result_wait: Duration,
    listen_token: Option<String>,
    broker: Option<Broker>,
    faults: Faults,
    turns: Turns,
    http: reqwest::Client,
    /// Told when somebody asks for the end.
    stop: Notify,
}

impl Sandbox {
    /// Starts one on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// When a port is taken, a file cannot be used or a workflow is wrong.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let folder = TempDir::new().map_err(|source| StartError::File {
            path: std::env::temp_dir(),
            source,
        })?;
        let path = options
            .database
            .unwrap_or_else(|| folder.path().join("sandbox.db"));
        let database = Database::open(&path)?;
        let token = match options.token {
            Some(token) => token,
            None => new_token().map_err(|e| StartError::System(e.to_string()))?,
        };
        database.put_client(options.client, "Sandbox", &token)?;
        for user in &options.users {
            database.put_user(options.client, user)?;
        }
        for (name, crm_url) in &options.groups {
            database.put_group(options.client, name, crm_url)?;
        }
        let workflows = workflows(options.workflows.as_deref())?;
        for workflow in workflows.values() {
            database.put_application(options.client, workflow.id, &workflow.name)?;
        }
        // Straight to the workstation, whatever proxy this machine has.
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build();
        let inner = Arc::new(Inner {
            database,
            workflows,
            client: options.client,
            multi_tenant: options.multi_tenant,
            result_wait: options.result_wait,
            listen_token: options.listen_token,
            broker: options.broker,
            faults: Faults::default(),
            turns: Turns::default(),
            http: client.map_err(|e| StartError::System(e.to_string()))?,
            stop: Notify::new(),
        });
        let app = Router::new()
            .merge(rest::routes())
            .merge(admin::routes())
            // "404 with an empty body: no such endpoint", which a wrong method is too.
            .fallback(|| async { StatusCode::NOT_FOUND })
            .method_not_allowed_fallback(|| async { StatusCode::NOT_FOUND })
            .with_state(Arc::clone(&inner));

        let (listener, http) = listen(options.http).await?;
        let mut tasks = vec![tokio::spawn(server::serve(
            listener,
            None,
            app.clone(),
            Arc::clone(&inner),
        ))];
        let (mut https, mut ca_file) = (None, None);
        if let Some(address) = options.https {
            let tls = Tls::new(&options.hosts, options.self_signed)?;
            let path = options
                .ca_file
                .unwrap_or_else(|| folder.path().join("ca.pem"));
            fs::write(&path, &tls.ca_pem).map_err(|source| StartError::File {
                path: path.clone(),
                source,
            })?;
            let (listener, address) = listen(address).await?;
            tasks.push(tokio::spawn(server::serve(
                listener,
                Some(tls.config),
                app,
                Arc::clone(&inner),
            )));
            (https, ca_file) = (Some(address), Some(path));
        }
        Ok(Self {
            inner,
            http,
            https,
            token,
            ca_file,
            database: path,
            tasks,
            _folder: folder,
        })
    }

    /// `http://...` without a path: where the admin endpoints are.
    pub fn root_url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// The base URL over HTTP, with the `ClientsID`.
    pub fn base_url(&self) -> String {
        format!("{}/rest/v1.0/{}", self.root_url(), self.inner.client)
    }

    /// The base URL over HTTPS.
    pub fn https_base_url(&self) -> Option<String> {
        let address = self.https?;
        Some(format!("https://{address}/rest/v1.0/{}", self.inner.client))
    }

    /// The file with the root certificate that HTTPS clients must trust.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// The client's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The database file, which anybody may open beside the sandbox.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The ids and names of the routing applications.
    pub fn applications(&self) -> Vec<(u32, String)> {
        self.inner
            .workflows
            .values()
            .map(|workflow| (workflow.id, workflow.name.clone()))
            .collect()
    }

    /// The faults that strike REST requests.
    pub fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// A call comes in: it is kept, rings, and is pushed to the workstation of its user.
    ///
    /// # Errors
    ///
    /// When there is no such user, no workstation, or the workstation does not take it.
    pub async fn call(&self, call: &IncomingCall) -> Result<Pushed, CallError> {
        self.inner.call(self.inner.client, call).await
    }

    /// The user takes a call: `answered` is pushed, after whatever was before it. `None` for a call that was held.
    ///
    /// # Errors
    ///
    /// When there is no such call, it was answered already, or the workstation does not take the event.
    pub async fn answer(&self, ufn: &str) -> Result<Option<Pushed>, CallError> {
        self.act(ufn, Act::Answer).await
    }

    /// A call is hung up: `ended` is pushed if it was answered, else `missed`.
    ///
    /// # Errors
    ///
    /// When there is no such call, or the workstation does not take the event.
    pub async fn hang_up(&self, ufn: &str) -> Result<Option<Pushed>, CallError> {
        self.act(ufn, Act::HangUp).await
    }

    async fn act(&self, ufn: &str, act: Act) -> Result<Option<Pushed>, CallError> {
        match self.inner.act(self.inner.client, ufn, act)? {
            Some(owed) => self.inner.tell(owed).await.map(Some),
            None => Ok(None),
        }
    }

    /// A user as the database has it now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn user(&self, uid: &str) -> Result<Option<User>, CallError> {
        Ok(self.inner.database.user_by_uid(self.inner.client, uid)?)
    }

    /// The workstations that are registered now.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn workstations(&self) -> Result<Vec<Workstation>, CallError> {
        Ok(self.inner.database.workstations(self.inner.client)?)
    }

    /// The numbers dialled, oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub fn dials(&self) -> Result<Vec<Dial>, CallError> {
        Ok(self.inner.database.dials(self.inner.client)?)
    }

    /// Waits until somebody asks over HTTP that it stop; who waits does it then.
    pub async fn asked_to_stop(&self) {
        self.inner.stop.notified().await;
    }

    /// Closes the listeners and every connection, and waits until they are closed.
    pub async fn stop(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sandbox({})", self.base_url())
    }
}

impl fmt::Debug for Workstation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Workstation({} at {}:{})",
            self.users_uid, self.ip_address, self.listen_port
        )
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

fn workflows(folder: Option<&Path>) -> Result<BTreeMap<u32, Workflow>, StartError> {
    let wrong = |file: &str| {
        let file = file.to_owned();
        move |reason| StartError::Workflow { file, reason }
    };
    let shipped = workflow::shipped().map_err(wrong("that is shipped"))?;
    let mut all: BTreeMap<u32, Workflow> = shipped.into_iter().map(|w| (w.id, w)).collect();
    if let Some(folder) = folder {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| StartError::File { path, source }
        };
        for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.extension().is_some_and(|e| e == "json") {
                let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
                let workflow =
                    Workflow::parse(&text).map_err(wrong(&path.display().to_string()))?;
                all.insert(workflow.id, workflow);
            }
        }
    }
    Ok(all)
}

fn new_token() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
