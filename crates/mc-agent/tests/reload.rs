//! Settings that are read again while calls come in.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_agent::journal::{History, Journal};
use mc_agent::mc_hooks::{
    Action, CallEvent, CustomAction, CustomCall, CustomFuture, Hook, Outcome,
};
use mc_agent::settings::{Keep, Retention};
use mc_agent::{Agent, AgentHandle, CallSource, ReloadError, Settings, SettingsSource};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a source reads.
type Reading = Box<dyn Fn() -> Result<Settings, String> + Send>;

/// Settings that the test replaces.
#[derive(Clone)]
struct Desk(Arc<Mutex<Reading>>, Vec<PathBuf>);

impl Desk {
    fn new(reading: impl Fn() -> Result<Settings, String> + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Box::new(reading))), Vec::new())
    }

    fn put(&self, reading: impl Fn() -> Result<Settings, String> + Send + 'static) {
        *self.0.lock().unwrap() = Box::new(reading);
    }

    async fn start(&self) -> (AgentHandle, JoinHandle<()>) {
        let settings = self.read().unwrap();
        let agent = Agent::open(settings).await.unwrap();
        let agent = agent.reloads_from(self.clone());
        (agent.handle(), tokio::spawn(agent.run(None)))
    }
}

impl SettingsSource for Desk {
    fn read(&self) -> Result<Settings, String> {
        self.0.lock().unwrap()()
    }

    fn files(&self) -> Vec<PathBuf> {
        self.1.clone()
    }

    fn look_every(&self) -> Duration {
        Duration::from_millis(10)
    }
}

/// Notes the id of its call, and waits until it may end.
#[derive(Debug, Clone)]
struct Noting {
    seen: Arc<Mutex<Vec<String>>>,
    end: watch::Sender<bool>,
}

impl Noting {
    fn new(end: bool) -> Self {
        Self {
            seen: Arc::default(),
            end: watch::Sender::new(end),
        }
    }

    fn hook(&self, name: &str) -> Hook {
        Hook::new(name, Action::custom(self.clone()))
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

impl CustomAction for Noting {
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a> {
        self.seen.lock().unwrap().push(call.id.to_owned());
        let mut end = self.end.subscribe();
        Box::pin(async move {
            end.wait_for(|end| *end).await?;
            Ok("noted".to_owned())
        })
    }

    fn describe(&self, _: CustomCall<'_>) -> String {
        "notes".to_owned()
    }
}

fn settings(state: &Path, hooks: impl IntoIterator<Item = Hook>) -> Settings {
    Settings::new("test", "1", state).hooks(hooks)
}

fn call(number: usize) -> CallEvent {
    CallEvent::from_pairs([("CallID", number.to_string())]).unwrap()
}

#[tokio::test]
async fn a_call_that_runs_goes_on_under_the_settings_it_began_with() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    let (old, new) = (Noting::new(false), Noting::new(true));
    let hook = old.clone();
    let desk = Desk::new(move || Ok(settings(&state, [hook.hook("old")])));
    let (handle, running) = desk.start().await;
    let intake = handle.intake(CallSource::new("test"));
    let first = intake.accept(call(1)).await.unwrap();

    let (state, hook) = (folder.path().to_owned(), new.clone());
    desk.put(move || {
        Ok(settings(&state, [hook.hook("new")]).retention(Retention::new(9, Keep::Masked)))
    });
    let reloaded = handle.reload().await.unwrap();
    assert_eq!(reloaded.hooks, ["new"]);
    let status = handle.status();
    assert_eq!(
        (status.hooks, status.journal.days),
        (vec!["new".to_owned()], 9)
    );
    let second = intake.accept(call(2)).await.unwrap();
    assert_eq!(second.receipt.hooks, ["new"]);
    assert_eq!(second.reports().await[0].outcome, Outcome::Ok);
    // A repetition of what came under the old settings is one.
    assert!(intake.accept(call(1)).await.unwrap().receipt.duplicate);

    // Another one, so that the first rules are two generations old and still needed.
    handle.reload().await.unwrap();
    old.end.send_replace(true);
    let reports = first.reports().await;
    assert_eq!(
        (reports[0].hook.as_str(), reports[0].outcome),
        ("old", Outcome::Ok)
    );
    assert_eq!((old.seen().len(), new.seen().len()), (1, 1));
    handle.stop();
    running.await.unwrap();
}

#[tokio::test]
async fn bad_settings_are_told_and_the_old_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    let good = move || Ok(settings(&state, [Noting::new(true).hook("good")]));
    let desk = Desk::new(good.clone());
    let (handle, _running) = desk.start().await;
    let since = handle.status().config_since;
    assert_eq!(handle.status().config_refused, None);

