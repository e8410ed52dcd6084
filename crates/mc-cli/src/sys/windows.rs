//! Windows: the machine's folder, the registry, the console, the event log.
#![expect(
    unsafe_code,
    reason = "known folders, the console and the event log have no safe form"
)]

use std::ffi::{OsString, c_void};
use std::io::{stdin, stdout};
use std::os::windows::ffi::OsStringExt as _;
use std::os::windows::io::AsRawHandle as _;
use std::path::PathBuf;
use std::ptr;

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};
use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Globalization::GetUserDefaultUILanguage;
use windows_sys::Win32::System::Com::CoTaskMemFree;
use windows_sys::Win32::System::Console::{
    ENABLE_ECHO_INPUT, ENABLE_VIRTUAL_TERMINAL_PROCESSING, GetConsoleMode, SetConsoleMode,
};
use windows_sys::Win32::System::EventLog::{
    DeregisterEventSource, EVENTLOG_ERROR_TYPE, RegisterEventSourceW, ReportEventW,
};
use windows_sys::Win32::UI::Shell::{FOLDERID_ProgramData, SHGetKnownFolderPath};

use crate::registry::{Data, RegistryKey};

/// How deep settings stand: `hook\NAME\when`.
const DEEPEST: usize = 4;

/// `ERROR_FILE_NOT_FOUND` as windows-registry gives it.
const NOT_FOUND: i32 = 0x8007_0002_u32.cast_signed();

/// Whether the user's desktop is in German.
pub(crate) fn speaks_german() -> bool {
    /// `LANG_GERMAN`, in the lower ten bits, whatever the country.
    const GERMAN: u16 = 0x07;
    // SAFETY: it takes nothing and cannot fail.
    let language = unsafe { GetUserDefaultUILanguage() };
    language & 0x3ff == GERMAN
}

