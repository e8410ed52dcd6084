//! Word to the person: a notification, else a box.

use mc_process::has_display;

use super::bus::{self, Shown};
use super::tool::tool;
use crate::notice::NoticeKind;

pub(crate) fn notify(title: &str, text: &str) {
    let shown = Shown {
        program: (title, ""),
        title,
        text,
        kind: NoticeKind::Failure,
        can_be_clicked: false,
        replaces: 0,
    };
    let by_desktop = bus::connect().is_some_and(|bus| bus::show(&bus, &shown).is_ok());
    if !by_desktop {
        by_box(title, text);
    }
}

/// A box of whatever program is there, which lives on its own.
pub(super) fn by_box(title: &str, text: &str) {
    if !has_display() {
        return;
    }
    let boxes: [(&str, &[&str]); 3] = [
        (
            "zenity",
            &[
                "--warning",
                "--no-markup",
                "--timeout=60",
                &format!("--title={title}"),
                &format!("--text={text}"),
            ],
        ),
        ("kdialog", &["--title", title, "--passivepopup", text, "60"]),
        ("xmessage", &["-timeout", "60", "-title", title, text]),
    ];
    for (name, arguments) in boxes {
        let started = tool(name).map(|tool| tool.args(arguments.iter().copied()).detach());
        if let Some(Ok(_)) = started {
            return;
        }
    }
}
