//! What a peer's bytes reach first, for `tests/fuzz`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::wire::{AnswerFrame, Hello, RequestFrame, encode, receive};

/// Bytes as frames of every kind: read or refused, and what is read is the same when it is sent and read again.
pub fn frames(bytes: &[u8]) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
    else {
        return;
    };
    let mut framed = u32::try_from(bytes.len())
        .unwrap_or(0)
        .to_le_bytes()
        .to_vec();
    framed.extend(bytes);
    for bytes in [bytes, &framed] {
        runtime.block_on(async {
            again::<Hello>(bytes).await;
            again::<RequestFrame>(bytes).await;
            again::<AnswerFrame>(bytes).await;
        });
    }
}

async fn again<T>(mut bytes: &[u8])
where
    T: for<'de> Deserialize<'de> + Serialize + PartialEq,
{
    let soon = Instant::now() + Duration::from_secs(5);
    let Ok(message) = receive::<T>(&mut bytes, soon).await else {
        return;
    };
    // What was read may be longer when it is written with its defaults.
    let Ok(written) = encode(&message) else {
        return;
    };
    let read = receive::<T>(&mut &written[..], soon).await;
    assert!(
        read.is_ok_and(|read| read == message),
        "sent and read again"
    );
}
