//! The page on which a person sees the calls of today, what was done for them, and dials: on loopback, for this user alone.
//!
//! Its port is opened when it is first asked for. The browser gets in by a token that works once, within 10 s, from a file that
//! only this user can read; from then on by a cookie. Everything it shows is rendered here.

mod board;
mod calls;
mod html;
mod keys;
mod live;
mod site;
mod times;
mod words;

use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use mc_secret::trust;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

pub(crate) use self::board::Sources;
use self::html::Html;
use self::keys::{Keys, VALID};
use self::site::PageSite;
use crate::{random, sys, web};

/// Why the page cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PageError {
    /// No port can be opened on loopback.
    #[error("no port for the page can be opened on loopback: {0}")]
    Port(#[source] io::Error),
    /// The file that takes the browser there cannot be written.
    #[error("the page's file {} cannot be written: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system gives no random numbers.
    #[error("cannot make a token for the page: {0}")]
    Random(#[source] io::Error),
}

/// The page of an agent. There is one, however often it is opened.
pub(crate) struct Page {
    sources: Sources,
    folder: PathBuf,
    stop: watch::Receiver<bool>,
    open: Mutex<Option<Open>>,
}

/// A page whose port is open.
struct Open {
    address: SocketAddr,
    /// The folder of all its addresses: a cookie goes to every port of a host, but to no other path.
    path: String,
    keys: Arc<Keys>,
    tasks: JoinSet<()>,
}

impl Page {
    pub(crate) fn new(
        sources: Sources,
        state: &std::path::Path,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            sources,
            folder: state.join("page"),
            stop,
            open: Mutex::default(),
        }
    }

    /// Opens the page's port if it is not open, and writes a file for this user alone that takes a browser there, once and
    /// within 10 s. Then it is removed.
    pub(crate) async fn open(&self) -> Result<PathBuf, PageError> {
        let mut slot = self.open.lock().await;
        if slot.is_none() {
            *slot = Some(self.listen().await?);
        }
        // It was put there just now.
        let Some(open) = slot.as_mut() else {
            return Err(PageError::Port(io::ErrorKind::Other.into()));
        };
        let token = secret::<32>()?;
        let file = self.folder.join(format!("open-{}.html", random::id()));
        let address = format!("http://{}/{}/enter?{token}", open.address, open.path);
        self.write(&file, &address)
            .map_err(|source| PageError::File {
                file: file.clone(),
                source,
            })?;
        open.keys.issue(&token, file.clone());
        while open.tasks.try_join_next().is_some() {}
        let keys = Arc::clone(&open.keys);
        open.tasks.spawn(async move {
            tokio::time::sleep(VALID).await;
            keys.expire();
        });
        Ok(file)
    }

    async fn listen(&self) -> Result<Open, PageError> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(PageError::Port)?;
        let address = socket.local_addr().map_err(PageError::Port)?;
        let path = secret::<8>()?;
        let keys = Arc::new(Keys::default());
        let site = PageSite::new(
            self.sources.clone(),
            address,
            path.clone(),
            Arc::clone(&keys),
            self.stop.clone(),
        );
        let (stop, site) = (self.stop.clone(), Arc::new(site));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            web::serve(socket, site, stop).await.farewell().await;
        });
        // What a crash left behind.
        let _ = fs::remove_dir_all(&self.folder);
        tracing::info!(%address, "the page can be opened");
        Ok(Open {
            address,
            path,
            keys,
            tasks,
        })
    }

    fn write(&self, file: &std::path::Path, address: &str) -> io::Result<()> {
        trust::create_private_folder(&self.folder)?;
        let mut page = Html::default();
        page.raw("<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">")
            .raw("<title>MiniClient</title><meta http-equiv=\"refresh\" content=\"0;url=")
            .text(address)
            .raw("\"><p><a href=\"")
            .text(address)
            .raw("\">MiniClient</a></p>\n");
        sys::open_file(file)?.write_all(page.as_str().as_bytes())
    }
}

fn secret<const BYTES: usize>() -> Result<String, PageError> {
    random::hex::<BYTES>().map_err(|error| PageError::Random(io::Error::other(error)))
}
