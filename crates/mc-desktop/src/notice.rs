//! Something to show to a person.

use std::fmt;

/// Something to show to a person, in a corner of the screen. Text is shown as it is, whatever it holds; control it where it
/// comes from outside.
#[non_exhaustive]
pub struct Notice {
    /// What it is about. A later notice about the same thing takes the place of this one.
    pub about: String,
    /// The first line.
    pub title: String,
    /// What stands below it.
    pub text: String,
    /// What kind of thing it is.
    pub kind: NoticeKind,
    pub(crate) clicked: Option<Clicked>,
}

/// What happens when the person clicks it.
pub(crate) type Clicked = Box<dyn FnOnce() + Send>;

/// What kind of thing a [`Notice`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NoticeKind {
    /// Something does not work. Where there are no notifications, it is a box.
    #[default]
    Failure,
    /// A call comes in.
    Call,
    /// A call was missed.
    Missed,
}

impl Notice {
    /// Tells that something does not work.
    pub fn new(
        about: impl Into<String>,
        title: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            about: about.into(),
            title: title.into(),
            text: text.into(),
            kind: NoticeKind::Failure,
            clicked: None,
        }
    }

    /// Says what kind of thing it tells.
    #[must_use]
    pub fn kind(mut self, kind: NoticeKind) -> Self {
        self.kind = kind;
        self
    }

    /// What happens when the person clicks it, once, on a thread that shows notices: it must not take long.
    #[must_use]
    pub fn on_click(mut self, clicked: impl FnOnce() + Send + 'static) -> Self {
        self.clicked = Some(Box::new(clicked));
        self
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("about", &self.about)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
