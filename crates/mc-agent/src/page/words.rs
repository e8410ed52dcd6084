//! What the page says, in each language. A language lacks nothing: it would not compile. What else is told there, such as why
//! a hook failed, is translated by the program around the agent, if it can.

use std::borrow::Cow;
use std::ops::Deref;

use http::{HeaderMap, header};

use crate::settings::Translate;

/// The words of a language. `{}` stands for a value.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) language: &'static str,
    pub(crate) today: &'static str,
    pub(crate) no_calls: &'static str,
    pub(crate) nothing_kept: &'static str,
    pub(crate) more: &'static str,
    pub(crate) only_missed: &'static str,
    pub(crate) number: &'static str,
    pub(crate) number_hint: &'static str,
    pub(crate) dial: &'static str,
    pub(crate) dial_again: &'static str,
    pub(crate) call_back: &'static str,
    pub(crate) in_crm: &'static str,
    pub(crate) cannot_dial: &'static str,
    pub(crate) withheld: &'static str,
    pub(crate) for_whom: &'static str,

    pub(crate) rings: &'static str,
    pub(crate) rang: &'static str,
    pub(crate) answered: &'static str,
    pub(crate) ended: &'static str,
    pub(crate) missed: &'static str,
    pub(crate) late: &'static str,

    pub(crate) dialling: &'static str,
    pub(crate) dialled: &'static str,
    pub(crate) not_dialled: &'static str,
    pub(crate) maybe_dialled: &'static str,

    pub(crate) done: &'static str,
    pub(crate) failed: &'static str,
    pub(crate) status: &'static str,
    pub(crate) skipped: &'static str,
    pub(crate) timed_out: &'static str,
    pub(crate) runs: &'static str,
    pub(crate) refused: &'static str,
    pub(crate) dropped: &'static str,
    pub(crate) cancelled: &'static str,
    pub(crate) unknown: &'static str,

    pub(crate) problems: &'static str,
    pub(crate) hook_failed: &'static str,
    pub(crate) config_refused: &'static str,
    pub(crate) disk_hangs: &'static str,
    pub(crate) not_written: &'static str,
    pub(crate) requests_refused: &'static str,
    pub(crate) not_listening: &'static str,
    pub(crate) register_failed: &'static str,
    pub(crate) register_note: &'static str,
    pub(crate) broker_waiting: &'static str,

    pub(crate) state: &'static str,
    pub(crate) registered: &'static str,
    pub(crate) registered_as: &'static str,
    pub(crate) registering: &'static str,
    pub(crate) not_registered: &'static str,
    pub(crate) user: &'static str,
    pub(crate) no_user: &'static str,
    pub(crate) listening: &'static str,
    pub(crate) broker: &'static str,
    pub(crate) broker_connecting: &'static str,
    pub(crate) broker_away: &'static str,

    pub(crate) say_call: &'static str,
    pub(crate) say_call_for: &'static str,
    pub(crate) say_missed: &'static str,
    pub(crate) say_late: &'static str,
    pub(crate) say_dialling: &'static str,
    pub(crate) say_dialled: &'static str,
    pub(crate) say_repeated: &'static str,
    pub(crate) say_not_dialled: &'static str,
    pub(crate) say_maybe: &'static str,
    pub(crate) say_reloaded: &'static str,
    pub(crate) gone: &'static str,
    pub(crate) not_current: &'static str,
    pub(crate) no_answer: &'static str,
    pub(crate) no_script: &'static str,
    pub(crate) reload: &'static str,

    pub(crate) sign_in: &'static str,
    pub(crate) not_here: &'static str,
    pub(crate) foreign: &'static str,
    pub(crate) no_number: &'static str,
    pub(crate) back: &'static str,
    pub(crate) opening: &'static str,
}

