//! What the running agent does when asked over the channel.

use std::sync::Arc;

use mc_hooks::CallEvent;
use mc_ipc::{IncomingRequest, Reply};
use mc_template::DialNumber;

use crate::dial::Dialler;
use crate::intake::Intake;
use crate::journal::Journal;
use crate::protocol::{
    DialRequest, Dialled, EraseRequest, Erased, Message, RingRequest, Rung, Status, StatusRequest,
    StopRequest, Stopping,
};

/// Answers the requests of clients.
pub(crate) struct Service {
    pub(crate) intake: Intake,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) status: Box<dyn Fn() -> Status + Send + Sync>,
    pub(crate) stop: Box<dyn Fn() + Send + Sync>,
}

impl Service {
    pub(crate) async fn handle(self: Arc<Self>, request: IncomingRequest) -> Reply {
        let done = match request.kind.as_str() {
            DialRequest::KIND => answer(self.dial(&request).await),
            RingRequest::KIND => answer(self.ring(&request).await),
            StatusRequest::KIND => answer(Ok((self.status)())),
            StopRequest::KIND => {
                (self.stop)();
                let pid = std::process::id();
                answer(Ok(Stopping { pid }))
            }
            EraseRequest::KIND => answer(self.erase(&request).await),
            _ => Err(Reply::refused(
                "unknown_kind",
                "the running instance does not know this request",
            )),
        };
        done.unwrap_or_else(|refusal| refusal)
    }

    async fn dial(&self, request: &IncomingRequest) -> Result<Dialled, Reply> {
        let DialRequest { number, from } = body(request)?;
        let number =
            DialNumber::typed(&number).map_err(|e| Reply::refused("number", e.to_string()))?;
        self.dialler
            .dial(&number, from, || request.accept())
            .await
            .map_err(|error| Reply::refused(error.code(), error.to_string()))
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

    async fn erase(&self, request: &IncomingRequest) -> Result<Erased, Reply> {
        let EraseRequest { number } = body(request)?;
        if !number.contains(|c: char| c.is_ascii_digit()) {
            return Err(Reply::refused("number", "there is no digit in this number"));
        }
        match self.journal.erase(&number).await {
            Ok(erased) => Ok(Erased { erased }),
            Err(error) => Err(Reply::refused("journal", error.to_string())),
        }
    }
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
