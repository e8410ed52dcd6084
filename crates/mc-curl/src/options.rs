//! The one table of options: the reader, the refusals and the documentation come from it.
//!
//! Names and meanings are those of curl's manual page. What is not in [`TABLE`] is refused when the
//! command is read; [`REFUSED`] says why, for those that curl itself has.

mod refused;

pub use refused::{REFUSED, Refusal};
pub(super) use refused::{refused_long, refused_short};

/// One option of curl that is understood here.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Definition {
    /// The long name, without its dashes.
    pub long: &'static str,
    /// The short name.
    pub short: Option<char>,
    /// Whether and what follows it.
    pub argument: Argument,
    /// What it has a say in.
    pub kind: Kind,
    /// What it does, for the documentation.
    pub meaning: &'static str,
    pub(super) id: Id,
}

/// What follows an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// Nothing, and there is no `--no-` form.
    None,
    /// Nothing; `--no-NAME` takes it back.
    Switch,
    /// A literal, here named as in the documentation. It may hold no variable.
    Literal(&'static str),
    /// A text that may hold variables.
    Template(&'static str),
}

impl Argument {
    /// The name of the argument in the documentation.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Literal(name) | Self::Template(name) => Some(name),
            Self::None | Self::Switch => None,
        }
    }
}

/// What an option has a say in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The request: method, target, headers, body.
    Request,
    /// How it is sent: connection, time, redirects, retries.
    Sending,
    /// What counts as a failure.
    Outcome,
    /// How the command line is read.
    Reading,
    /// Curl's own output, or something without effect here: accepted, and does nothing.
    Nothing,
}