/// Whether the console of standard output reads colours, which older ones do when they are told to.
pub(crate) fn shows_colours() -> bool {
    let console = stdout().as_raw_handle();
    let mut mode = 0;
    // SAFETY: a handle of this process's own, and a pointer to a local; what is no console makes the calls fail.
    unsafe {
        GetConsoleMode(console, &raw mut mode) != 0
            && SetConsoleMode(console, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0
    }
}

/// The folder of the machine's configuration. It is asked of the system: a user can set `%ProgramData%` to anything.
pub(crate) fn machine_folder() -> Option<PathBuf> {
    let mut text: *mut u16 = ptr::null_mut();
    // SAFETY: the id is a constant of the system's, the token may be null (this user), and `text` receives a pointer.
    let result = unsafe {
        SHGetKnownFolderPath(
            ptr::from_ref(&FOLDERID_ProgramData),
            0,
            ptr::null_mut(),
            &raw mut text,
        )
    };
    let folder = (result >= 0 && !text.is_null()).then(|| {
        let mut length = 0;
        // SAFETY: on success it points to a text that ends with a zero, up to which everything may be read.
        while unsafe { *text.add(length) } != 0 {
            length += 1;
        }
        // SAFETY: as above.
        let units = unsafe { std::slice::from_raw_parts(text, length) };
        PathBuf::from(OsString::from_wide(units)).join("miniclient")
    });
    // SAFETY: the page of SHGetKnownFolderPath says to free it so, on success and on failure; null is allowed.
    unsafe { CoTaskMemFree(text.cast::<c_void>()) };
    folder
}

/// This key of the user's part of the registry and of the machine's, in this order; what is not there is left out.
pub(crate) fn policies(path: &str) -> Vec<RegistryKey> {
    let hives = [(CURRENT_USER, "HKCU"), (LOCAL_MACHINE, "HKLM")];
    let read = |(hive, name): (&Key, &str)| read(hive, path, format!(r"{name}\{path}"), DEEPEST);
    hives.into_iter().filter_map(read).collect()
}

fn read(parent: &Key, name: &str, path: String, depth: usize) -> Option<RegistryKey> {
    let mut read_key = RegistryKey {
        path,
        ..RegistryKey::default()
    };
    let key = match parent.open(name) {
        Ok(key) => key,
        Err(error) if error.code().0 == NOT_FOUND => return None,
        Err(error) => {
            read_key.fault = Some(format!("cannot be read: {error}"));
            return Some(read_key);
        }
    };
    match key.values() {
        Ok(values) => {
            let data = |(name, value): (String, windows_registry::Value)| (name, data(value));
            read_key.values = values.map(data).collect();
        }
        Err(error) => read_key.fault = Some(format!("cannot be read: {error}")),
    }
    match key.keys() {
        Ok(_) if depth == 0 => read_key.fault = Some("keys stand too deep".to_owned()),
        Ok(names) => {
            for name in names {
                let path = format!(r"{}\{name}", read_key.path);
                let below = read(&key, &name, path, depth - 1);
                read_key.keys.extend(below.map(|below| (name, below)));
            }
        }
        Err(error) => read_key.fault = Some(format!("cannot be read: {error}")),
    }
    Some(read_key)
}

fn data(value: windows_registry::Value) -> Data {
    let kind = value.ty();
    let unreadable = || Data::Other(format!("{kind:?}"));
    match kind {
        Type::String | Type::ExpandString => {
            String::try_from(value).map_or_else(|_| unreadable(), Data::Text)
        }
        Type::U32 => u32::try_from(value).map_or_else(|_| unreadable(), Data::Number),
        Type::MultiString => Vec::<String>::try_from(value).map_or_else(
            |_| unreadable(),
            |mut texts| {
                // The list's own end.
                while texts.last().is_some_and(String::is_empty) {
                    texts.pop();
                }
                Data::List(texts)
            },
        ),
        Type::U64 => Data::Other("REG_QWORD".to_owned()),
        Type::Bytes => Data::Other("REG_BINARY".to_owned()),
        Type::Other(number) => Data::Other(format!("of type {number}")),
    }
}

/// An error in the application log. The source's texts are registered by the installer; without that the viewer shows
/// the same text below a remark.
pub(crate) fn log_error(program: &str, code: u8, text: &str) {
    let wide = |text: &str| -> Vec<u16> { text.encode_utf16().chain([0]).collect() };
    let (source, text) = (wide("MiniClient"), wide(&format!("{program}: {text}")));
    // SAFETY: null is this computer; the name ends with a zero.
    let log = unsafe { RegisterEventSourceW(ptr::null(), source.as_ptr()) };
    if log.is_null() {
        return;
    }
    let texts = [text.as_ptr()];
    // SAFETY: one text, as said, which ends with a zero; no user id, no data.
    unsafe {
        ReportEventW(
            log,
            EVENTLOG_ERROR_TYPE,
            0,
            u32::from(code),
            ptr::null_mut(),
            1,
            0,
            texts.as_ptr(),
            ptr::null(),
        );
    }
    // SAFETY: opened above, and not used any more.
    unsafe { DeregisterEventSource(log) };
}

fn console_mode(handle: HANDLE) -> Option<u32> {
    let mut mode = 0;
    // SAFETY: the pointer is to a local; a handle that is no console's makes the call fail.
    let known = unsafe { GetConsoleMode(handle, &raw mut mode) };
    (known != 0).then_some(mode)
}

/// A console drops nothing of a line.
pub(crate) const LONGEST_LINE: Option<usize> = None;

/// While it lives, the console does not show what is typed. Without a console it does nothing.
pub(crate) struct EchoOff(Option<u32>);

impl EchoOff {
    pub(crate) fn new() -> Self {
        let before = console_mode(stdin().as_raw_handle());
        if let Some(mode) = before {
            set_input_mode(mode & !ENABLE_ECHO_INPUT);
        }
        Self(before)
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        if let Some(mode) = self.0 {
            set_input_mode(mode);
        }
    }
}

fn set_input_mode(mode: u32) {
    // SAFETY: takes no pointer; standard input's handle lives as long as the process.
    unsafe { SetConsoleMode(stdin().as_raw_handle(), mode) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_registry_is_read_with_its_types() {
        let path = format!(r"Software\MiniClientTest-{}", std::process::id());
        let key = CURRENT_USER.create(&path).unwrap();
        key.set_string("url", "https://ä").unwrap();
        key.set_expand_string("client", "%A%").unwrap();
        key.set_u32("report", 1).unwrap();
        key.set_u64("big", 1).unwrap();
        key.set_multi_string("fields", &["a", "b"]).unwrap();
        key.create(r"hook\one")
            .unwrap()
            .set_string("open", "x")
            .unwrap();
        let read = policies(&path);
        CURRENT_USER.remove_tree(&path).unwrap();
        let [read] = &read[..] else {
            panic!("{read:?}")
        };
        assert_eq!(read.path, format!(r"HKCU\{path}"));
        let of = |name: &str| {
            let found = read.values.iter().find(|(value, _)| value == name);
            format!("{:?}", found.unwrap().1)
        };
        assert_eq!(of("url"), r#"Text("https://ä")"#);
        assert_eq!(of("client"), r#"Text("%A%")"#);
        assert_eq!(of("report"), "Number(1)");
        assert_eq!(of("big"), r#"Other("REG_QWORD")"#);
        assert_eq!(of("fields"), r#"List(["a", "b"])"#);
        let hook = &read.keys[0].1.keys[0].1;
        assert_eq!(hook.path, format!(r"HKCU\{path}\hook\one"));
        assert_eq!(hook.values[0].0, "open");
        assert!(policies(&path).is_empty());
    }

    #[test]
    fn the_machine_folder_is_known() {
        assert!(machine_folder().unwrap().is_absolute());
    }
}
