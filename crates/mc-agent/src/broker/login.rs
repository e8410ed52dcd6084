//! What both versions of MQTT set alike.

/// Sets who logs in, the last will and the connection, which is there already. The options of the two versions have the same
/// functions and no type in common.
macro_rules! log_in {
    ($options:ident, $login:ident, $stream:ident, $will:expr) => {
        match (&$login.user, &$login.password) {
            (Some(user), Some(password)) => {
                $options.set_credentials(user.as_str(), password.expose().to_owned());
            }
            (Some(user), None) => {
                $options.set_username(user.as_str());
            }
            _ => {}
        }
        if let Some(topic) = &$login.will {
            $options.set_last_will($will(topic.as_str()));
        }
        let stream = std::sync::Mutex::new(Some($stream));
        $options.set_socket_connector(move |_, _| {
            let stream = stream.lock().ok().and_then(|mut stream| stream.take());
            let none = || std::io::Error::from(std::io::ErrorKind::NotConnected);
            std::future::ready(stream.ok_or_else(none))
        });
    };
}

pub(crate) use log_in;