    desk.put(|| Err("miniclient.toml:3: nonsense".to_owned()));
    let error = handle.reload().await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("settings", "miniclient.toml:3: nonsense")
    );
    let status = handle.status();
    assert_eq!(
        status.config_refused.unwrap().error,
        "miniclient.toml:3: nonsense"
    );
    assert_eq!(
        (status.hooks, status.config_since),
        (vec!["good".to_owned()], since)
    );

    desk.put(|| std::panic::panic_any("a source that panics"));
    assert!(matches!(
        handle.reload().await,
        Err(ReloadError::Settings(_))
    ));
    // Its lock is poisoned by that; what the agent has is not.
    let intake = handle.intake(CallSource::new("test"));
    assert_eq!(
        intake.accept(call(1)).await.unwrap().receipt.hooks,
        ["good"]
    );
}

/// Settings on a share that died are read for ever.
#[tokio::test]
async fn a_stop_does_not_wait_for_settings_that_are_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    let desk = Desk::new(move || Ok(settings(&state, [])));
    let (handle, running) = desk.start().await;
    let (reading, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let (share, dead) = std::sync::mpsc::channel::<()>();
    desk.put(move || {
        reading.send(()).unwrap();
        let _ = dead.recv();
        Err("the share is back".to_owned())
    });
    let asked = handle.clone();
    let reloaded = tokio::spawn(async move { asked.reload().await });
    begun.recv().await.unwrap();
    handle.stop();
    let ended = tokio::time::timeout(Duration::from_secs(10), running).await;
    ended.unwrap().unwrap();
    assert!(matches!(reloaded.await.unwrap(), Err(ReloadError::Ending)));
    drop(share);
}

/// The same of the file with the token for pushed calls.
#[cfg(all(target_os = "linux", feature = "push"))]
#[tokio::test]
async fn a_stop_does_not_wait_for_a_token_that_is_never_read() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    // A pipe that is handed over, and into which nobody writes.
    let (reader, writer) = std::io::pipe().unwrap();
    let token = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
    let token = PathBuf::from(token);
    let old = state.clone();
    let desk = Desk::new(move || Ok(settings(&old, [])));
    let (handle, running) = desk.start().await;
    let (reading, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let path = token.clone();
    desk.put(move || {
        reading.send(()).unwrap();
        let mut settings = settings(&state, []);
        let mut listen = mc_agent::settings::Listen::new("127.0.0.1:0".parse().unwrap());
        listen.token_file = Some(path.clone());
        settings.listen = Some(listen);
        Ok(settings)
    });
    let asked = handle.clone();
    let reloaded = tokio::spawn(async move { asked.reload().await });
    begun.recv().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    handle.stop();
    let ended = tokio::time::timeout(Duration::from_secs(10), running).await;
    ended.unwrap().unwrap();
    assert!(matches!(reloaded.await.unwrap(), Err(ReloadError::Ending)));
    // Lets the reader go.
    drop(writer);
}

#[tokio::test]
async fn an_agent_without_a_source_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let agent = Agent::open(settings(folder.path(), [])).await.unwrap();
    let handle = agent.handle();
    let running = tokio::spawn(agent.run(None));
    assert!(matches!(handle.reload().await, Err(ReloadError::NoSource)));
    handle.stop();
    running.await.unwrap();
    assert!(matches!(handle.reload().await, Err(ReloadError::Ending)));
}

