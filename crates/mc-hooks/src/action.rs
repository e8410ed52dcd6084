//! What a hook does.

use std::sync::Arc;

use crate::action_kind::ActionKind;
use crate::custom::CustomAction;
use crate::exec::Exec;
use crate::open::Open;
#[cfg(feature = "rest")]
use crate::rest::Rest;

/// What a hook does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// Starts a program.
    Exec(Exec),
    /// Makes REST calls.
    #[cfg(feature = "rest")]
    Rest(Rest),
    /// Opens a page in the browser.
    Open(Open),
    /// Does what the embedding program says.
    Custom(Arc<dyn CustomAction>),
}

impl Action {
    /// Which kind of action it is.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Exec(_) => ActionKind::Exec,
            #[cfg(feature = "rest")]
            Self::Rest(_) => ActionKind::Rest,
            Self::Open(_) => ActionKind::Open,
            Self::Custom(_) => ActionKind::Custom,
        }
    }
}

impl Action {
    /// The names of the values that its answer brings, for the hooks that come after it.
    pub fn answered(&self) -> impl Iterator<Item = &str> {
        #[cfg(feature = "rest")]
        let rest = match self {
            Self::Rest(rest) => Some(rest.answered()),
            _ => None,
        };
        #[cfg(not(feature = "rest"))]
        let rest = None::<std::iter::Empty<&str>>;
        rest.into_iter().flatten()
    }

    /// An action of one's own.
    pub fn custom(action: impl CustomAction + 'static) -> Self {
        Self::Custom(Arc::new(action))
    }
}

impl From<Exec> for Action {
    fn from(exec: Exec) -> Self {
        Self::Exec(exec)
    }
}

#[cfg(feature = "rest")]
impl From<Rest> for Action {
    fn from(rest: Rest) -> Self {
        Self::Rest(rest)
    }
}

impl From<Open> for Action {
    fn from(open: Open) -> Self {
        Self::Open(open)
    }
}
