//! An HTTP server on loopback that keeps every request and answers as the test says.

mod answer;
mod http;
mod serve;

pub use answer::Answer;
pub use http::Recorded;

use crate::tls::ServerCertificate;
use crate::watch::lock;
use answer::Kind;
use std::collections::{HashMap, VecDeque};
use std::future::poll_fn;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

type Handler = Box<dyn Fn(&Recorded) -> Answer + Send + Sync>;

/// A recording HTTP/1.1 server on `127.0.0.1`, port chosen by the system.
///
/// Plain threads and blocking sockets, so that it serves synchronous tests and asynchronous ones alike. A request
/// that is not HTTP/1.1, or a panic in the answering closure, fails the test at the next look at the recorder and at
/// its drop. It knows no HTTP/2 and no upgrade but `CONNECT`.
pub struct Recorder {
    shared: Arc<Shared>,
    address: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    stop: AtomicBool,
    tls: Option<Arc<rustls::ServerConfig>>,
    handler: Option<Handler>,
}

#[derive(Default)]
struct State {
    requests: Vec<Recorded>,
    script: VecDeque<Answer>,
    always: Option<Answer>,
    connections: usize,
    open: HashMap<usize, TcpStream>,
    problems: Vec<String>,
    threads: Vec<JoinHandle<()>>,
    wakers: Vec<Waker>,
}

impl Recorder {
    /// Starts a plain HTTP server that answers an empty 200 until told otherwise.
    pub fn start() -> Self {
        Self::launch(None, None)
    }

    /// The same over TLS.
    pub fn start_tls(certificate: &ServerCertificate) -> Self {
        Self::launch(Some(certificate.config()), None)
    }

    /// A plain HTTP server whose answers a closure makes; scripted answers go first.
    pub fn start_with(handler: impl Fn(&Recorded) -> Answer + Send + Sync + 'static) -> Self {
        Self::launch(None, Some(Box::new(handler)))
    }