const ENGLISH: Words = Words {
    language: "en",
    today: "Today",
    no_calls: "No calls yet today.",
    nothing_kept: "The journal keeps nothing here, so no calls are shown.",
    more: "These are the latest {}. Older ones: miniclient history",
    only_missed: "Missed only",
    number: "Number",
    number_hint: "e.g. +49 30 1234567",
    dial: "Dial",
    dial_again: "Dial again",
    call_back: "Call back",
    in_crm: "Open in CRM",
    cannot_dial: "Dialling is not configured here.",
    withheld: "Number withheld",
    for_whom: "for {}",

    rings: "rings …",
    rang: "rang",
    answered: "answered",
    ended: "ended",
    missed: "missed",
    late: "came too late, so nothing was done",

    dialling: "dialling …",
    dialled: "dialled",
    not_dialled: "not dialled",
    maybe_dialled: "perhaps dialled",

    done: "done",
    failed: "failed",
    status: "answered with status {}",
    skipped: "nothing to do",
    timed_out: "took too long",
    runs: "running",
    refused: "refused",
    dropped: "too much at once",
    cancelled: "called off",
    unknown: "end not known",

    problems: "Problems",
    hook_failed: "{} failed at {}: {}",
    config_refused: "A changed configuration was refused ({}). The one before stays in force.",
    disk_hangs: "The journal's disk has not answered for {} s.",
    not_written: "The journal cannot be written, so no call is accepted and no number dialled: {}",
    requests_refused: "{} requests from outside were refused, the last at {} from {}: {}",
    not_listening: "No calls can come in over the network: {}",
    register_note: "Registered, but: {}. It is tried again.",
    broker_waiting: "No calls come through the broker yet: {}",
    register_failed: "The telephone system does not know this workstation: {}",

    state: "State",
    registered: "Registered",
    registered_as: "Registered as {}",
    registering: "Registering …",
    not_registered: "Not registered",
    user: "User {}",
    no_user: "User not known",
    listening: "Takes calls on {}",
    broker: "Takes calls from {}",
    broker_connecting: "Connecting to {} …",
    broker_away: "No calls come through the broker {}: {}",

    say_call: "Call from {}",
    say_call_for: "Call from {} for {}",
    say_late: "A call from {} came too late, so nothing was done",
    say_missed: "Missed call from {}",
    say_dialling: "Dialling {} …",
    say_dialled: "Dialled {}",
    say_repeated: "{} was dialled a moment ago, so not once more",
    say_not_dialled: "{} was not dialled: {}",
    say_maybe: "It is not known whether {} was dialled: {}",
    say_reloaded: "The changed configuration is in force.",
    gone: "No connection to miniclient. If it was ended, start it and run miniclient open.",
    not_current: "This page is not kept current: too many of it are open. Close some, or run miniclient open.",
    no_answer: "miniclient did not answer within 5 s. The calls below say whether the number was dialled.",
    no_script: "Without JavaScript this page stays as it is now, and does not say what becomes of a call.",
    reload: "Show what is now",

    sign_in: "To see this page, run miniclient open: it lets your browser in once, within 10 seconds.",
    not_here: "There is no such page.",
    foreign: "Only this page itself may ask for that.",
    no_number: "This is no number that can be dialled: {}",
    back: "Back",
    opening: "Opening …",
};

