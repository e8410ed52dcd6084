//! Who the user is when the settings by which one was learnt are replaced.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mc_agent::settings::{Jtel, Register};
use mc_agent::{Agent, AgentHandle, Settings, SettingsSource};

/// A telephone system that knows two users, and answers when it is told to.
struct Telephone {
    address: SocketAddr,
    asked: Receiver<()>,
    answer: Sender<()>,
}

impl Telephone {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asking, asked) = channel();
        let (answer, answers) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut vec![0; 65536]);
                if asking.send(()).is_err() || answers.recv().is_err() {
                    return;
                }
                let body = r#"{"result":"OK","first":"agent.17","second":"agent.18"}"#;
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self {
            address,
            asked,
            answer,
        }
    }
}

/// Settings that the test replaces.
#[derive(Clone)]
struct Desk {
    state: PathBuf,
    base: String,
    now: Arc<Mutex<Now>>,
}

/// What of them is replaced.
#[derive(Clone, Default)]
struct Now {
    user: Option<&'static str>,
    from: Option<&'static str>,
    listens: bool,
}

impl Desk {
    async fn start(folder: &Path, telephone: &Telephone, now: Now) -> (Self, AgentHandle) {
        std::fs::write(folder.join("token"), "the-token-of-the-telephone").unwrap();
        let desk = Self {
            state: folder.to_owned(),
            base: format!("http://{}/rest/v1.0/1", telephone.address),
            now: Arc::new(Mutex::new(now)),
        };
        let agent = Agent::open(desk.read().unwrap()).await.unwrap();
        let agent = agent.reloads_from(desk.clone());
        let handle = agent.handle();
        tokio::spawn(agent.run(None));
        (desk, handle)
    }

    fn put(&self, now: Now) {
        *self.now.lock().unwrap() = now;
    }
}

impl SettingsSource for Desk {
    fn read(&self) -> Result<Settings, String> {
        let now = self.now.lock().unwrap().clone();
        let mut settings = Settings::new("test", "1", self.state.join("state"));
        settings.users_uid = now.user.map(str::to_owned);
        if let Some(from) = now.from {
            let mut jtel = Jtel::new(self.base.parse().unwrap());
            jtel.token_file = Some(self.state.join("token"));
            let mut register = Register::new(1);
            register.users_uid_from = Some(from.to_owned());
            settings = settings.register(jtel, register);
        }
        #[cfg(feature = "push")]
        if now.listens {
            let mut listen = mc_agent::settings::Listen::new("127.0.0.1:0".parse().unwrap());
            listen.token_file = Some(self.state.join("token"));
            settings.listen = Some(listen);
        }
        Ok(settings)
    }
}

async fn becomes(handle: &AgentHandle, user: &str) {
    let since = Instant::now();
    while handle.status().user.as_deref() != Some(user) {
        assert!(since.elapsed() < Duration::from_secs(20), "{user}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_learnt_user_goes_with_the_settings_by_which_one_was_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let telephone = Telephone::new();
    for _ in 0..9 {
        telephone.answer.send(()).unwrap();
    }
    let from = |from| Now {
        from,
        ..Now::default()
    };
    let (desk, handle) = Desk::start(folder.path(), &telephone, from(Some("/first"))).await;
    becomes(&handle, "agent.17").await;
    // Nothing of it changes.
    handle.reload().await.unwrap();
    assert_eq!(handle.status().user.as_deref(), Some("agent.17"));
    desk.put(from(Some("/second")));
    handle.reload().await.unwrap();
    assert_ne!(handle.status().user.as_deref(), Some("agent.17"));
    becomes(&handle, "agent.18").await;
    desk.put(from(None));
    handle.reload().await.unwrap();
    assert_eq!(handle.status().user, None);
    handle.stop();
}

/// The answer comes while what the old settings named is being ended.
#[cfg(feature = "push")]
#[tokio::test]
async fn a_late_answer_does_not_replace_a_user_who_is_set_since() {
    let folder = tempfile::tempdir().unwrap();
    let telephone = Telephone::new();
    let before = Now {
        from: Some("/first"),
        listens: true,
        ..Now::default()
    };
    let (desk, handle) = Desk::start(folder.path(), &telephone, before).await;
    let since = Instant::now();
    while telephone.asked.try_recv().is_err() {
        assert!(since.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // A call of which the rest never comes: the port ends when its patience does.
    let port = handle.status().listen.unwrap().address;
    let mut half = std::net::TcpStream::connect(&port).unwrap();
    write!(
        half,
        "POST /v1/calls HTTP/1.1\r\nHost: {port}\r\nAuthorization: Bearer the-token-of-the-telephone\r\n\
         Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
    )
    .unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    desk.put(Now {
        user: Some("agent.19"),
        from: Some("/first"),
        ..Now::default()
    });
    let asked = handle.clone();
    let reloaded = tokio::spawn(async move { asked.reload().await });
    becomes(&handle, "agent.19").await;
    assert!(!reloaded.is_finished());
    telephone.answer.send(()).unwrap();
    reloaded.await.unwrap().unwrap();
    assert_eq!(handle.status().user.as_deref(), Some("agent.19"));
    handle.stop();
}
