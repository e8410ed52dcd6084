//! A CRM that counts who asks for what.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Requests for `/uUSER/CALL`, and when they came.
type Requests = Arc<Mutex<Vec<(usize, usize, Instant)>>>;

pub(crate) struct Crm {
    address: SocketAddr,
    requests: Requests,
}

impl Crm {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, requests) = (listener.local_addr().unwrap(), Requests::default());
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen)));
            }
        });
        Self { address, requests }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub(crate) fn requests(&self) -> Vec<(usize, usize, Instant)> {
        self.requests.lock().unwrap().clone()
    }
}

/// One request after the other; each has its end in what is read, for they have no bodies.
async fn serve(mut stream: TcpStream, requests: Requests) {
    let mut read = Vec::new();
    while stream
        .read_buf(&mut read)
        .await
        .is_ok_and(|count| count > 0)
    {
        if !read.ends_with(b"\r\n\r\n") {
            continue;
        }
        let at = Instant::now();
        let text = String::from_utf8_lossy(&read);
        let mut parts = text.split([' ', '/']).skip(2);
        let mut number = || {
            parts
                .next()
                .unwrap()
                .trim_start_matches('u')
                .parse()
                .unwrap()
        };
        requests.lock().unwrap().push((number(), number(), at));
        read.clear();
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}
