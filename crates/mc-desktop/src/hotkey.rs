//! A key that starts a program wherever the person is.

use std::fmt;
use std::str::FromStr;

/// A combination of keys that starts a shortcut: `Ctrl+Alt+Shift+D`.
///
/// ```
/// use mc_desktop::Hotkey;
///
/// let hotkey: Hotkey = "strg + alt + umschalt + d".parse()?;
/// assert_eq!(hotkey.to_string(), "Ctrl+Alt+Shift+D");
/// assert!("Win+D".parse::<Hotkey>().is_err());
/// # Ok::<(), mc_desktop::HotkeyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hotkey {
    control: bool,
    alt: bool,
    shift: bool,
    key: Key,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// An ASCII letter, a capital one, or a digit.
    Character(u8),
    /// `F1` to `F24`.
    Function(u8),
}

impl Hotkey {
    /// As a shortcut of Windows has it: the virtual key in the low byte, `HOTKEYF_...` in the high one.
    #[cfg_attr(
        not(any(windows, test)),
        expect(dead_code, reason = "only Windows has such shortcuts")
    )]
    pub(crate) fn number(self) -> u16 {
        const F1: u8 = 0x70;
        let held = [(self.shift, 1), (self.control, 2), (self.alt, 4)];
        let held: u8 = held
            .into_iter()
            .filter_map(|(is_held, bit)| is_held.then_some(bit))
            .sum();
        let key = match self.key {
            Key::Character(character) => character,
            Key::Function(number) => F1 + number - 1,
        };
        u16::from_be_bytes([held, key])
    }
}

/// `Ctrl+Alt+Shift+D`: Ctrl, Alt and Shift in any order (Strg and Umschalt, too), the key last.
impl FromStr for Hotkey {
    type Err = HotkeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (held, key) = match text.rsplit_once('+') {
            Some((held, key)) => (held.split('+').map(str::trim).collect(), key),
            None => (Vec::new(), text),
        };
        let mut hotkey = Self {
            control: false,
            alt: false,
            shift: false,
            key: read_key(key.trim())?,
        };
        for word in held {
            let which = match word.to_lowercase().as_str() {
                "ctrl" | "control" | "strg" => &mut hotkey.control,
                "alt" => &mut hotkey.alt,
                "shift" | "umschalt" => &mut hotkey.shift,
                _ => {
                    return Err(HotkeyError::Held {
                        word: word.to_owned(),
                    });
                }
            };
            if std::mem::replace(which, true) {
                return Err(HotkeyError::Twice {
                    word: word.to_owned(),
                });
            }
        }
        let held = u8::from(hotkey.control) + u8::from(hotkey.alt) + u8::from(hotkey.shift);
        let enough = match hotkey.key {
            // No keyboard has them; they are on extra keys that people set up.
            Key::Function(13..) => held >= 1,
            // Less is what people type, or what programs and Windows use: Ctrl+F4, Alt+F4.
            Key::Function(_) | Key::Character(_) => held >= 2,
        };
        if !enough {
            return Err(HotkeyError::TooFew {
                hotkey: hotkey.to_string(),
            });
        }
        if hotkey.alt && hotkey.key == Key::Function(4) {
            return Err(HotkeyError::Closes {
                hotkey: hotkey.to_string(),
            });
        }
        let alt_gr = hotkey.control && hotkey.alt && !hotkey.shift;
        if alt_gr && let Key::Character(character) = hotkey.key {
            return Err(HotkeyError::AltGr {
                hotkey: hotkey.to_string(),
                key: char::from(character),
            });
        }
        Ok(hotkey)
    }
}

fn read_key(word: &str) -> Result<Key, HotkeyError> {
    let upper = word.to_uppercase();
    if let [character] = upper.as_bytes()
        && character.is_ascii_alphanumeric()
    {
        return Ok(Key::Character(*character));
    }
    let function = upper
        .strip_prefix('F')
        .and_then(|number| number.parse().ok());
    match function {
        Some(number @ 1..=24) => Ok(Key::Function(number)),
        _ => Err(HotkeyError::Key {
            word: word.to_owned(),
        }),
    }
}

