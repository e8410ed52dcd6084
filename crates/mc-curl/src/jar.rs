//! The cookies of one command, kept as curl keeps them: from one request to the next, by the servers that
//! set them. They end with the command; no other call sees them.

use std::time::SystemTime;

use http::header::{HeaderMap, SET_COOKIE};
use url::Url;

use crate::cookies::{Cookie, is_below, is_secure};

/// The longest `Cookie` that is sent: curl's.
const LONGEST_HEADER: usize = 8190;
/// How many are taken from one answer, and kept.
const MOST_TAKEN: usize = 50;
const MOST_KEPT: usize = 300;

/// The cookies of a command so far, in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
}

impl Jar {
    /// Adds those of a file; what a server has set meanwhile stays.
    pub(crate) fn load(&mut self, cookies: &[Cookie]) {
        for cookie in cookies {
            let live = self
                .cookies
                .iter()
                .any(|one| one.live && one.is_same(cookie));
            if !live {
                self.add(cookie.clone(), SystemTime::now());
            }
        }
    }

    /// Takes what an answer sets.
    pub(crate) fn take(&mut self, url: &Url, headers: &HeaderMap) {
        let now = SystemTime::now();
        for value in headers.get_all(SET_COOKIE).iter().take(MOST_TAKEN) {
            let line = std::str::from_utf8(value.as_bytes()).ok();
            if let Some(cookie) = line.and_then(|line| Cookie::parse(line, Some(url), now))
                && (is_secure(url) || !self.hides(&cookie))
            {
                self.add(cookie, now);
            }
        }
    }

    /// Whether a secure cookie of this name is there, which an insecure server may not hide.
    fn hides(&self, new: &Cookie) -> bool {
        self.cookies.iter().any(|one| {
            let related = one.domain == new.domain
                || is_below(&one.domain, &new.domain)
                || is_below(&new.domain, &one.domain);
            one.secure
                && !new.secure
                && one.name == new.name
                && related
                && new.path.starts_with(&one.path)
        })
    }

    fn add(&mut self, cookie: Cookie, now: SystemTime) {
        let there = self.cookies.iter().position(|one| one.is_same(&cookie));
        match there {
            Some(at) if cookie.is_over(now) => drop(self.cookies.remove(at)),
            Some(at) => self.cookies[at] = cookie,
            None if cookie.is_over(now) || self.cookies.len() >= MOST_KEPT => {}
            None => self.cookies.push(cookie),
        }
    }

