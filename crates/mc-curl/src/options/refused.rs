//! What curl has and is refused here, with the reasons.

/// An option that curl has and this does not, with the reason.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Refusal {
    /// The long name, without its dashes.
    pub long: &'static str,
    /// The short name.
    pub short: Option<char>,
    /// Whether an argument follows it.
    pub argument: bool,
    /// Why it is refused, and what to write instead where there is something.
    pub reason: &'static str,
}

const fn refused(
    long: &'static str,
    short: Option<char>,
    argument: bool,
    reason: &'static str,
) -> Refusal {
    Refusal {
        long,
        short,
        argument,
        reason,
    }
}

const WRITES: &str = "it writes a file, and answers are not kept; write `-o NUL` or leave it out";
const OTHER_SCHEME: &str = "it is for other schemes than http and https";
const AUTH: &str = "of the ways to log in there are Basic (`-u`) and Bearer (`--oauth2-bearer`)";
const CLIENT_CERT: &str = "client certificates are not supported";
const NO_PARALLEL: &str = "requests are made one after the other";
const BINDS: &str = "the route and the address are the system's choice";
const NAMES: &str = "names are resolved by the system";
const ASKS: &str = "it prints about curl itself";
const LIMITS: &str = "limits of speed and size are not supported; `-m` limits the time";
const PARTIAL: &str = "an answer is read from its beginning";

