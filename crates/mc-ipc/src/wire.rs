//! Frames, and the messages in them.
//!
//! A frame is a little-endian u32, the number of bytes that follow, and that many bytes of JSON. Fields that a build
//! does not know are ignored, so that either side may learn new ones without a new protocol number.

use crate::message::Reply;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::{Instant, timeout_at},
};

/// The number of the protocol that this build speaks. Two builds talk only when it is equal; the build's version text
/// decides nothing.
pub const PROTOCOL: u32 = 1;

/// The largest body of a request or of a reply, in bytes of JSON (serialized without spaces).
pub const MAX_BODY: usize = 128 * 1024;

/// The largest frame either side sends or accepts, in bytes of JSON: a body of [`MAX_BODY`] and what is around it.
pub const MAX_FRAME: usize = MAX_BODY + 1024;

/// How many bytes an id or a kind may have. Escaped, both fit into what a frame has beside its body.
pub(crate) const MAX_NAME: usize = 64;

/// The first frame in either direction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub(crate) protocol: u32,
    #[serde(default)]
    pub(crate) build: String,
    /// The owner's process id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) pid: Option<u32>,
    /// The owner's: whether it handles requests yet (and still).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ready: Option<bool>,
    /// The owner's: it will not talk, as it cannot see whose process this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) other_privilege: Option<bool>,
}

impl Hello {
    pub(crate) fn new(build: &str) -> Self {
        Self {
            protocol: PROTOCOL,
            build: build.to_owned(),
            pid: None,
            ready: None,
            other_privilege: None,
        }
    }

    /// Build and protocol number, for a message to people.
    pub(crate) fn describe(&self) -> String {
        let build = if self.build.is_empty() {
            "unknown build"
        } else {
            &self.build
        };
        format!("{build}, protocol {}", self.protocol)
    }
}

/// The client's second frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RequestFrame {
    pub(crate) id: String,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) body: Value,
}

/// The owner's frames after its hello.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AnswerFrame {
    #[serde(default)]
    pub(crate) id: String,
    #[serde(flatten)]
    pub(crate) answer: Answer,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// The request is taken; a result follows.
    Accepted,
    /// Done.
    Result {
        #[serde(default)]
        body: Value,
    },
    /// Not done.
    Refused {
        code: String,
        #[serde(default)]
        text: String,
        /// The program never saw the request: the client may send it again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        retry: bool,
    },
}

impl AnswerFrame {
    pub(crate) fn new(id: &str, answer: Answer) -> Self {
        Self {
            id: id.to_owned(),
            answer,
        }
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Done(body) => Self::Result { body },
            Reply::Refused { code, text } => Self::Refused {
                code,
                text,
                retry: false,
            },
        }
    }
}

/// Why no frame came, or none went.
#[derive(Debug)]
pub(crate) enum FrameError {
    /// The peer closed between two frames.
    Closed,
    /// The deadline for the whole frame passed.
    Late,
    /// Longer than allowed; not read.
    TooLong,
    /// The peer closed within a frame, or the system failed.
    Broken,
    /// Not the JSON that belongs here.
    Malformed(serde_json::Error),
}

