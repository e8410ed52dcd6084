//! MQTT over WebSocket: bytes in binary messages (MQTT 5, 6.0).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_tungstenite::tokio::{TokioAdapter, client_async_with_config};
use async_tungstenite::tungstenite::client::IntoClientRequest as _;
use async_tungstenite::tungstenite::error::ProtocolError;
use async_tungstenite::tungstenite::protocol::WebSocketConfig;
use async_tungstenite::tungstenite::{Error, Message};
use async_tungstenite::{ByteReader, ByteWriter, WebSocketReceiver};
use http::header::SEC_WEBSOCKET_PROTOCOL;
use http::{HeaderValue, StatusCode};

use crate::broker::duplex::Stream;
use crate::broker::signal::{LARGEST, UNDER_WAY};

/// What a connection has for reading, and for writing: a call is small.
const BUFFER: usize = 4 * 1024;
/// The largest message: a broker may put all that is under way into one.
const MOST: usize = LARGEST as usize * UNDER_WAY as usize;

/// Why there is no WebSocket.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WebSocketError {
    /// Nothing is there.
    #[error(
        "there is no WebSocket at {url} (404); check the path in `broker`: often it is /mqtt or /ws"
    )]
    NotFound { url: String },
    /// Not for us.
    #[error(
        "the server refuses the WebSocket at {url} ({status}); ask who runs it whether something in front of the broker wants a login"
    )]
    Refused { url: String, status: u16 },
    /// It says something else.
    #[error(
        "the server answers the WebSocket at {url} with {status}; check that the broker listens for WebSocket there"
    )]
    Status { url: String, status: u16 },
    /// It speaks something else than MQTT.
    #[error(
        "what answers at {url} is a WebSocket without MQTT; check the path in `broker`: often it is /mqtt or /ws"
    )]
    NoMqtt { url: String },
    /// It does not answer, or not in HTTP.
    #[error(
        "{url} does not answer as a WebSocket ({reason}); check that the broker listens for WebSocket on this port"
    )]
    Answer { url: String, reason: String },
}

impl WebSocketError {
    /// Whether it will be no better the next time unless something is changed.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}

/// Makes a connection one that carries MQTT over WebSocket.
pub(crate) async fn open(url: String, stream: Stream) -> Result<Stream, WebSocketError> {
    let opened = async {
        let mut request = url.as_str().into_client_request()?;
        let mqtt = HeaderValue::from_static("mqtt");
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, mqtt);
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(BUFFER)
            .max_message_size(Some(MOST))
            .max_frame_size(Some(MOST));
        client_async_with_config(request, stream, Some(config)).await
    };
    match opened.await {
        Ok((socket, _)) => {
            let (sender, receiver) = socket.split();
            let reader = ByteReader::new(Data(receiver));
            Ok(Box::new(tokio::io::join(reader, ByteWriter::new(sender))))
        }
        Err(error) => Err(refusal(url, &error)),
    }
}

fn refusal(url: String, error: &Error) -> WebSocketError {
    match error {
        Error::Http(response) => {
            let status = response.status().as_u16();
            match response.status() {
                StatusCode::NOT_FOUND => WebSocketError::NotFound { url },
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                    WebSocketError::Refused { url, status }
                }
                _ => WebSocketError::Status { url, status },
            }
        }
        Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(_)) => {
            WebSocketError::NoMqtt { url }
        }
        other => WebSocketError::Answer {
            url,
            reason: other.to_string(),
        },
    }
}

/// Whether what broke a connection was a message larger than is read.
pub(crate) fn too_large(error: &io::Error) -> bool {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(Error::Capacity(_)))
}

/// The messages that carry MQTT. The reader takes every message for bytes, pings of the other side and empty ones, which
/// would be the end, too.
struct Data(WebSocketReceiver<TokioAdapter<Stream>>);

impl futures_core::Stream for Data {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return match Pin::new(&mut self.0).poll_next(cx) {
                Poll::Ready(Some(Ok(Message::Binary(data)))) if !data.is_empty() => {
                    Poll::Ready(Some(Ok(Message::Binary(data))))
                }
                Poll::Ready(Some(Ok(_))) => continue,
                other => other,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use async_tungstenite::tokio::{accept_async, accept_hdr_async};
    use async_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
    use futures_core::Stream as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

    use super::*;

    const URL: &str = "wss://broker.example/mqtt";

    #[expect(clippy::result_large_err, clippy::unnecessary_wraps)] // as the crate wants it
    fn speaks_mqtt(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
        let mqtt = HeaderValue::from_static("mqtt");
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, mqtt);
        Ok(response)
    }

    async fn server(stream: DuplexStream) -> Vec<Message> {
        let socket = accept_hdr_async(stream, speaks_mqtt).await.unwrap();
        let (mut sender, mut receiver) = socket.split();
        for message in [
            Message::Ping("are you there?".into()),
            Message::Binary("".into()),
            Message::Binary("ab".into()),
            Message::Text("no MQTT".into()),
            Message::Pong("".into()),
            Message::Ping("".into()),
            Message::Binary("cd".into()),
        ] {
            sender.send(message).await.unwrap();
        }
        let mut came = Vec::new();
        while came.len() < 3 {
            let next = std::future::poll_fn(|cx| Pin::new(&mut receiver).poll_next(cx));
            came.push(next.await.unwrap().unwrap());
        }
        came
    }

    /// Taken for bytes, a ping would be a broken packet, and an empty message the end.
    #[tokio::test]
    async fn the_other_sides_pings_are_answered_and_are_no_bytes() {
        let (here, there) = duplex(4096);
        let server = tokio::spawn(server(there));
        let mut stream = open(URL.to_owned(), Box::new(here)).await.unwrap();
        let mut read = [0; 4];
        stream.read_exact(&mut read).await.unwrap();
        assert_eq!(&read, b"abcd");
        stream.write_all(b"xyz").await.unwrap();
        stream.flush().await.unwrap();
        let came = server.await.unwrap();
        let [pong, empty, data] = &came[..] else {
            panic!("{came:?}");
        };
        assert_eq!(*pong, Message::Pong("are you there?".into()));
        assert_eq!(*empty, Message::Pong("".into()));
        assert_eq!(*data, Message::Binary("xyz".into()));
        // The server has gone.
        assert!(matches!(stream.read(&mut read).await, Err(_) | Ok(0)));
    }

    #[tokio::test]
    async fn a_websocket_without_mqtt_is_none() {
        let (here, there) = duplex(4096);
        let server = tokio::spawn(accept_async(there));
        let error = open(URL.to_owned(), Box::new(here)).await.err();
        assert!(
            matches!(error, Some(WebSocketError::NoMqtt { .. })),
            "{error:?}"
        );
        drop(server);
    }
}
