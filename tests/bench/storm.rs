//! The storm at eight: 5,000 launchers report within 10 s, to a server that takes 200 requests a second, then 20, and to one
//! that is down for the first 20 s.
//!
//!     apt-get install nginx-light
//!     cargo bench -p mc-routing --bench storm [-- docs/pictures/storm.svg]
//!
//! The server is nginx, limiting as a company's would; the launchers are this crate's client with the options of
//! `mc-start`, all in one process. Prints a table, and draws what arrived each second.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement"
)]

mod curves;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use curves::{Curve, svg};
use mc_routing::{BaseUrl, Body, Client, ClientOptions, Origin, RunUrl, Token};

const LAUNCHERS: u32 = 5_000;
const WITHIN: Duration = Duration::from_secs(10);
/// Ten seconds of starts, thirty of tries, and a little.
const SECONDS: usize = 42;

/// A server, and what can be hoped for.
struct Storm {
    name: &'static str,
    /// Requests a second.
    limit: u32,
    retry_after: Option<u32>,
    /// When it comes up.
    up_after: Duration,
}

const STORMS: [Storm; 3] = [
    Storm {
        name: "200 a second",
        limit: 200,
        retry_after: None,
        up_after: Duration::ZERO,
    },
    Storm {
        name: "20 a second, Retry-After: 5",
        limit: 20,
        retry_after: Some(5),
        up_after: Duration::ZERO,
    },
    Storm {
        name: "down for 20 s, then 1,000 a second",
        limit: 1_000,
        retry_after: None,
        up_after: Duration::from_secs(20),
    },
];

fn main() {
    let picture = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    println!(
        "| server | reported | at most possible | requests | most in a second, after the first 10 s | longest wait |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    let mut curves = Vec::new();
    for storm in &STORMS {
        let (waits, curve) = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run(storm));
        let reported = waits.iter().flatten().count();
        let up = f64::from(SECONDS as u32) - 2.0 - storm.up_after.as_secs_f64();
        let possible = (up * f64::from(storm.limit)).min(f64::from(LAUNCHERS));
        println!(
            "| {} | {reported} | {possible:.0} | {} | {} | {:.1} s |",
            storm.name,
            curve.iter().map(|(all, _)| all).sum::<u32>(),
            curve[10..].iter().map(|(all, _)| all).max().unwrap(),
            waits.iter().flatten().max().unwrap().as_secs_f64(),
        );
        curves.push(Curve {
            name: storm.name.to_owned(),
            seconds: curve,
        });
    }
    if let Some(picture) = picture {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        fs::write(
            root.join(picture),
            svg(&curves, "requests a second, taken ones dark"),
        )
        .unwrap();
    }
}

/// How long each launcher waited for its answer, none where it got no good one; and what nginx saw: requests, and the taken
/// ones among them, by second.
async fn run(storm: &Storm) -> (Vec<Option<Duration>>, Vec<(u32, u32)>) {
    let folder = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let begin = Instant::now();
    let began = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let url = BaseUrl::parse(&format!("http://127.0.0.1:{port}/rest/v1.0/1"))
        .unwrap()
        .run(1);
    // One stack for all, and each request on a connection of its own, as from so many computers.
    let http = reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let launchers: Vec<_> = (0..LAUNCHERS)
        .map(|n| {
            tokio::spawn(launcher(
                http.clone(),
                url.clone(),
                begin + WITHIN * n / LAUNCHERS,
            ))
        })
        .collect();
    if storm.up_after > Duration::ZERO {
        tokio::time::sleep(storm.up_after).await;
    }
    let server = Nginx::start(folder.path(), port, storm);
    let mut waits = Vec::new();
    for launcher in launchers {
        waits.push(launcher.await.unwrap());
    }
    drop(server);
    let mut curve = vec![(0, 0); SECONDS];
    for line in fs::read_to_string(folder.path().join("access"))
        .unwrap()
        .lines()
    {
        let (at, status) = line.split_once(' ').unwrap();
        let second = (at.parse::<f64>().unwrap() - began.as_secs_f64()).max(0.0) as usize;
        let bar = &mut curve[second.min(SECONDS - 1)];
        bar.0 += 1;
        bar.1 += u32::from(status == "200");
    }
    (waits, curve)
}

async fn launcher(http: reqwest::Client, url: RunUrl, at: Instant) -> Option<Duration> {
    tokio::time::sleep_until(at.into()).await;
    let token = Token::new("0123456789abcdef", Origin::Program).ok();
    let client = Client::with_http(http, token, ClientOptions::default());
    let body: Body = [("WindowsLoginName".to_owned(), "agent.17".into())]
        .into_iter()
        .collect();
    client.run(&url, &body).await.ok().map(|_| at.elapsed())
}

/// The server; ended when dropped.
struct Nginx(Child);

impl Nginx {
    fn start(folder: &Path, port: u16, storm: &Storm) -> Self {
        let folder = folder.display();
        let retry_after = storm.retry_after.map_or(String::new(), |wait| {
            format!("add_header Retry-After {wait} always;")
        });
        let limit = storm.limit;
        let configuration = format!(
            "daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error crit;
             events {{ worker_connections 8192; }}
             http {{
               log_format seconds '$msec $status'; access_log {folder}/access seconds;
               client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
               uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
               limit_req_zone $server_port zone=all:1m rate={limit}r/s; limit_req_status 429;
               server {{ listen 127.0.0.1:{port} backlog=4096; default_type application/json;
                 location / {{ limit_req zone=all burst=10 nodelay; proxy_pass http://unix:{folder}/s; error_page 429 @busy; }}
                 location @busy {{ {retry_after} return 429 '{{}}'; }} }}
               server {{ listen unix:{folder}/s; access_log off; default_type application/json; return 200 '{{\"result\":\"OK\"}}'; }}
             }}"
        );
        let file = format!("{folder}/nginx.conf");
        fs::write(&file, configuration).unwrap();
        let path = format!(
            "{}:/usr/sbin:/sbin",
            std::env::var("PATH").unwrap_or_default()
        );
        Self(
            Command::new("nginx")
                .env("PATH", path)
                .args(["-c", &file])
                .spawn()
                .expect("nginx is needed"),
        )
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}
