//! Host names to addresses, without tying the runtime to a resolver that hangs.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use url::Url;

/// Asks the system on a thread of its own.
///
/// The usual way, tokio's blocking pool, keeps a program from ending while a look-up hangs:
/// dropping the runtime waits for it, for as long as the resolver pleases. Here the connect timeout
/// ends the waiting and the thread is left behind.
pub(crate) struct ThreadResolver {
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
}

impl ThreadResolver {
    pub(crate) const fn new() -> Self {
        // Port 0 stands for the URL's own.
        Self {
            look_up: |host| (host, 0).to_socket_addrs().map(Iterator::collect),
        }
    }
}

impl Resolve for ThreadResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let look_up = self.look_up;
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            thread::Builder::new()
                .name("resolve".to_owned())
                .spawn(move || {
                    let _ = answer.send(look_up(&host));
                })?;
            let found = answered.await.map_err(io::Error::other)??;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether a URL's port takes connections, asked once more after a connection did not come about in time.
pub(crate) async fn port_answers(url: &Url) -> bool {
    const LIMIT: Duration = Duration::from_secs(1);
    let connect = async {
        let host = url.host_str()?.trim_matches(['[', ']']).parse().ok()?;
        let mut address = ThreadResolver::new().resolve(host).await.ok()?.next()?;
        address.set_port(url.port_or_known_default()?);
        TcpStream::connect(address).await.ok()
    };
    matches!(timeout(LIMIT, connect).await, Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_look_up_that_hangs_keeps_neither_the_call_nor_the_runtime() {
        const LONG: Duration = Duration::from_secs(30);
        let resolver = ThreadResolver {
            look_up: |_| {
                thread::sleep(LONG);
                Ok(Vec::new())
            },
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let began = Instant::now();
        runtime.block_on(async {
            let resolving = resolver.resolve("acd-lb".parse().unwrap());
            let given_up = timeout(Duration::from_millis(10), resolving).await;
            assert!(given_up.is_err());
        });
        drop(runtime);
        assert!(began.elapsed() < LONG / 2, "{:?}", began.elapsed());
    }

    #[test]
    fn the_system_is_asked() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let Ok(found) =
            runtime.block_on(ThreadResolver::new().resolve("localhost".parse().unwrap()))
        else {
            panic!("localhost is no name here");
        };
        assert!(found.into_iter().all(|address| address.ip().is_loopback()));
    }
}
