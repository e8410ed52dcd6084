//! What the running agent does when asked over the channel.

use std::sync::Arc;
use std::time::Duration;

use mc_hooks::CallEvent;
use mc_ipc::{IncomingRequest, Reply};
use mc_secret::text::one_line;
use mc_template::DialNumber;
use tokio::time::timeout;

use crate::dial_error::DialError;
use crate::handle::{AgentHandle, Ending};
use crate::intake::Intake;
use crate::protocol::{
    DialOrigin, DialRequest, Dialled, EraseRequest, Erased, Message, Noted, RedialRequest,
    RefusedRequest, ReloadRequest, Reloaded, RingRequest, Rung, StatusRequest, StopRequest,
    Stopping,
};
use crate::redial;

/// More than an end takes that nothing holds up.
const END: Duration = Duration::from_secs(8);

/// Answers the requests of clients.
pub(crate) struct Service {
    pub(crate) handle: AgentHandle,
    pub(crate) intake: Intake,
}

impl Service {
    pub(crate) async fn handle(self: Arc<Self>, request: IncomingRequest) -> Reply {
        let done = match request.kind.as_str() {
            DialRequest::KIND => answer(self.dial(&request).await),
            RedialRequest::KIND => answer(self.redial(&request).await),
            RefusedRequest::KIND => answer(self.refused(&request).await),
            RingRequest::KIND => answer(self.ring(&request).await),
            StatusRequest::KIND => answer(Ok(self.handle.status())),
            StopRequest::KIND => answer(Ok(self.stop(&request).await)),
            ReloadRequest::KIND => answer(self.reload(&request).await),
            EraseRequest::KIND => answer(self.erase(&request).await),
            #[cfg(feature = "page")]
            crate::protocol::OpenRequest::KIND => answer(self.open().await),
            _ => Err(Reply::refused(
                "unknown_kind",
                "the running instance does not know this request",
            )),
        };
        done.unwrap_or_else(|refusal| refusal)
    }

    async fn dial(&self, request: &IncomingRequest) -> Result<Dialled, Reply> {
        let DialRequest {
            number,
            from,
            patience,
        } = body(request)?;
        let number =
            DialNumber::typed(&number).map_err(|e| Reply::refused("number", e.to_string()))?;
        let patience = Duration::from_millis(patience);
        self.dial_number(&number, from, patience, request).await
    }

    async fn redial(&self, request: &IncomingRequest) -> Result<Dialled, Reply> {
        let RedialRequest { number } = body(request)?;
        let (number, from) = redial::number(&self.handle.journal, number)
            .await
            .map_err(|error| refusal(&error))?;
        self.dial_number(&number, from, Duration::ZERO, request)
            .await
    }

    async fn dial_number(
        &self,
        number: &DialNumber,
        from: DialOrigin,
        patience: Duration,
        request: &IncomingRequest,
    ) -> Result<Dialled, Reply> {
        self.handle
            .dialler
            .dial(number, from, patience, || request.accept())
            .await
            .map_err(|error| refusal(&error))
    }

    async fn refused(&self, request: &IncomingRequest) -> Result<Noted, Reply> {
        let RefusedRequest { given, from, text } = body(request)?;
        self.handle
            .journal
            .refused(from, &one_line(&given), &one_line(&text))
            .await;
        Ok(Noted {})
    }

    async fn ring(&self, request: &IncomingRequest) -> Result<Rung, Reply> {
        let RingRequest { event, wait } = body(request)?;
        let event =
            CallEvent::from_value(&event).map_err(|e| Reply::refused("event", e.to_string()))?;
        let accepted = self
            .intake
            .accept(event)
            .await
            .map_err(|e| Reply::refused("journal", e.to_string()))?;
        request.accept();
        let receipt = accepted.receipt.clone();
        let reports = if wait {
            Some(accepted.reports().await)
        } else {
            None
        };
        Ok(Rung { receipt, reports })
    }

    /// Answers when nothing is left to wait for, or says what is.
    async fn stop(&self, request: &IncomingRequest) -> Stopping {
        request.accept();
        self.handle.stop();
        let mut ending = self.handle.ending.subscribe();
        let _ = timeout(END, ending.wait_for(|ending| *ending == Ending::Done)).await;
        let waits_for = match *ending.borrow() {
            Ending::Goodbyes => {
                Some("the telephone system to be told, and hooks to end".to_owned())
            }
            Ending::Journal => Some(format!(
                "the journal in {} to be written: its disk does not answer",
                self.handle.journal.folder().display()
            )),
            Ending::Done => None,
        };
        Stopping {
            pid: std::process::id(),
            waits_for,
        }
    }

    async fn reload(&self, request: &IncomingRequest) -> Result<Reloaded, Reply> {
        request.accept();
        self.handle
            .reload()
            .await
            .map_err(|error| Reply::refused(error.code(), error.to_string()))
    }

    #[cfg(feature = "page")]
    async fn open(&self) -> Result<crate::protocol::Opened, Reply> {
        match self.handle.open_page().await {
            Ok(file) => Ok(crate::protocol::Opened { file }),
            Err(error) => Err(Reply::refused("page", error.to_string())),
        }
    }

    async fn erase(&self, request: &IncomingRequest) -> Result<Erased, Reply> {
        let EraseRequest { number } = body(request)?;
        if !number.contains(|c: char| c.is_ascii_digit()) {
            return Err(Reply::refused("number", "there is no digit in this number"));
        }
        match self.handle.journal.erase(&number).await {
            Ok(erased) => Ok(Erased { erased }),
            Err(error) => Err(Reply::refused("journal", error.to_string())),
        }
    }
}

fn refusal(error: &DialError) -> Reply {
    Reply::refused(error.code(), error.to_string())
}

/// The body, as what the kind needs.
fn body<M: Message>(request: &IncomingRequest) -> Result<M, Reply> {
    M::deserialize(&request.body)
        .map_err(|error| Reply::refused("bad_request", format!("{}: {error}", request.kind)))
}

fn answer(result: Result<impl serde::Serialize, Reply>) -> Result<Reply, Reply> {
    match serde_json::to_value(result?) {
        Ok(value) => Ok(Reply::Done(value)),
        Err(error) => Err(Reply::refused("answer", error.to_string())),
    }
}
