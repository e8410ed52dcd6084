//! What goes over a connection to a broker, whichever MQTT it speaks.

use std::fmt;

use mc_secret::Secret;

/// After how many seconds without a word the other side is asked whether it is there.
pub(crate) const KEEP_ALIVE: u16 = 30;
/// For how many seconds a broker keeps what comes for a workstation that is away.
pub(crate) const SESSION: u32 = 60;
/// How many messages may be under way in each direction without an acknowledgement.
pub(crate) const UNDER_WAY: u16 = 16;
/// The largest packet that is read. What is larger than a call may be is refused after it was read: a broker that is not
/// told would send it again for ever.
pub(crate) const LARGEST: u32 = 1024 * 1024;

/// How a workstation logs in.
pub(crate) struct Login {
    pub(crate) client_id: String,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    /// The retained message there is emptied when this workstation is gone without a word.
    pub(crate) will: Option<String>,
    /// Whether what the broker kept is to be thrown away.
    pub(crate) clean: bool,
    /// Whether the broker is to keep what comes while the workstation is away.
    pub(crate) keeps: bool,
}

/// What is subscribed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) topic: String,
    /// At least once, or at most once.
    pub(crate) again: bool,
}

impl Filter {
    /// The first of these that the broker does not take, in a sentence.
    pub(crate) fn refused(filters: &[Self], answers: &[Result<(), String>]) -> Option<String> {
        filters.iter().zip(answers).find_map(|(filter, answer)| {
            let why = answer.as_ref().err()?;
            Some(format!(
                "the broker refuses the topic {} ({why}); check its rules (ACL) for this user",
                filter.topic
            ))
        })
    }
}

/// What came over a connection.
pub(crate) enum Signal {
    /// The broker let us in.
    Connected,
    /// It has taken what was asked for, each by itself, or why not.
    Subscribed(Vec<Result<(), String>>),
    /// It has taken a message of ours, or why not.
    Published(Result<(), String>),
    /// A message.
    Message(Message),
    /// Nothing of interest: a ping, a packet that went out.
    Nothing {
        /// Whether the broker said it.
        incoming: bool,
    },
}

/// A message.
pub(crate) struct Message {
    pub(crate) topic: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    /// It was kept by the broker for whoever comes.
    pub(crate) retained: bool,
    /// It was sent before, and may have been received.
    pub(crate) again: bool,
    /// For how many seconds it is good yet.
    pub(crate) expires: Option<u32>,
    pub(crate) ack: Option<Ack>,
}

/// The acknowledgement of a message.
pub(crate) enum Ack {
    V5(rumqttc_v5::ManualAck),
    V4(rumqttc_v4::ManualAck),
}

/// Why a connection is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The broker does not let us in, and will not the next time unless something is changed.
    Refused(String),
    /// Somebody else came with the same client id.
    TakenOver,
    /// A packet came that is larger than is read.
    TooLarge,
    /// Anything else.
    Broken(String),
    /// It was ended by us.
    Ended,
}

impl Lost {
    /// The broker does not know this user, or not with this password.
    pub(crate) fn login(code: impl fmt::Debug) -> Self {
        Self::Refused(format!(
            "the broker refuses the login ({code:?}); check `user` and `password`"
        ))
    }

    /// The broker does not let us in, for a reason that may pass.
    pub(crate) fn refused(code: impl fmt::Debug) -> Self {
        Self::Broken(format!("the broker refuses the connection: {code:?}"))
    }

    pub(crate) fn broke_off(error: impl fmt::Display) -> Self {
        Self::Broken(format!("the connection to the broker broke off: {error}"))
    }

    /// It was asked whether it is there, and said nothing.
    pub(crate) fn silent() -> Self {
        Self::Broken("the broker does not answer any more".to_owned())
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) | Self::Broken(text) => f.write_str(text),
            Self::TakenOver => f.write_str(
                "another agent came with the same client id; is this user's agent running twice on this computer?",
            ),
            Self::TooLarge => write!(
                f,
                "a message of more than {} KiB came; what waits at the broker is thrown away",
                LARGEST / 1024
            ),
            Self::Ended => f.write_str("the connection was ended"),
        }
    }
}
