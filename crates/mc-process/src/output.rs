//! What a program writes, kept within bounds.

use std::io::{self, PipeReader, PipeWriter, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::watch;

/// What a program wrote, as far as it was kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captured {
    /// The beginning of its standard output.
    pub stdout: Vec<u8>,
    /// The beginning of its standard error.
    pub stderr: Vec<u8>,
    /// Whether it wrote more than was kept.
    pub cut: bool,
}

/// Reads both streams, each in a thread of its own: reading a pipe blocks.
#[derive(Debug)]
pub(crate) struct Capture {
    kept: Arc<Mutex<Captured>>,
    /// How many streams have not ended.
    open: watch::Receiver<usize>,
}

impl Capture {
    /// A capture, and the ends of the pipes that are the program's.
    pub(crate) fn new(limit: usize) -> io::Result<(Self, [PipeWriter; 2])> {
        let kept = Arc::<Mutex<Captured>>::default();
        let (sender, open) = watch::channel(2);
        let sender = Arc::new(sender);
        let stream = |name: &str, choose: fn(&mut Captured) -> &mut Vec<u8>| {
            let (reader, writer) = io::pipe()?;
            let (kept, sender) = (kept.clone(), sender.clone());
            thread::Builder::new()
                .name(name.to_owned())
                .stack_size(64 * 1024)
                .spawn(move || {
                    read(reader, limit, &kept, choose);
                    sender.send_modify(|open| *open -= 1);
                })?;
            io::Result::Ok(writer)
        };
        let writers = [
            stream("stdout", |output| &mut output.stdout)?,
            stream("stderr", |output| &mut output.stderr)?,
        ];
        Ok((Self { kept, open }, writers))
    }

    /// Completes when nobody can write any more.
    pub(crate) async fn ended(&mut self) {
        // An error means that the senders are gone, and with them both threads.
        let _ = self.open.wait_for(|open| *open == 0).await;
    }

    pub(crate) fn so_far(&self) -> Captured {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn read(
    mut reader: PipeReader,
    limit: usize,
    kept: &Mutex<Captured>,
    choose: fn(&mut Captured) -> &mut Vec<u8>,
) {
    let mut buffer = [0; 8 * 1024];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let stream = choose(&mut kept);
        let room = limit.saturating_sub(stream.len()).min(length);
        stream.extend_from_slice(&buffer[..room]);
        kept.cut |= room < length;
    }
}