impl From<io::Error> for FrameError {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// Why a message is no frame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    #[error("it is {0} bytes long; at most {MAX_FRAME} are allowed")]
    TooLong(usize),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// A message as the bytes of its frame.
pub(crate) fn encode(message: &impl Serialize) -> Result<Vec<u8>, EncodeError> {
    let mut frame = vec![0; 4];
    serde_json::to_writer(&mut frame, message)?;
    let size = frame.len() - 4;
    match u32::try_from(size) {
        Ok(length) if size <= MAX_FRAME => {
            frame[..4].copy_from_slice(&length.to_le_bytes());
            Ok(frame)
        }
        _ => Err(EncodeError::TooLong(size)),
    }
}

/// Sends a message that was made to fit.
pub(crate) async fn send_message(
    to: &mut (impl AsyncWrite + Unpin),
    message: &impl Serialize,
    deadline: Instant,
) -> Result<(), FrameError> {
    let frame = encode(message).map_err(|_| FrameError::TooLong)?;
    send(to, &frame, deadline).await
}

/// Sends a whole frame before the deadline.
pub(crate) async fn send(
    to: &mut (impl AsyncWrite + Unpin),
    frame: &[u8],
    deadline: Instant,
) -> Result<(), FrameError> {
    let write = async {
        to.write_all(frame).await?;
        to.flush().await
    };
    timeout_at(deadline, write)
        .await
        .map_err(|_| FrameError::Late)?
        .map_err(FrameError::from)
}

/// Receives a whole frame before the deadline.
pub(crate) async fn receive<T: for<'de> Deserialize<'de>>(
    from: &mut (impl AsyncRead + Unpin),
    deadline: Instant,
) -> Result<T, FrameError> {
    let bytes = timeout_at(deadline, read_frame(from))
        .await
        .map_err(|_| FrameError::Late)??;
    serde_json::from_slice(&bytes).map_err(FrameError::Malformed)
}

async fn read_frame(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, FrameError> {
    let mut length = [0; 4];
    if from.read(&mut length[..1]).await? == 0 {
        return Err(FrameError::Closed);
    }
    from.read_exact(&mut length[1..]).await?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLong);
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// Waits for the peer to close, at most that long; whatever it still sends is dropped.
pub(crate) async fn drain(from: &mut (impl AsyncRead + Unpin), at_most: Duration) {
    let mut sink = [0; 512];
    let until = Instant::now() + at_most;
    while let Ok(Ok(1..)) = timeout_at(until, from.read(&mut sink)).await {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(future)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(5)
    }

    async fn receive_bytes(bytes: &[u8]) -> Result<Value, FrameError> {
        receive::<Value>(&mut &bytes[..], soon()).await
    }

    proptest! {
        /// Whatever text a value holds (delimiters, quotes, controls, any script), it arrives as it was.
        #[test]
        fn f25_any_text_survives_framing_in_any_fragments(texts in prop::collection::vec(any::<String>(), 0..8), cut in 1_usize..64) {
            let request = RequestFrame { id: "1".into(), kind: "dial".into(), body: json!({ "texts": texts }) };
            let frame = encode(&request).unwrap();
            let got = block_on(async {
                let (mut near, mut far) = tokio::io::duplex(cut);
                let (sent, got) = tokio::join!(send(&mut near, &frame, soon()), receive::<RequestFrame>(&mut far, soon()));
                sent.unwrap();
                got.unwrap()
            });
            prop_assert_eq!(got, request);
        }

        /// The number that is nearest to what was written is the one that arrives, not its neighbour.
        #[test]
        fn any_number_survives_framing(number in any::<f64>().prop_filter("JSON has no others", |number| number.is_finite())) {
            let frame = encode(&json!(number)).unwrap();
            prop_assert_eq!(block_on(receive::<Value>(&mut &frame[..], soon())).unwrap(), json!(number));
        }

        /// Nothing that a peer can send does more than give an error.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = block_on(receive_bytes(&bytes));
            let mut framed = u32::try_from(bytes.len()).unwrap().to_le_bytes().to_vec();
            framed.extend(bytes);
            let _ = block_on(receive::<Hello>(&mut &framed[..], soon()));
            let _ = block_on(receive::<RequestFrame>(&mut &framed[..], soon()));
            let _ = block_on(receive::<AnswerFrame>(&mut &framed[..], soon()));
        }
    }

    #[test]
    fn a_frame_may_be_as_long_as_the_limit_and_no_longer() {
        let text = "x".repeat(MAX_FRAME - 2);
        let frame = encode(&json!(text)).unwrap();
        assert_eq!(block_on(receive_bytes(&frame)).unwrap(), json!(text));
        let longer = encode(&json!(format!("{text}x")));
        assert!(matches!(longer, Err(EncodeError::TooLong(size)) if size == MAX_FRAME + 1));
    }

    #[test]
    fn a_body_of_the_limit_fits_into_a_frame_whatever_surrounds_it() {
        let (worst, body) = ("\u{1}".repeat(MAX_NAME), json!("x".repeat(MAX_BODY - 2)));
        let request = RequestFrame {
            id: worst.clone(),
            kind: worst.clone(),
            body: body.clone(),
        };
        assert!(encode(&request).is_ok());
        assert!(encode(&AnswerFrame::new(&worst, Answer::Result { body })).is_ok());
    }

    #[test]
    fn f26_a_length_beyond_the_limit_is_refused_before_anything_is_reserved_or_read() {
        let result = block_on(receive_bytes(&[0xFF; 4]));
        assert!(matches!(result, Err(FrameError::TooLong)), "{result:?}");
    }

    #[test]
    fn an_end_between_frames_differs_from_one_within() {
        assert!(matches!(
            block_on(receive_bytes(b"")),
            Err(FrameError::Closed)
        ));
        assert!(matches!(
            block_on(receive_bytes(b"\x02\0")),
            Err(FrameError::Broken)
        ));
        assert!(matches!(
            block_on(receive_bytes(b"\x02\0\0\0{")),
            Err(FrameError::Broken)
        ));
    }

    #[test]
    fn f26_the_deadline_is_for_the_whole_frame_not_for_each_byte() {
        let result = block_on(async {
            tokio::time::pause();
            let (mut near, mut far) = tokio::io::duplex(64);
            let dripping = async move {
                for byte in encode(&json!("a text of some length")).unwrap() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    let _ = near.write_all(&[byte]).await;
                }
                near
            };
            let deadline = Instant::now() + Duration::from_secs(5);
            let (_, result) = tokio::join!(dripping, receive::<Value>(&mut far, deadline));
            result
        });
        assert!(matches!(result, Err(FrameError::Late)), "{result:?}");
    }

    #[test]
    fn the_words_on_the_wire_are_fixed() {
        fn bytes(message: &impl Serialize) -> String {
            serde_json::to_string(message).unwrap()
        }
        assert_eq!(bytes(&Hello::new("b 1")), r#"{"protocol":1,"build":"b 1"}"#);
        let accepted = AnswerFrame::new("i", Answer::Accepted);
        assert_eq!(bytes(&accepted), r#"{"id":"i","answer":"accepted"}"#);
        let result = AnswerFrame::new("i", Reply::Done(json!(1)).into());
        assert_eq!(bytes(&result), r#"{"id":"i","answer":"result","body":1}"#);
        let refused = AnswerFrame::new("i", Reply::refused("c", "t").into());
        assert_eq!(
            bytes(&refused),
            r#"{"id":"i","answer":"refused","code":"c","text":"t"}"#
        );
        assert_eq!(
            bytes(&Answer::Refused {
                code: "c".into(),
                text: "t".into(),
                retry: true
            }),
            r#"{"answer":"refused","code":"c","text":"t","retry":true}"#
        );
    }

    #[test]
    fn f27_unknown_fields_are_ignored() {
        let hello: Hello =
            serde_json::from_str(r#"{"protocol":1,"build":"b","colour":"green"}"#).unwrap();
        assert_eq!(hello, Hello::new("b"));
        let answer: AnswerFrame =
            serde_json::from_str(r#"{"id":"i","answer":"accepted","eta":3}"#).unwrap();
        assert_eq!(answer.answer, Answer::Accepted);
    }
}