impl fmt::Display for Hotkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [
            (self.control, "Ctrl+"),
            (self.alt, "Alt+"),
            (self.shift, "Shift+"),
        ] {
            if held {
                f.write_str(name)?;
            }
        }
        match self.key {
            Key::Character(character) => write!(f, "{}", char::from(character)),
            Key::Function(number) => write!(f, "F{number}"),
        }
    }
}

/// Why a text is no combination of keys that can start a shortcut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HotkeyError {
    /// The last word is no key.
    #[error(
        "`{word}` is not a key for this; the last one is a letter, a digit, or F1 to F24, as in Ctrl+Alt+Shift+D"
    )]
    Key {
        /// The word.
        word: String,
    },
    /// A word before it is not a key that is held.
    #[error(
        "`{word}` cannot be held for this; before the last key stand Ctrl, Alt and Shift, as in Ctrl+Alt+Shift+D"
    )]
    Held {
        /// The word.
        word: String,
    },
    /// One of those stands there twice.
    #[error("`{word}` stands there twice")]
    Twice {
        /// The word.
        word: String,
    },
    /// On many keyboards Ctrl+Alt is `AltGr`, with which people type.
    #[error(
        "{hotkey} is AltGr+{key}, with which many keyboards type a sign; hold Shift as well, as in Ctrl+Alt+Shift+{key}, or \
         Ctrl+Shift+{key}"
    )]
    AltGr {
        /// What was given.
        hotkey: String,
        /// Its last key.
        key: char,
    },
    /// Alt+F4, with whatever else.
    #[error("{hotkey} closes the window that is in front; choose another key")]
    Closes {
        /// What was given.
        hotkey: String,
    },
    /// What people type, or what programs use.
    #[error(
        "{hotkey} is typed or used by programs; hold two of Ctrl, Alt and Shift, as in Ctrl+Alt+Shift+D, or one with F13 to F24"
    )]
    TooFew {
        /// What was given.
        hotkey: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_people_write_them() {
        for (text, name, number) in [
            ("Ctrl+Alt+Shift+D", "Ctrl+Alt+Shift+D", 0x0744),
            ("Ctrl+Alt+F12", "Ctrl+Alt+F12", 0x067B),
            ("strg + umschalt + 9", "Ctrl+Shift+9", 0x0339),
            ("alt+control+shift+f12", "Ctrl+Alt+Shift+F12", 0x077B),
            ("Shift+F13", "Shift+F13", 0x017C),
            ("ALT+F24", "Alt+F24", 0x0487),
        ] {
            let hotkey: Hotkey = text.parse().unwrap();
            assert_eq!(
                (hotkey.to_string().as_str(), hotkey.number()),
                (name, number)
            );
        }
    }

    #[test]
    fn the_wrong_word_is_named() {
        for (text, part) in [
            ("Win+D", "`Win` cannot be held"),
            ("Ctrl+Alt+Enter", "`Enter` is not a key"),
            ("Ctrl+Alt+", "`` is not a key"),
            ("Ctrl+Alt+F25", "`F25` is not a key"),
            ("Ctrl+Alt+F01x", "`F01x` is not a key"),
            ("Ctrl+Alt+ä", "`ä` is not a key"),
            ("", "`` is not a key"),
            ("D", "D is typed"),
            ("Ctrl+C", "Ctrl+C is typed or used"),
            ("F5", "F5 is typed or used"),
            ("Alt+F4", "Alt+F4 is typed or used"),
            ("Alt+Shift+F4", "Alt+Shift+F4 closes"),
            ("Shift+F10", "Shift+F10 is typed or used"),
            ("F13", "F13 is typed or used"),
            ("Strg+Alt+Q", "AltGr+Q"),
            ("Ctrl+Alt+7", "Ctrl+Alt+Shift+7, or Ctrl+Shift+7"),
            ("Strg+Ctrl+D", "`Ctrl` stands there twice"),
        ] {
            let said = text.parse::<Hotkey>().unwrap_err().to_string();
            assert!(said.contains(part), "{text}: {said}");
        }
    }
}