    /// The value of `Cookie` for this address; none where there is nothing to send.
    pub(crate) fn header(&self, url: &Url) -> Option<String> {
        let now = SystemTime::now();
        let all = self.cookies.iter().rev();
        let mut sent: Vec<_> = all
            .filter(|one| one.is_for(url) && !one.is_over(now))
            .collect();
        sent.sort_by_key(|one| {
            std::cmp::Reverse((one.path.len(), one.domain.len(), one.name.len()))
        });
        let mut text = String::new();
        for cookie in sent {
            let separator = if text.is_empty() { "" } else { "; " };
            let more = format!("{separator}{}={}", cookie.name, cookie.value);
            if text.len() + more.len() > LONGEST_HEADER {
                break;
            }
            text.push_str(&more);
        }
        (!text.is_empty()).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookies::{read, without_session};

    fn jar(set: &[(&str, &str)]) -> Jar {
        let mut jar = Jar::default();
        for (url, line) in set {
            let mut headers = HeaderMap::new();
            headers.insert(SET_COOKIE, line.parse().unwrap());
            jar.take(&Url::parse(url).unwrap(), &headers);
        }
        jar
    }

    #[track_caller]
    fn sent(set: &[(&str, &str)], to: &str, expected: &str) {
        let header = jar(set).header(&Url::parse(to).unwrap());
        assert_eq!(header.unwrap_or_default(), expected, "{set:?} to {to}");
    }

    #[test]
    fn a_cookie_goes_to_the_host_that_set_it_and_with_a_domain_to_those_below() {
        let from = "http://www.crm.example/";
        for domain in ["crm.example", ".CRM.example", "www.crm.example"] {
            let line = format!("a=1; Domain={domain}");
            sent(&[(from, &line)], "https://www.crm.example/x", "a=1");
            sent(&[(from, &line)], "http://notcrm.example/", "");
        }
        sent(
            &[(from, "a=1; domain=crm.example")],
            "http://b.crm.example/",
            "a=1",
        );
        sent(&[(from, "a=1")], "http://b.www.crm.example/", "");
        // An attribute without a value says nothing.
        sent(&[(from, "a=1; Domain=; Max-Age=")], from, "a=1");
        let national = ("http://a.crm.de/", "a=1; domain=crm.de");
        sent(&[national], "http://b.crm.de/", "a=1");
        for domain in [
            "other.example",
            "b.www.crm.example",
            "example",
            "rm.example",
            ".",
        ] {
            sent(&[(from, &format!("a=1; domain={domain}"))], from, "");
        }
        sent(
            &[("http://a.co.uk/", "a=1; domain=co.uk")],
            "http://b.co.uk/",
            "",
        );
        sent(
            &[("http://10.0.0.1/", "a=1; domain=0.0.1")],
            "http://10.0.0.1/",
            "",
        );
        sent(
            &[("http://10.0.0.1/", "a=1; domain=10.0.0.1")],
            "http://10.0.0.1/",
            "a=1",
        );
        sent(
            &[("http://crm.example/", "a=1; domain=crm.example")],
            "http://10.0.0.1/",
            "",
        );
    }

    #[test]
    fn a_secure_cookie_is_neither_told_nor_hidden_without_tls() {
        let (tls, plain) = ("https://crm.example/", "http://crm.example/");
        sent(&[(tls, "a=1; Secure")], tls, "a=1");
        sent(&[(tls, "a=1; Secure")], plain, "");
        sent(&[(plain, "a=1; Secure")], tls, "");
        sent(&[(tls, "a=1; Secure"), (plain, "a=2")], tls, "a=1");
        sent(&[(tls, "__Host-a=1; Secure; Path=/")], tls, "__Host-a=1");
        for wrong in [
            "__Host-a=1; Path=/",
            "__Host-a=1; Secure; Path=/x",
            "__Host-a=1; Secure; Path=/; Domain=crm.example",
            "__Secure-a=1",
        ] {
            sent(&[(tls, wrong)], "https://crm.example/x", "");
        }
    }

    #[test]
    fn a_cookie_that_is_over_takes_the_other_away() {
        let url = "http://crm.example/";
        for over in [
            "a=; Max-Age=0",
            "a=; max-age=-1",
            "a=; max-age=x",
            "a=; Expires=Wed, 21 Oct 2015 07:28:00 GMT",
            "a=; expires=Wed, 21-Oct-15 07:28:00 GMT",
            "a=; expires=Thu, 21-Oct-99 07:28:00 GMT",
            "a=; expires=Wed, 21-Oct-70 07:28:00 GMT",
            "a=; expires=Wednesday, 21-Oct-2015 07:28:00 UTC",
            "a=; expires=Thu, 1 Jan 1970 00:00:00 GMT",
        ] {
            let set = [(url, "a=1"), (url, over)];
            sent(&set, url, "");
            assert!(jar(&set).cookies.is_empty(), "it takes no room");
        }
        for kept in [
            "a=2; expires=Mon, 21-Oct-69 07:28:00 GMT",
            "a=2; Max-Age=5; Expires=Wed, 21 Oct 2015 07:28:00 GMT",
            "a=2; Expires=soon",
            "a=2; Max-Age=99999999999999999999999",
            "a=2; expires=Fri, 31-Dec-2999 23:59:59 GMT",
        ] {
            sent(&[(url, "a=1"), (url, kept)], url, "a=2");
        }
    }

    #[test]
    fn what_is_too_large_is_left_out() {
        let url = "http://crm.example/";
        let large = format!("a={}", "x".repeat(4096));
        sent(&[(url, &large)], url, "");
        let mut jar = Jar::default();
        for number in 0..400 {
            let mut headers = HeaderMap::new();
            headers.insert(
                SET_COOKIE,
                format!("n{number}={}", "x".repeat(90)).parse().unwrap(),
            );
            jar.take(&Url::parse(url).unwrap(), &headers);
        }
        assert_eq!(jar.cookies.len(), MOST_KEPT);
        assert!(jar.header(&Url::parse(url).unwrap()).unwrap().len() <= LONGEST_HEADER);
    }

    #[test]
    fn a_header_of_cookies_is_as_long_as_curls_and_no_longer() {
        let url = "http://crm.example/";
        let length = |second: usize| {
            let lines =
                [('a', 4093), ('b', second)].map(|(name, n)| format!("{name}={}", "x".repeat(n)));
            let set = [(url, &*lines[0]), (url, &*lines[1])];
            jar(&set).header(&Url::parse(url).unwrap()).unwrap().len()
        };
        assert_eq!(length(4091), LONGEST_HEADER);
        assert_eq!(length(4092), 4094);
    }

    #[test]
    fn a_file_that_is_read_again_takes_the_place_of_no_cookie_of_a_server() {
        let url = "http://crm.example/";
        let mut jar = jar(&[(url, "a=server")]);
        let file = read(
            "crm.example\tFALSE\t/\tFALSE\t0\ta\tfile\n\
                         crm.example\tFALSE\t/\tFALSE\t0\tb\tfile\n",
        );
        jar.load(&file.unwrap());
        let header = jar.header(&Url::parse(url).unwrap()).unwrap();
        assert_eq!(header, "b=file; a=server");
        jar.load(&read("crm.example\tFALSE\t/\tFALSE\t0\tb\tagain\n").unwrap());
        let header = jar.header(&Url::parse(url).unwrap()).unwrap();
        assert_eq!(header, "b=again; a=server");
    }

    #[test]
    fn a_tab_may_stand_in_a_value_and_no_other_control_character() {
        let url = "http://crm.example/";
        sent(&[(url, "a=1\t2")], url, "a=1\t2");
        sent(&[(url, "a\t1=2")], url, "");
        for wrong in ["a=1\u{1}", "a\u{1}=1", "a=\u{7f}"] {
            let line = format!("Set-Cookie: {wrong}; domain=crm.example");
            assert!(read(&line).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn files_say_where_their_cookies_belong() {
        let netscape = "# Netscape HTTP Cookie File\n\n.crm.example\tTRUE\t/a\tFALSE\t0\tn\tv\n\
                        #HttpOnly_crm.example\tFALSE\t/\tFALSE\t4000000000\thidden\n";
        let cookies = read(netscape).unwrap();
        let mut jar = Jar::default();
        jar.load(&cookies);
        let header = |url: &str| jar.header(&Url::parse(url).unwrap()).unwrap_or_default();
        assert_eq!(header("http://crm.example/a"), "n=v; hidden=");
        assert_eq!(header("http://x.crm.example/a/b"), "n=v");
        assert_eq!(without_session(cookies).len(), 1);
        assert_eq!(
            read("set-cookie: a=1; domain=crm.example").unwrap().len(),
            1
        );
        for wrong in [
            "crm.example FALSE / FALSE 0 n v",
            "Set-Cookie: a=1",
            "\u{feff}x",
            "a\tb\tc\td\te\tf",
            "\tFALSE\t/\tFALSE\t0\tn\tv",
            "crm.example\tFALSE\t/\tFALSE\t0\t\tv",
            "crm.example\tFALSE\t/\tFALSE\t0\tn\u{1}\tv",
            "crm.example\tFALSE\t/\tFALSE\t0\tn\tv\u{1}",
            "crm.example\tFALSE\t/\tFALSE\t0\tn\tv\tmore",
        ] {
            assert!(
                read(&format!("\n{wrong}")).is_err_and(|text| text.contains("line 2")),
                "{wrong}"
            );
        }
    }
}
