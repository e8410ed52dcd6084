//! A form as it is sent, read strictly: whoever takes what is no form for one finds values that nobody sent.

use mc_template::variables;

/// The fields, decoded, without the space around their values; or why they are none.
pub(crate) fn read(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let text = str::from_utf8(body).map_err(|_| "the form is not UTF-8 text".to_owned())?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).trim();
    if text.starts_with(['{', '[']) {
        return Err(
            "this is JSON that is sent as a form; send it with Content-Type: application/json"
                .to_owned(),
        );
    }
    let fields = text.split('&').filter(|field| !field.is_empty());
    fields.map(field).collect()
}

fn field(field: &str) -> Result<(String, String), String> {
    let (name, value) = field
        .split_once('=')
        .ok_or("a field of the form has no `=`; write Name=value, with %26 for an & in a value")?;
    let name = decoded(name)?;
    if !name
        .chars()
        .all(|c| c.is_alphanumeric() || "_-. ".contains(c))
    {
        return Err(
            "a name in the form has a character that no name has; write Name=value&Name=value"
                .to_owned(),
        );
    }
    let joined = value.split(';').skip(1).any(|part| {
        let name = part.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| variables::canonical(name).is_some())
    });
    if joined {
        return Err("fields of a form are joined with `&`, not with `;`".to_owned());
    }
    let is_number = matches!(
        variables::canonical(&name),
        Some("ANumber" | "ServiceNumber")
    );
    let value = match value.strip_prefix('+') {
        // A plus that was not escaped: no number begins with a space.
        Some(rest) if is_number => format!("+{}", decoded(rest)?),
        _ => decoded(value)?,
    };
    Ok((name, value.trim().to_owned()))
}

/// `+` is a space, `%C3%BC` an ü.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let pair = digit().zip(digit());
                let byte = pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
                byte.ok_or(
                    "a % in the form is not followed by two hexadecimal digits; write %25 for it",
                )?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| "the form is not UTF-8 text".to_owned())
}