impl Kind {
    /// The word for it in the documentation.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Sending => "sending",
            Self::Outcome => "outcome",
            Self::Reading => "reading",
            Self::Nothing => "accepted, does nothing",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Id {
    Basic,
    Bearer,
    CaCert,
    Compressed,
    ConnectTimeout,
    Cookie,
    Data,
    DataBinary,
    DataRaw,
    DataUrlEncode,
    Fail,
    FailEarly,
    FailWithBody,
    Form,
    FormString,
    Get,
    GlobOff,
    Head,
    Header,
    Http10,
    Http11,
    Http2,
    Http2PriorKnowledge,
    Insecure,
    Ipv4,
    Ipv6,
    Json,
    Location,
    LocationTrusted,
    MaxRedirs,
    MaxTime,
    Next,
    NoProxy,
    Nothing,
    NullFile,
    Post301,
    Post302,
    Post303,
    Proxy,
    ProxyUser,
    Referer,
    Request,
    Retry,
    RetryAllErrors,
    RetryConnRefused,
    RetryDelay,
    RetryMaxTime,
    Tls12,
    Tls13,
    UploadFile,
    Url,
    UrlQuery,
    User,
    UserAgent,
}

use Argument::{Literal, None as Alone, Switch, Template};
use Kind::{Nothing, Outcome, Reading, Request, Sending};

const fn option(
    long: &'static str,
    short: Option<char>,
    argument: Argument,
    kind: Kind,
    id: Id,
    meaning: &'static str,
) -> Definition {
    Definition {
        long,
        short,
        argument,
        kind,
        meaning,
        id,
    }
}

/// Every option that is understood, by its long name.
#[rustfmt::skip]
pub const TABLE: &[Definition] = &[
    option("basic", None, Switch, Request, Id::Basic, "Basic authentication for `-u`, which is the default."),
    option("buffer", None, Switch, Nothing, Id::Nothing, "Buffered output; `-N`, `--no-buffer` is its usual form."),
    option("cacert", None, Literal("FILE"), Sending, Id::CaCert, "Trust the certificates of this PEM file alone; replaces the system's and `ca_file`."),
    option("compressed", None, Switch, Request, Id::Compressed, "Ask for a compressed answer (`Accept-Encoding`) and unpack it."),
    option("connect-timeout", None, Literal("SECONDS"), Sending, Id::ConnectTimeout, "Time to connect, TLS included; decimals are allowed."),
    option("cookie", Some('b'), Template("NAME=VALUE"), Request, Id::Cookie, "Send these cookies, given as text; several are joined with `;`. A value with `;` in it fails the run."),
    option("create-dirs", None, Switch, Nothing, Id::Nothing, "Make the folders of output files."),
    option("data", Some('d'), Template("DATA"), Request, Id::Data, "POST this; several are joined with `&`. `@FILE` sends the file without its line breaks and NULs."),
    option("data-ascii", None, Template("DATA"), Request, Id::Data, "The same as `-d`."),
    option("data-binary", None, Template("DATA"), Request, Id::DataBinary, "The same as `-d`, but `@FILE` is sent as it is."),
    option("data-raw", None, Template("DATA"), Request, Id::DataRaw, "The same as `-d`, but a leading `@` is a character."),
    option("data-urlencode", None, Template("DATA"), Request, Id::DataUrlEncode, "POST this, URL-encoded: `content`, `=content`, `name=content`, `@FILE`, `name@FILE`. Only content is encoded, and once."),
    option("disable", Some('q'), Switch, Nothing, Id::Nothing, "Read no `.curlrc`, which is never read here."),
    option("dump-header", Some('D'), Literal("FILE"), Nothing, Id::NullFile, "Write the answer's headers to a file: only `-`, `/dev/null` or `NUL`."),
    option("fail", Some('f'), Switch, Outcome, Id::Fail, "A status of 400 or more is a failure (exit code 22)."),
    option("fail-early", None, Switch, Outcome, Id::FailEarly, "The first request that fails is the last one."),
    option("fail-with-body", None, Switch, Outcome, Id::FailWithBody, "The same as `-f`; curl would show the answer's body too."),
    option("form", Some('F'), Template("NAME=CONTENT"), Request, Id::Form, "POST a multipart field: `name=text`, `name=@FILE` (an upload), `name=<FILE` (its text), with `;type=`, `;filename=`. The name may hold no variable."),
    option("form-string", None, Template("NAME=TEXT"), Request, Id::FormString, "POST a multipart field in whose text `@`, `<` and `;` are characters."),
    option("get", Some('G'), Switch, Request, Id::Get, "Put what `-d` and its kin give into the URL's query, and GET."),
    option("globoff", Some('g'), Switch, Reading, Id::GlobOff, "`{}` and `[]` in URLs are characters."),
    option("head", Some('I'), Alone, Request, Id::Head, "HEAD: headers only."),
    option("header", Some('H'), Template("LINE"), Request, Id::Header, "Add or replace a header: `Name: value`. `Name:` takes one away that would be sent otherwise, `Name;` sends it empty. The name may hold no variable, nor may the value of `Host` and of headers that say how the message is sent."),
    option("http1.0", Some('0'), Alone, Sending, Id::Http10, "HTTP/1.0."),
    option("http1.1", None, Alone, Sending, Id::Http11, "HTTP/1.1, also over TLS."),
    option("http2", None, Alone, Sending, Id::Http2, "HTTP/2 where the server offers it over TLS, which is the default."),
    option("http2-prior-knowledge", None, Alone, Sending, Id::Http2PriorKnowledge, "HTTP/2 at once, also without TLS."),
    option("include", Some('i'), Switch, Nothing, Id::Nothing, "Show the answer's headers."),
    option("insecure", Some('k'), Switch, Sending, Id::Insecure, "Accept any certificate of the server."),
    option("ipv4", Some('4'), Alone, Sending, Id::Ipv4, "Connect to IPv4 addresses of a name only."),
    option("ipv6", Some('6'), Alone, Sending, Id::Ipv6, "Connect to IPv6 addresses of a name only."),
    option("json", None, Template("JSON"), Request, Id::Json, "POST this as JSON: `--data-binary` with `Content-Type` and `Accept: application/json`. Several are joined without `&`."),
    option("keepalive", None, Switch, Nothing, Id::Nothing, "TCP keepalive probes."),
    option("keepalive-time", None, Literal("SECONDS"), Nothing, Id::Nothing, "Time between TCP keepalive probes."),
    option("location", Some('L'), Switch, Sending, Id::Location, "Follow redirects."),
    option("location-trusted", None, Switch, Sending, Id::LocationTrusted, "Follow redirects, and send user, `Authorization` and cookies to other hosts too."),
    option("max-redirs", None, Literal("N"), Sending, Id::MaxRedirs, "Follow this many redirects at most; 50 by default, -1 for any number."),
    option("max-time", Some('m'), Literal("SECONDS"), Sending, Id::MaxTime, "Time for each transfer; decimals are allowed. Without it: 10 seconds."),
    option("next", Some(':'), Alone, Reading, Id::Next, "What follows is another request with options of its own."),
    option("no-buffer", Some('N'), Alone, Nothing, Id::Nothing, "Output at once."),
    option("noproxy", None, Literal("HOSTS"), Sending, Id::NoProxy, "Hosts that are reached without a proxy, separated by commas; `*` for all."),
    option("oauth2-bearer", None, Template("TOKEN"), Request, Id::Bearer, "`Authorization: Bearer TOKEN`."),
    option("output", Some('o'), Literal("FILE"), Nothing, Id::NullFile, "Write the answer to a file: only `-`, `/dev/null` or `NUL`."),
    option("post301", None, Switch, Sending, Id::Post301, "Stay with POST after a redirect with status 301."),
    option("post302", None, Switch, Sending, Id::Post302, "Stay with POST after a redirect with status 302."),
    option("post303", None, Switch, Sending, Id::Post303, "Stay with POST after a redirect with status 303."),
    option("progress-bar", Some('#'), Switch, Nothing, Id::Nothing, "Progress as a bar."),
    option("progress-meter", None, Switch, Nothing, Id::Nothing, "Progress as a meter; `--no-progress-meter` is its usual form."),
    option("proxy", Some('x'), Literal("URL"), Sending, Id::Proxy, "Go through this proxy: `http://` (the default), `https://`, `socks4://`, `socks4a://`, `socks5://`, `socks5h://`. An empty one means none."),
    option("proxy-user", Some('U'), Literal("USER:PASSWORD"), Sending, Id::ProxyUser, "Basic authentication for the proxy."),
    option("referer", Some('e'), Template("URL"), Request, Id::Referer, "`Referer`; `;auto` at its end sets it to the previous address on redirects."),
    option("remote-time", Some('R'), Switch, Nothing, Id::Nothing, "Give an output file the server's time."),
    option("request", Some('X'), Literal("METHOD"), Request, Id::Request, "The method, redirects included."),
    option("retry", None, Literal("N"), Sending, Id::Retry, "Try again this often after a timeout, a name that cannot be resolved, or status 408, 429, 500, 502, 503 or 504."),
    option("retry-all-errors", None, Switch, Sending, Id::RetryAllErrors, "Try again after any failure."),
    option("retry-connrefused", None, Switch, Sending, Id::RetryConnRefused, "Try again also when the connection is refused."),
    option("retry-delay", None, Literal("SECONDS"), Sending, Id::RetryDelay, "Wait this long before trying again. Without it: 1 second, doubled each time, 10 minutes at most. `Retry-After` has precedence over both."),
    option("retry-max-time", None, Literal("SECONDS"), Sending, Id::RetryMaxTime, "Begin no new try after this time."),
    option("sessionid", None, Switch, Nothing, Id::Nothing, "TLS session resumption; `--no-sessionid` is its usual form."),
    option("show-error", Some('S'), Switch, Nothing, Id::Nothing, "Show an error in spite of `-s`."),
    option("silent", Some('s'), Switch, Nothing, Id::Nothing, "No progress, no errors."),
    option("ssl-no-revoke", None, Switch, Nothing, Id::Nothing, "Ask nobody whether certificates were revoked, which is not done here."),
    option("stderr", None, Literal("FILE"), Nothing, Id::NullFile, "Write errors to a file: only `-`, `/dev/null` or `NUL`."),
    option("styled-output", None, Switch, Nothing, Id::Nothing, "Headers in bold."),
    option("suppress-connect-headers", None, Switch, Nothing, Id::Nothing, "Do not show a proxy's `CONNECT` headers."),
    option("tcp-nodelay", None, Switch, Nothing, Id::Nothing, "Send without delay, which is the default."),
    option("tlsv1.2", None, Alone, Sending, Id::Tls12, "TLS 1.2 or newer."),
    option("tlsv1.3", None, Alone, Sending, Id::Tls13, "TLS 1.3 or newer."),
    option("trace-time", None, Switch, Nothing, Id::Nothing, "Times in traces."),
    option("upload-file", Some('T'), Literal("FILE"), Request, Id::UploadFile, "PUT this file; its name is added to a URL that ends with `/`."),
    option("url", None, Template("URL"), Request, Id::Url, "A URL, as one that stands alone."),
    option("url-query", None, Template("DATA"), Request, Id::UrlQuery, "Add to the URL's query, in the five forms of `--data-urlencode`; `+text` is added as it is."),
    option("use-ascii", Some('B'), Switch, Nothing, Id::Nothing, "Text mode of FTP."),
    option("user", Some('u'), Template("USER:PASSWORD"), Request, Id::User, "Basic authentication. The colon must be there: nobody is asked for a password. A user name with `:` in its value fails the run."),
    option("user-agent", Some('A'), Template("TEXT"), Request, Id::UserAgent, "`User-Agent`; an empty one sends none."),
    option("verbose", Some('v'), Switch, Nothing, Id::Nothing, "Show what is sent and received."),
    option("write-out", Some('w'), Literal("FORMAT"), Nothing, Id::Nothing, "Print these facts at the end."),
];

pub(super) fn by_long(name: &str) -> Option<&'static Definition> {
    TABLE.iter().find(|one| one.long == name)
}

pub(super) fn by_short(name: char) -> Option<&'static Definition> {
    TABLE.iter().find(|one| one.short == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_name_is_taken_twice() {
        let mut long = HashSet::new();
        let mut short = HashSet::new();
        let names = TABLE
            .iter()
            .map(|o| (o.long, o.short))
            .chain(REFUSED.iter().map(|r| (r.long, r.short)));
        for (name, letter) in names {
            assert!(long.insert(name), "--{name} stands in the tables twice");
            if let Some(letter) = letter {
                assert!(short.insert(letter), "-{letter} stands in the tables twice");
            }
        }
    }

    #[test]
    fn the_tables_are_in_order_and_every_meaning_is_a_sentence() {
        assert!(TABLE.is_sorted_by_key(|one| one.long));
        for one in TABLE {
            assert!(one.meaning.ends_with('.'), "--{}", one.long);
            assert!(
                !one.meaning.contains('|'),
                "--{}: a table's column ends there",
                one.long
            );
        }
    }

    #[test]
    fn an_option_without_effect_takes_no_variables() {
        for one in TABLE.iter().filter(|one| one.kind == Nothing) {
            assert!(!matches!(one.argument, Template(_)), "--{}", one.long);
        }
    }
}