#[tokio::test]
async fn a_file_that_changes_comes_or_goes_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let file = folder.path().join("settings");
    let read = file.clone();
    let mut desk = Desk::new(move || {
        let name = std::fs::read_to_string(&read).unwrap_or_else(|_| "none".to_owned());
        if name == "bad" {
            return Err("bad".to_owned());
        }
        Ok(settings(&state, [Noting::new(true).hook(&name)]))
    });
    desk.1 = vec![file.clone()];
    let (handle, _running) = desk.start().await;
    let until = async |done: &dyn Fn() -> bool| {
        tokio::time::timeout(Duration::from_secs(30), async {
            while !done() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
        .unwrap();
    };
    let hook = || handle.status().hooks.remove(0);
    assert_eq!(hook(), "none");
    std::fs::write(&file, "first").unwrap();
    until(&|| hook() == "first").await;
    std::fs::write(&file, "bad").unwrap();
    until(&|| handle.status().config_refused.is_some()).await;
    assert_eq!(hook(), "first");
    std::fs::write(&file, "second one").unwrap();
    until(&|| hook() == "second one").await;
    assert_eq!(handle.status().config_refused, None);
    std::fs::remove_file(&file).unwrap();
    until(&|| hook() == "none").await;
}

/// Of 5,000 calls, taken in while the settings change fifty times, none is lost, none runs twice, and each runs the hooks
/// of one reading.
#[tokio::test]
async fn calls_while_the_settings_change_run_once_under_one_whole_reading() {
    const CALLS: usize = 5000;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_owned();
    let noting = Noting::new(true);
    let generation = Arc::new(Mutex::new(0));
    let hooks = noting.clone();
    let desk = Desk::new(move || {
        let mut generation = generation.lock().unwrap();
        *generation += 1;
        let hook = |part: &str| {
            let mut hook = hooks.hook(&format!("{generation}{part}"));
            hook.queue = CALLS;
            hook
        };
        Ok(settings(&state, [hook("a"), hook("b")]))
    });
    let (handle, running) = desk.start().await;
    let calls: Vec<_> = (0..10)
        .map(|caller| {
            let intake = handle.intake(CallSource::new("test"));
            tokio::spawn(async move {
                let mut ran = Vec::new();
                for n in 0..CALLS / 10 {
                    let accepted = intake.accept(call(caller * CALLS + n)).await.unwrap();
                    assert!(!accepted.receipt.duplicate);
                    ran.push((accepted.receipt.hooks.clone(), accepted.reports().await));
                }
                ran
            })
        })
        .collect();
    for _ in 0..50 {
        handle.reload().await.unwrap();
    }
    let mut generations = std::collections::BTreeSet::new();
    for caller in calls {
        for (hooks, reports) in caller.await.unwrap() {
            let [a, b] = hooks.as_slice() else {
                unreachable!("{hooks:?}")
            };
            assert_eq!(a.trim_end_matches('a'), b.trim_end_matches('b'));
            assert_eq!(reports.len(), 2);
            assert!(reports.iter().all(|report| report.outcome == Outcome::Ok));
            generations.insert(a.clone());
        }
    }
    assert!(generations.len() > 1, "{generations:?}");
    assert_eq!(noting.seen().len(), 2 * CALLS);
    handle.stop();
    running.await.unwrap();
    let history = History::of(Journal::folder_in(folder.path()));
    assert_eq!(history.entries().unwrap().count(), CALLS);
}

#[cfg(feature = "push")]
#[tokio::test]
async fn the_port_stays_open_unless_its_settings_change() {
    use mc_agent::settings::Listen;
    let folder = tempfile::tempdir().unwrap();
    let (state, token) = (folder.path().join("state"), folder.path().join("token"));
    std::fs::write(&token, "the-token-of-this-workstation").unwrap();
    let listen = {
        let mut listen = Listen::new("127.0.0.1:0".parse().unwrap());
        listen.token_file = Some(token.clone());
        listen
    };
    let with = move |listen: Option<Listen>| {
        let state = state.clone();
        move || {
            let mut settings = settings(&state, []);
            settings.listen.clone_from(&listen);
            Ok(settings)
        }
    };
    let desk = Desk::new(with(Some(listen.clone())));
    let (handle, _running) = desk.start().await;
    let address = || handle.status().listen.map(|listen| listen.address);
    let first = address().unwrap();
    let open = async |address: &str| tokio::net::TcpStream::connect(address).await.is_ok();

    handle.reload().await.unwrap();
    assert_eq!(address().unwrap(), first);
    // A new token in the same file counts.
    std::fs::write(&token, "another-token-of-this-workstation").unwrap();
    handle.reload().await.unwrap();
    let second = address().unwrap();
    assert_ne!(second, first);
    assert!(open(&second).await && !open(&first).await);
    // One that cannot be read does not, and nothing changes.
    std::fs::write(&token, "").unwrap();
    assert!(matches!(
        handle.reload().await,
        Err(ReloadError::Settings(_))
    ));
    assert_eq!(address().unwrap(), second);
    assert!(open(&second).await);

    desk.put(with(None));
    handle.reload().await.unwrap();
    assert_eq!(address(), None);
    assert!(!open(&second).await);
}
