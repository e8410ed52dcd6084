//! A customer relationship management system, as far as a telephone sees it: a web server that is asked for a customer.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// What it was asked, and when.
type Visits = Arc<Mutex<Vec<(Instant, String)>>>;

const PAGE: &str = "<!doctype html><title>Customer 4711</title><h1>Customer 4711</h1>";

pub(crate) struct Crm {
    address: SocketAddr,
    visits: Visits,
}

impl Crm {
    /// Starts it on a free port of loopback; it runs as long as the tour.
    pub(crate) fn start() -> Result<Self, String> {
        let no_port = |e| format!("the CRM gets no port: {e}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let visits = Visits::default();
        let kept = Arc::clone(&visits);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let visits = Arc::clone(&kept);
                // Whoever leaves in the middle of a request was no visitor.
                thread::spawn(move || serve(&stream, &visits).ok());
            }
        });
        Ok(Self { address, visits })
    }

    /// Where it is, without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The request lines so far.
    pub(crate) fn visits(&self) -> Vec<(Instant, String)> {
        self.visits
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One request without a body, and a page for it.
fn serve(mut stream: &TcpStream, visits: &Visits) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let at = Instant::now();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    visits
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((at, request));
    let length = PAGE.len();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length:";
    write!(stream, "{head} {length}\r\n\r\n{PAGE}")
}
