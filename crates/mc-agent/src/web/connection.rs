//! One connection: served until it says nothing for a while, or has to make room.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use hyper::body::Body as _;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

use crate::stop;
use crate::web::denial::Denial;
use crate::web::site::Site;
use crate::web::stream::{AnswerStream, Answering};
use crate::web::table::{Doing, Seat};

/// How long a caller may take to send its first request's head.
const FIRST: Duration = Duration::from_secs(5);
/// How long a connection may be idle between requests.
const IDLE: Duration = Duration::from_secs(30);
/// How long the answer to a connection that is not served is left to be read.
const LINGER: Duration = Duration::from_secs(1);

/// Serves a connection.
pub(crate) async fn serve<S: Site>(
    site: &S,
    stream: TcpStream,
    peer: SocketAddr,
    mut seat: Seat,
    mut stop: watch::Receiver<bool>,
) {
    let Ok(local) = stream.local_addr() else {
        return;
    };
    // An answer is one small packet: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    let answering = Answering::default();
    let doing = seat.doing();
    let (last, mut seen) = watch::channel(Instant::now());
    let service = service_fn(|request| {
        let (doing, answering, last) = (Arc::clone(&doing), answering.clone(), &last);
        async move {
            is(&doing, Doing::Busy);
            last.send_replace(Instant::now());
            let response = site.answer(request, local, peer).await;
            last.send_replace(Instant::now());
            // What has no end yet is being served as long as it goes on.
            let ends = response.body().size_hint().exact().is_some();
            is(&doing, if ends { Doing::Idle } else { Doing::Streaming });
            answering.begin();
            Ok::<_, Infallible>(response)
        }
    });
    let stream = AnswerStream::new(stream, answering.clone());
    let mut connection = pin!(
        hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE)
            .half_close(S::HALF_CLOSED)
            .max_buf_size(32 * 1024)
            .serve_connection(TokioIo::new(stream), service)
    );
    let mut stopping = false;
    loop {
        let last = *seen.borrow_and_update();
        let now = doing.load(Ordering::Relaxed);
        let deadline = last
            + if now == Doing::Nothing as u8 {
                FIRST
            } else {
                IDLE
            };
        tokio::select! {
            result = &mut connection => {
                if let Err(error) = result {
                    tracing::debug!(%peer, %error, "a connection broke off");
                }
                return;
            }
            _ = &mut seat.shed => return,
            () = sleep_until(deadline), if now != Doing::Streaming as u8 => return,
            _ = seen.changed() => {}
            () = stop::told(&mut stop), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn is(doing: &AtomicU8, what: Doing) {
    doing.store(what as u8, Ordering::Relaxed);
}

/// Answers a connection that is not served, whatever it says.
pub(crate) async fn refuse(mut stream: TcpStream, denial: Denial) {
    let answered = async {
        stream.write_all(&denial.raw()).await?;
        stream.shutdown().await?;
        // Closing with something unread would take the answer away from who has not read it yet.
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Whoever does not want the answer goes without it.
    let _ = timeout(LINGER, answered).await;
}

/// The same at once, for who has said nothing yet.
pub(crate) fn refuse_now(stream: TcpStream, denial: &Denial) {
    use std::io::Write as _;
    // It fits into the system's buffer, or goes nowhere.
    let _ = stream
        .into_std()
        .and_then(|mut stream| stream.write_all(&denial.raw()));
}