/// Options of curl that are refused, with the reason. An option in neither table is one that curl does
/// not have.
#[rustfmt::skip]
pub const REFUSED: &[Refusal] = &[
    refused("abstract-unix-socket", None, true, BINDS),
    refused("alt-svc", None, true, WRITES),
    refused("anyauth", None, false, AUTH),
    refused("append", Some('a'), false, OTHER_SCHEME),
    refused("aws-sigv4", None, true, AUTH),
    refused("capath", None, true, "give one PEM file with `--cacert`"),
    refused("cert", Some('E'), true, CLIENT_CERT),
    refused("cert-status", None, false, "revocation is not checked"),
    refused("cert-type", None, true, CLIENT_CERT),
    refused("ciphers", None, true, "the ciphers are the TLS library's choice"),
    refused("config", Some('K'), true, "options come from this command alone; write them into it"),
    refused("connect-to", None, true, BINDS),
    refused("continue-at", Some('C'), true, PARTIAL),
    refused("cookie-jar", Some('c'), true, "cookies are not kept; send them with `-b NAME=VALUE`"),
    refused("crlfile", None, true, "revocation is not checked"),
    refused("crlf", None, false, OTHER_SCHEME),
    refused("digest", None, false, AUTH),
    refused("disallow-username-in-url", None, false, "leave it out: a URL that begins with text is what it is"),
    refused("dns-servers", None, true, NAMES),
    refused("doh-url", None, true, NAMES),
    refused("etag-compare", None, true, WRITES),
    refused("etag-save", None, true, WRITES),
    refused("expect100-timeout", None, true, "`Expect` is not sent"),
    refused("form-escape", None, false, "names are percent-escaped, which is curl's default"),
    refused("ftp-pasv", None, false, OTHER_SCHEME),
    refused("help", Some('h'), false, ASKS),
    refused("hsts", None, true, WRITES),
    refused("http0.9", None, false, "answers must be HTTP/1.0 or newer"),
    refused("http3", None, false, "HTTP/3 is not supported"),
    refused("http3-only", None, false, "HTTP/3 is not supported"),
    refused("interface", None, true, BINDS),
    refused("junk-session-cookies", Some('j'), false, "cookies are not kept"),
    refused("key", None, true, CLIENT_CERT),
    refused("key-type", None, true, CLIENT_CERT),
    refused("limit-rate", None, true, LIMITS),
    refused("list-only", Some('l'), false, OTHER_SCHEME),
    refused("local-port", None, true, BINDS),
    refused("manual", Some('M'), false, ASKS),
    refused("max-filesize", None, true, LIMITS),
    refused("negotiate", None, false, AUTH),
    refused("netrc", Some('n'), false, "no other file is read for passwords; use `-u`"),
    refused("netrc-file", None, true, "no other file is read for passwords; use `-u`"),
    refused("netrc-optional", None, false, "no other file is read for passwords; use `-u`"),
    refused("ntlm", None, false, AUTH),
    refused("ntlm-wb", None, false, AUTH),
    refused("output-dir", None, true, WRITES),
    refused("parallel", Some('Z'), false, NO_PARALLEL),
    refused("parallel-immediate", None, false, NO_PARALLEL),
    refused("parallel-max", None, true, NO_PARALLEL),
    refused("pass", None, true, CLIENT_CERT),
    refused("path-as-is", None, false, "a path's `.` and `..` are always resolved"),
    refused("pinnedpubkey", None, true, "give the server's certificate with `--cacert`"),
    refused("preproxy", None, true, "there is one proxy at most"),
    refused("proto", None, true, "leave it out: only http and https are spoken"),
    refused("proto-default", None, true, "write the URL with its scheme"),
    refused("proto-redir", None, true, "leave it out: only http and https are followed"),
    refused("proxy-anyauth", None, false, AUTH),
    refused("proxy-basic", None, false, "leave it out: `-U` is Basic"),
    refused("proxy-cacert", None, true, "a proxy's certificate is judged as the server's"),
    refused("proxy-digest", None, false, AUTH),
    refused("proxy-header", None, true, "headers for the proxy alone are not supported"),
    refused("proxy-insecure", None, false, "a proxy's certificate is judged as the server's"),
    refused("proxy-negotiate", None, false, AUTH),
    refused("proxy-ntlm", None, false, AUTH),
    refused("proxy1.0", None, true, "write `-x http://..`"),
    refused("proxytunnel", Some('p'), false, "http goes through a proxy, https through a tunnel"),
    refused("quote", Some('Q'), true, OTHER_SCHEME),
    refused("range", Some('r'), true, "write `-H \"Range: bytes=..\"`"),
    refused("rate", None, true, LIMITS),
    refused("raw", None, false, "an answer is always decoded"),
    refused("remote-header-name", Some('J'), false, WRITES),
    refused("remote-name", Some('O'), false, WRITES),
    refused("remote-name-all", None, false, WRITES),
    refused("request-target", None, true, "the target is the URL's"),
    refused("resolve", None, true, NAMES),
    refused("socks4", None, true, "write `-x socks4://..`"),
    refused("socks4a", None, true, "write `-x socks4a://..`"),
    refused("socks5", None, true, "write `-x socks5://..`"),
    refused("socks5-hostname", None, true, "write `-x socks5h://..`"),
    refused("speed-limit", Some('Y'), true, LIMITS),
    refused("speed-time", Some('y'), true, LIMITS),
    refused("sslv2", Some('2'), false, "write `--tlsv1.2`"),
    refused("sslv3", Some('3'), false, "write `--tlsv1.2`"),
    refused("telnet-option", Some('t'), true, OTHER_SCHEME),
    refused("ftp-port", Some('P'), true, OTHER_SCHEME),
    refused("time-cond", Some('z'), true, "write `-H \"If-Modified-Since: ..\"`"),
    refused("tls-max", None, true, "the newest TLS that both sides have is used"),
    refused("tlsv1", Some('1'), false, "write `--tlsv1.2`"),
    refused("tlsv1.0", None, false, "write `--tlsv1.2`"),
    refused("tlsv1.1", None, false, "write `--tlsv1.2`"),
    refused("tr-encoding", None, false, "write `--compressed`"),
    refused("trace", None, true, WRITES),
    refused("trace-ascii", None, true, WRITES),
    refused("unix-socket", None, true, BINDS),
    refused("version", Some('V'), false, ASKS),
];

pub(crate) fn refused_long(name: &str) -> Option<&'static Refusal> {
    REFUSED.iter().find(|one| one.long == name)
}

pub(crate) fn refused_short(name: char) -> Option<&'static Refusal> {
    REFUSED.iter().find(|one| one.short == Some(name))
}
