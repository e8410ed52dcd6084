//! Requests on the wire: attempts and retries, as curl makes them.

use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use crate::answer::{Answer, Transfer};
use crate::body::Body;
use crate::failure::Failure;
use crate::follow::{Attempt, Memory, follow};
use crate::hidden::Hidden;
use crate::jar::Jar;
use crate::login::Login;
use crate::pool::Pool;
use crate::request::Request;
use crate::settings::Settings;

/// The longest wait before another try.
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// What a command may take, and how much of its answers is kept.
pub(crate) struct Limits {
    pub(crate) kept: usize,
    /// The longest wait that a server may ask for.
    pub(crate) wait: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
}

impl Limits {
    fn is_over(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline <= Instant::now())
    }
}

/// Makes requests, one after the other. One that is refused with 401 goes out once more where `hidden` has other values
/// for it: the server has done nothing for it.
pub(crate) async fn all(
    pool: &Pool,
    limits: &Limits,
    mut requests: Vec<Request>,
    mut hidden: Option<Hidden<'_>>,
) -> Answer {
    let fail_early = requests.iter().any(|request| request.settings.fail_early);
    let mut transfers = Vec::with_capacity(requests.len());
    let mut jar = Jar::default();
    for index in 0..requests.len() {
        let mut transfer = transfer(pool, limits, &requests[index], &mut jar).await;
        if let Some(hidden) = hidden.as_mut().filter(|_| is_refused(&transfer))
            && let Some(renewed) = in_time(limits.deadline, hidden.renewed()).await.flatten()
            && renewed.get(index) != requests.get(index)
        {
            requests = renewed;
            let again = self::transfer(pool, limits, &requests[index], &mut jar).await;
            transfer = Transfer {
                attempts: transfer.attempts + again.attempts,
                elapsed: transfer.elapsed + again.elapsed,
                ..again
            };
        }
        let exit_code = transfer.exit_code;
        transfers.push(transfer);
        if exit_code != 0 && fail_early {
            break;
        }
        if limits.is_over() {
            // What comes next is not asked: a first answer just in time must not pass for all of them.
            let next = requests.get(index + 1).filter(|_| exit_code != 28);
            transfers.extend(next.map(not_asked));
            break;
        }
    }
    Answer { transfers }
}

/// What comes of a request for which there is no time left.
fn not_asked(request: &Request) -> Transfer {
    Transfer {
        method: request.method().to_owned(),
        url: request.address(),
        status: None,
        exit_code: 28,
        error: Some("the time was up before its turn came".to_owned()),
        headers: HeaderMap::new(),
        truncated: false,
        body: Vec::new(),
        attempts: 0,
        redirects: 0,
        elapsed: Duration::ZERO,
    }
}

/// Whether the first server refused the request for who sent it.
fn is_refused(transfer: &Transfer) -> bool {
    transfer.status == Some(401) && transfer.redirects == 0
}

/// What comes of it before the deadline.
pub(crate) async fn in_time<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match deadline {
        Some(deadline) => timeout_at(deadline, work).await.ok(),
        None => Some(work.await),
    }
}

/// One request with its retries.
async fn transfer(pool: &Pool, limits: &Limits, request: &Request, jar: &mut Jar) -> Transfer {
    let start = Instant::now();
    if let Some(files) = &request.engine {
        jar.load(&files.cookies);
    }
    let retry = &request.settings.retry;
    let mut attempts = 0;
    let mut wait = Duration::from_secs(1);
    let mut memory = Memory {
        login: Login::default(),
        jar,
    };
    loop {
        attempts += 1;
        let mut attempt = Attempt {
            body: Body::keeping(limits.kept),
            ..Attempt::default()
        };
        let outcome = limited(pool, request, limits.deadline, &mut memory, &mut attempt).await;
        let usual = retry.delay.unwrap_or(wait);
        let pause = match again(&request.settings, &attempt, &outcome) {
            _ if attempts > retry.times => None,
            Again::No => None,
            Again::Yes => Some((usual, Duration::ZERO)),
            Again::After(asked) => Some((asked, asked)),
        };
        let too_long = pause
            .zip(limits.wait)
            .filter(|((_, ahead), most)| ahead > most);
        let pause = pause.filter(|_| too_long.is_none());
        if let Some((pause, ahead)) = pause {
            wait = (wait * 2).min(LONGEST_WAIT);
            // Curl looks at the time before it waits, and ahead only where the server says how long.
            let in_time =
                |most| start.elapsed() < most && start.elapsed().saturating_add(ahead) <= most;
            if retry.max_time.is_none_or(in_time)
                // No clock goes as far as some servers ask for.
                && let Some(at) = Instant::now().checked_add(pause)
                && limits.deadline.is_none_or(|deadline| at < deadline)
            {
                sleep_until(at).await;
                continue;
            }
        }
        let (exit_code, error) = match outcome {
            Ok(()) => (0, None),
            Err(failure) => (failure.exit_code, Some(failure.text)),
        };
        let error = match (too_long, attempt.status) {
            (Some(((_, asked), most)), Some(status)) => Some(format!(
                "the server answers with status {status} and asks for a wait of {} s before another try; at most {} s are \
                 waited",
                asked.as_secs(),
                most.as_secs()
            )),
            _ => error,
        };
        return Transfer {
            method: request.method().to_owned(),
            url: request.address(),
            status: attempt.status,
            exit_code,
            error,
            headers: attempt.headers,
            truncated: attempt.body.truncated,
            body: attempt.body.bytes,
            attempts,
            redirects: attempt.redirects,
            elapsed: start.elapsed(),
        };
    }
}

/// Whether curl would try again.
enum Again {
    No,
    /// After the usual wait.
    Yes,
    /// After the time that the server asks for.
    After(Duration),
}

fn again(settings: &Settings, attempt: &Attempt, outcome: &Result<(), Failure>) -> Again {
    let retry = &settings.retry;
    let status = attempt.status.unwrap_or_default();
    let transient = matches!(status, 408 | 429 | 500 | 502 | 503 | 504);
    match outcome {
        Ok(()) | Err(Failure { exit_code: 22, .. }) if transient => {
            attempt.retry_after.map_or(Again::Yes, Again::After)
        }
        Err(Failure {
            exit_code: 5 | 6 | 28,
            ..
        }) => Again::Yes,
        Err(failure) if retry.all || (retry.refused && failure.refused) => Again::Yes,
        _ => Again::No,
    }
}

async fn limited(
    pool: &Pool,
    request: &Request,
    deadline: Option<Instant>,
    memory: &mut Memory<'_>,
    attempt: &mut Attempt,
) -> Result<(), Failure> {
    let rest = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let limit = match (request.settings.time, rest) {
        (Some(limit), Some(rest)) => Some(limit.min(rest)),
        (limit, rest) => limit.or(rest),
    };
    let work = follow(pool, request, memory, attempt);
    match limit {
        Some(limit) => timeout(limit, work)
            .await
            .unwrap_or_else(|_| Err(Failure::timeout(limit))),
        None => work.await,
    }
}
