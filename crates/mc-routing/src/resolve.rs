//! Host names to addresses, without tying the runtime to a resolver that hangs.

use std::io;
use std::net::ToSocketAddrs;
use std::thread;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

/// Asks the system on a thread of its own.
///
/// The usual way, tokio's blocking pool, keeps a program from ending while a look-up hangs:
/// dropping the runtime waits for it, for as long as the resolver pleases. Here the connect timeout
/// ends the waiting and the thread is left behind.
pub(crate) struct ThreadResolver;

impl Resolve for ThreadResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            thread::Builder::new()
                .name("resolve".to_owned())
                .spawn(move || {
                    // Port 0 stands for the URL's own.
                    let found = (host.as_str(), 0)
                        .to_socket_addrs()
                        .map(Iterator::collect::<Vec<_>>);
                    let _ = answer.send(found);
                })?;
            let found = answered.await.map_err(io::Error::other)??;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
