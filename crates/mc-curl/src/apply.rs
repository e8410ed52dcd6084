//! What each option says: its argument checked, and its meaning put into the draft.

use std::time::Duration;

use super::draft::Draft;
use super::operation::Operation;
use super::options::{Argument, Definition, Id};
use super::reader::{Piece, Reader};
use super::settings::{Fail, Family, Tls, Version};

impl Reader<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "what one option says, where it stands, and what it changes"
    )]
    pub(super) fn apply(
        &mut self,
        definition: &Definition,
        on: bool,
        argument: Option<Piece>,
        option: &str,
        at: usize,
        draft: &mut Draft,
        operations: &mut Vec<Operation>,
    ) {
        let Some(piece) = argument else {
            if definition.id == Id::Next {
                let done = std::mem::take(draft);
                operations.extend(self.finish(done, at));
            } else {
                draft.switch(definition.id, on, option, at);
            }
            return;
        };
        match definition.id {
            Id::Nothing => {}
            Id::NullFile => {
                let is_null = ["-", "/dev/null"].contains(&piece.text.as_str())
                    || ["nul", "nul:"]
                        .iter()
                        .any(|name| piece.text.eq_ignore_ascii_case(name));
                if !is_null {
                    self.bad(
                        &piece,
                        "answers are not written to files; write `-o NUL` or leave it out",
                    );
                }
            }
            _ if matches!(definition.argument, Argument::Literal(_)) => {
                self.setting(definition.id, &piece, draft);
            }
            id => draft.collect(id, piece),
        }
    }

    /// Options whose argument is a literal.
    fn setting(&mut self, id: Id, piece: &Piece, draft: &mut Draft) {
        match id {
            Id::CaCert => return draft.settings.connection.ca_cert = self.file(piece),
            Id::UploadFile => return draft.uploads.push(piece.clone()),
            _ => {}
        }
        let Some(text) = self.literal(piece, "its argument") else {
            return;
        };
        let settings = &mut draft.settings;
        match id {
            Id::Request => match reqwest::Method::from_bytes(text.as_bytes()) {
                Ok(method) if method != reqwest::Method::CONNECT => draft.method = Some(method),
                _ => self.bad(piece, "this is not a method"),
            },
            Id::Proxy => settings.proxy = Some(text),
            Id::NoProxy => settings.no_proxy = Some(text),
            Id::ProxyUser => {
                if !text.contains(':') {
                    return self.bad(piece, "write USER:PASSWORD; nobody is asked for a password");
                }
                settings.proxy_user = Some(text);
            }
            Id::MaxTime => {
                let time = self.seconds(piece, &text, true);
                settings.time = time.filter(|time| !time.is_zero());
            }
            Id::ConnectTimeout => {
                let time = self.seconds(piece, &text, true);
                settings.connection.connect_timeout = time.filter(|time| !time.is_zero());
            }
            Id::RetryDelay => {
                settings.retry.delay = self.seconds(piece, &text, false).filter(|d| !d.is_zero());
            }
            Id::RetryMaxTime => {
                settings.retry.max_time = self
                    .seconds(piece, &text, false)
                    .filter(|time| !time.is_zero());
            }
            Id::Retry => match text.parse() {
                Ok(times) => settings.retry.times = times,
                Err(_) => self.bad(piece, "write a number, as in `--retry 3`"),
            },
            Id::MaxRedirs => match text.parse::<i64>() {
                Ok(-1) => settings.redirects.most = None,
                Ok(most) if most >= 0 => {
                    settings.redirects.most = Some(u32::try_from(most).unwrap_or(u32::MAX));
                }
                _ => self.bad(piece, "write a number, or -1 for any number of redirects"),
            },
            _ => {}
        }
    }

    fn seconds(&mut self, piece: &Piece, text: &str, decimals: bool) -> Option<Duration> {
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let valid = whole.len() + fraction.len() > 0
            && digits(whole)
            && digits(fraction)
            && (decimals || !text.contains('.'));
        // A hundred years are enough for anybody and no sum of them overflows.
        let seconds = if valid {
            text.parse()
                .ok()
                .filter(|seconds| *seconds <= 3_153_600_000.0_f64)
        } else {
            None
        };
        if seconds.is_none() {
            self.bad(
                piece,
                if decimals {
                    "write seconds, as in 2.5"
                } else {
                    "write whole seconds, as in 5"
                },
            );
        }
        seconds.map(Duration::from_secs_f64)
    }
}

impl Draft {
    /// Options without an argument.
    fn switch(&mut self, id: Id, on: bool, option: &str, at: usize) {
        let settings = &mut self.settings;
        let connection = &mut settings.connection;
        let mentioned = (on, option.to_owned(), at);
        match id {
            Id::Compressed => settings.compressed = on,
            Id::Fail => {
                self.fail = Some(mentioned);
                settings.fail = if on { Fail::Silent } else { Fail::No };
            }
            Id::FailWithBody => {
                self.fail_with_body = Some(mentioned);
                settings.fail = if on { Fail::WithBody } else { Fail::No };
            }
            Id::FailEarly => settings.fail_early = on,
            Id::Get => self.get = on,
            Id::GlobOff => self.glob_off = on,
            Id::Head => self.head = Some(mentioned),
            Id::Http10 => connection.version = Version::Http10,
            Id::Http11 => connection.version = Version::Http11,
            Id::Http2 => connection.version = Version::Negotiated,
            Id::Http2PriorKnowledge => connection.version = Version::Http2PriorKnowledge,
            Id::Insecure => connection.insecure = on,
            Id::Ipv4 => connection.family = Family::V4,
            Id::Ipv6 => connection.family = Family::V6,
            Id::Tls12 => connection.tls = Tls::Min12,
            Id::Tls13 => connection.tls = Tls::Min13,
            Id::Location => settings.redirects.follow = on,
            Id::LocationTrusted => {
                settings.redirects.follow = on;
                settings.redirects.trusted = on;
            }
            Id::Post301 => settings.redirects.keep_post[0] = on,
            Id::Post302 => settings.redirects.keep_post[1] = on,
            Id::Post303 => settings.redirects.keep_post[2] = on,
            Id::RetryAllErrors => settings.retry.all = on,
            Id::RetryConnRefused => settings.retry.refused = on,
            _ => {}
        }
    }
}