    fn launch(tls: Option<Arc<rustls::ServerConfig>>, handler: Option<Handler>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener
            .local_addr()
            .expect("the address of a bound socket");
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
            tls,
            handler,
        });
        let acceptor = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&shared, &listener)
        });
        Self {
            shared,
            address,
            acceptor: Some(acceptor),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// A URL on this server; `target` begins with a slash.
    pub fn url(&self, target: &str) -> String {
        let scheme = if self.shared.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}{target}", self.address)
    }

    /// The same with the name `localhost` in place of the address, for certificates made out to it.
    pub fn localhost_url(&self, target: &str) -> String {
        self.url(target).replacen("127.0.0.1", "localhost", 1)
    }

    /// Adds an answer to the script: the first request not yet answered gets the first one.
    pub fn then(&self, answer: Answer) -> &Self {
        lock(&self.shared.state).script.push_back(answer);
        self
    }

    /// The answer to every request beyond the script.
    pub fn always(&self, answer: Answer) -> &Self {
        lock(&self.shared.state).always = Some(answer);
        self
    }

    /// All requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        let state = lock(&self.shared.state);
        complain(&state.problems);
        state.requests.clone()
    }

    /// The only request.
    ///
    /// # Panics
    ///
    /// When there was none, or more than one.
    pub fn only(&self) -> Recorded {
        let mut all = self.requests();
        assert_eq!(all.len(), 1, "not one request: {:?}", brief(&all));
        all.swap_remove(0)
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        lock(&self.shared.state).connections
    }

    /// Forgets the requests so far; connections stay.
    pub fn clear(&self) {
        lock(&self.shared.state).requests.clear();
    }

    /// Waits until `n` requests have arrived, and gives all of them.
    ///
    /// Blocks the thread: on a single-threaded runtime whose own task sends the request, use [`Self::arrived`].
    ///
    /// # Panics
    ///
    /// When `within` has passed: the message lists what did arrive.
    pub fn wait_for(&self, n: usize, within: Duration) -> Vec<Recorded> {
        let state = lock(&self.shared.state);
        let waiting = |s: &mut State| s.requests.len() < n && s.problems.is_empty();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, within, waiting)
            .unwrap_or_else(PoisonError::into_inner);
        complain(&state.problems);
        assert!(
            state.requests.len() >= n,
            "{n} requests within {within:?}: there were {:?}",
            brief(&state.requests)
        );
        state.requests.clone()
    }

    /// [`Self::wait_for`] as a future, for any runtime.
    ///
    /// # Panics
    ///
    /// As [`Self::wait_for`].
    pub async fn arrived(&self, n: usize, within: Duration) -> Vec<Recorded> {
        let deadline = Instant::now() + within;
        let alarm = Arc::clone(&self.shared);
        thread::spawn(move || {
            thread::sleep(within);
            alarm.notify();
        });
        poll_fn(|context| {
            let mut state = lock(&self.shared.state);
            complain(&state.problems);
            if state.requests.len() >= n {
                return Poll::Ready(state.requests.clone());
            }
            assert!(
                Instant::now() < deadline,
                "{n} requests within {within:?}: there were {:?}",
                brief(&state.requests)
            );
            state.wakers.push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Closes the listener and every connection, as a server that went down does; also what a drop does.
    pub fn stop(&mut self) {
        if self.shared.stop.swap(true, Ordering::SeqCst) {
            return;
        }
        // Wakes the acceptor out of its blocking call.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(5));
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        let threads = {
            let mut state = lock(&self.shared.state);
            for stream in state.open.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
            std::mem::take(&mut state.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
        if !thread::panicking() {
            complain(&lock(&self.shared.state).problems);
        }
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Recorder({}: {:?})",
            self.address,
            brief(&lock(&self.shared.state).requests)
        )
    }
}

/// Carries the first fault of a server thread to the test.
fn complain(problems: &[String]) {
    if let Some(first) = problems.first() {
        panic!("the recording server: {first}");
    }
}

fn brief(requests: &[Recorded]) -> Vec<String> {
    requests
        .iter()
        .map(|r| format!("{} {}", r.method, r.target))
        .collect()
}

impl Shared {
    fn notify(&self) {
        let wakers = std::mem::take(&mut lock(&self.state).wakers);
        self.changed.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }

    fn problem(&self, text: String) {
        lock(&self.state).problems.push(text);
        self.notify();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Whether the next answer is to close the connection unread; then it is taken.
    fn hangs_up_unread(&self) -> bool {
        let mut state = lock(&self.state);
        let unread = |answer: &Answer| matches!(answer.kind, Kind::HangUpUnread);
        match state.script.front() {
            Some(next) if unread(next) => state.script.pop_front().is_some(),
            Some(_) => false,
            None => state.always.as_ref().is_some_and(unread),
        }
    }

    /// Keeps the request and chooses its answer.
    fn keep(&self, request: &Recorded) -> Answer {
        let chosen = {
            let mut state = lock(&self.state);
            state.requests.push(request.clone());
            state.script.pop_front().or_else(|| state.always.clone())
        };
        self.notify();
        chosen.unwrap_or_else(|| {
            self.handler
                .as_ref()
                .map_or_else(|| Answer::status(200), |make| make(request))
        })
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    for stream in listener.incoming() {
        if shared.stopped() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let _ = stream.set_nodelay(true);
        let mut state = lock(&shared.state);
        let number = state.connections;
        state.connections += 1;
        if let Ok(clone) = stream.try_clone() {
            state.open.insert(number, clone);
        }
        let shared = Arc::clone(shared);
        state.threads.push(thread::spawn(move || {
            let served = catch_unwind(AssertUnwindSafe(|| serve::serve(&shared, stream, number)));
            lock(&shared.state).open.remove(&number);
            if let Err(panic) = served {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text
                    .or_else(|| panic.downcast_ref::<&str>().copied())
                    .unwrap_or("a panic");
                shared.problem(text.to_owned());
            }
        }));
    }
}