const GERMAN: Words = Words {
    language: "de",
    today: "Heute",
    no_calls: "Heute noch keine Anrufe.",
    nothing_kept: "Das Journal behält hier nichts, daher sind keine Anrufe zu sehen.",
    more: "Das sind die letzten {}. Ältere: miniclient history",
    only_missed: "Nur verpasste",
    number: "Rufnummer",
    number_hint: "z. B. 030 1234567",
    dial: "Wählen",
    dial_again: "Nochmals wählen",
    call_back: "Zurückrufen",
    in_crm: "Im CRM öffnen",
    cannot_dial: "Wählen ist hier nicht eingerichtet.",
    withheld: "Unterdrückte Rufnummer",
    for_whom: "für {}",

    rings: "klingelt …",
    rang: "hat geklingelt",
    answered: "angenommen",
    ended: "beendet",
    missed: "verpasst",
    late: "kam zu spät, daher wurde nichts getan",

    dialling: "wird gewählt …",
    dialled: "gewählt",
    not_dialled: "nicht gewählt",
    maybe_dialled: "vielleicht gewählt",

    done: "erledigt",
    failed: "fehlgeschlagen",
    status: "mit Status {} beantwortet",
    skipped: "nichts zu tun",
    timed_out: "dauerte zu lange",
    runs: "läuft",
    refused: "abgelehnt",
    dropped: "zu viel auf einmal",
    cancelled: "abgebrochen",
    unknown: "Ende unbekannt",

    problems: "Probleme",
    hook_failed: "{} ist um {} fehlgeschlagen: {}",
    config_refused: "Eine geänderte Konfiguration wurde abgelehnt ({}). Die vorige gilt weiter.",
    disk_hangs: "Der Datenträger des Journals antwortet seit {} s nicht.",
    not_written: "Das Journal kann nicht geschrieben werden, daher wird kein Anruf angenommen und keine Nummer gewählt: {}",
    requests_refused: "{} Anfragen von außen wurden abgelehnt, die letzte um {} von {}: {}",
    not_listening: "Über das Netz können keine Anrufe hereinkommen: {}",
    register_note: "Angemeldet, aber: {}. Es wird wieder versucht.",
    broker_waiting: "Über den Broker kommen noch keine Anrufe: {}",
    register_failed: "Die Telefonanlage kennt diesen Arbeitsplatz nicht: {}",

    state: "Zustand",
    registered: "Angemeldet",
    registered_as: "Angemeldet als {}",
    registering: "Wird angemeldet …",
    not_registered: "Nicht angemeldet",
    user: "Benutzer {}",
    no_user: "Benutzer unbekannt",
    listening: "Nimmt Anrufe an auf {}",
    broker: "Nimmt Anrufe an von {}",
    broker_connecting: "Wird mit {} verbunden …",
    broker_away: "Über den Broker {} kommen keine Anrufe: {}",

    say_call: "Anruf von {}",
    say_call_for: "Anruf von {} für {}",
    say_late: "Ein Anruf von {} kam zu spät, daher wurde nichts getan",
    say_missed: "Verpasster Anruf von {}",
    say_dialling: "{} wird gewählt …",
    say_dialled: "{} wurde gewählt",
    say_repeated: "{} wurde gerade erst gewählt, daher nicht noch einmal",
    say_not_dialled: "{} wurde nicht gewählt: {}",
    say_maybe: "Es ist nicht bekannt, ob {} gewählt wurde: {}",
    say_reloaded: "Die geänderte Konfiguration gilt.",
    gone: "Keine Verbindung zu miniclient. Falls es beendet wurde: starten und miniclient open aufrufen.",
    not_current: "Diese Seite wird nicht aktuell gehalten: Zu viele davon sind offen. Schließen Sie einige, oder rufen Sie miniclient open auf.",
    no_answer: "miniclient hat innerhalb von 5 s nicht geantwortet. Ob die Nummer gewählt wurde, steht unten bei den Anrufen.",
    no_script: "Ohne JavaScript bleibt diese Seite, wie sie jetzt ist, und sagt nicht, was aus einem Anruf wird.",
    reload: "Zeigen, was jetzt ist",

    sign_in: "Diese Seite öffnet der Befehl miniclient open: Er lässt Ihren Browser einmal und innerhalb von 10 Sekunden ein.",
    not_here: "Diese Seite gibt es nicht.",
    foreign: "Das darf nur diese Seite selbst.",
    no_number: "Das ist keine wählbare Rufnummer: {}",
    back: "Zurück",
    opening: "Wird geöffnet …",
};

impl Words {
    /// Those of the language that the browser prefers among ours; English where it wants neither.
    fn of(headers: &HeaderMap) -> &'static Self {
        let ranges = headers
            .get_all(header::ACCEPT_LANGUAGE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| {
                let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
                let tag = tag.trim().split('-').next()?;
                let ours = [&ENGLISH, &GERMAN];
                let words = ours
                    .into_iter()
                    .find(|words| words.language.eq_ignore_ascii_case(tag))?;
                let weight = weight
                    .trim()
                    .parse::<f32>()
                    .ok()
                    .filter(|weight| *weight > 0.0)?;
                Some((words, weight))
            });
        // Of equals the first.
        let best = ranges.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map_or(&ENGLISH, |(words, _)| words)
    }
}

/// How one browser is spoken to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tongue {
    words: &'static Words,
    translate: Option<Translate>,
}

impl Tongue {
    /// The language that the browser prefers among ours.
    pub(crate) fn of(headers: &HeaderMap, translate: Option<Translate>) -> Self {
        let words = Words::of(headers);
        Self { words, translate }
    }

    /// What a library says.
    pub(crate) fn said<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.translate {
            Some(translate) => translate(self.language, text).into(),
            None => text.into(),
        }
    }
}

impl Deref for Tongue {
    type Target = Words;

    fn deref(&self) -> &Words {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_browsers() {
        for (wanted, language) in [
            ("de", "de"),
            ("de-AT,en;q=0.5", "de"),
            ("fr,de;q=0.5,en;q=0.9", "en"),
            ("en;q=0,DE;q=0.1", "de"),
            ("en,de", "en"),
            ("fr", "en"),
            ("", "en"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, wanted.parse().unwrap());
            assert_eq!(Words::of(&headers).language, language, "{wanted}");
        }
        assert_eq!(Words::of(&HeaderMap::new()).language, "en");
    }
}
