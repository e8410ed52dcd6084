//! Names that are tried in `miniclient.toml`, after other programs' files or the words of the thing itself, and what to
//! write instead.

use mc_cli::settings::Habit;

/// What holds something that nobody may see.
const SECRETS: &str = "token,api_token,auth_token,access_token,bearer_token,jtel_token,rest_token,private_token,token_value,\
    token_env,token_store,bearer,jwt,api_key,x_api_key,api_secret,auth_key,password,passwd,passphrase,pass,\
    pwd,passwort,kennwort,credential,credentials,auth,authorization,authentication";

/// The parts of an address, and its whole.
const ADDRESSES: &str = "url,uri,server,servers,server_url,server_name,server_address,host,host_name,port,rest_url,api,api_url,\
    api_base,endpoint,acd,jtel_url,tls,ssl,https,use_tls,use_ssl,clients_id,client_id,tenant";

const AUTHORITIES: &str = "ca,ca_path,ca_cert,ca_certs,ca_certificate,ca_certificates,ca_bundle,root_ca,root_cert,ssl_ca,\
    ssl_ca_file,tls_ca,tls_ca_file,trusted_certs";

const UNCHECKED: &str = "verify,verify_ssl,verify_tls,ssl_verify,tls_verify,skip_verify,tls_insecure,insecure_skip_verify,\
    skip_certificate_check,ignore_certificate";

const CHECKED: &str = "certificates are always checked: a company's own authority goes into the file that `ca_file` names";

const NO_TOKEN_HERE: &str = "a token stands in no setting: put it into a file that `token_file` names, set API_TOKEN, or run `mc-start token set`";

const PROGRAMS: &str = "program,program_path,executable,command,cmd,run,script,execute,start,app";

const PARAMETERS: &str = "args,arguments,params,options,command_line";

/// All of them; none is a setting's own.
#[rustfmt::skip] // a row each
pub(super) const HABITS: &[Habit] = &[
    Habit::meant("", "secret", "secrets"),
    Habit::new("", SECRETS, "jtel's token goes into the file that `token_file` under [jtel] names, and what hooks and the broker need is named under [secrets]"),
    Habit::new("", ADDRESSES, "jtel's address is `base_url` under [jtel], that of mc-start's report `url` in mc-start.toml"),
    Habit::new("jtel", "secret", NO_TOKEN_HERE),
    Habit::new("jtel", SECRETS, NO_TOKEN_HERE),
    Habit::new("jtel", ADDRESSES, "the whole address stands in `base_url`: https://SERVER/rest/v1.0/CLIENTSID"),
    Habit::meant("jtel", AUTHORITIES, "ca_file"),
    Habit::meant("jtel", "cert,certs,cert_file,certificate,certificates", "ca_file"),
    Habit::new("jtel", UNCHECKED, CHECKED),
    Habit::new("jtel", "insecure", CHECKED),
    Habit::new("jtel", "proxy,http_proxy,https_proxy,all_proxy,no_proxy,use_proxy,proxy_url,proxy_server",
        "jtel is reached through the system's proxy: https_proxy and no_proxy of the environment, on Windows else the system's settings"),
    Habit::new("register", ADDRESSES, "jtel's address is `base_url` under [jtel]; `application` is the number of the routing application"),
    Habit::new("register", SECRETS, "jtel's token goes into the file that `token_file` under [jtel] names"),
    Habit::new("dial", ADDRESSES, "jtel dials by the number in `application`, another system by the curl command in `rest`"),
    Habit::new("dial", SECRETS, "it stands in the curl command of `rest`, as `${secret.NAME}`, and is named under [secrets]"),
    Habit::meant("dial", PROGRAMS, "exec"),
    Habit::meant("dial", PARAMETERS, "parameters"),
    Habit::meant("dial", "prefix,access_code,line_access,trunk_access", "outside_line"),
    Habit::new("listen", SECRETS, "a token stands in no setting: put it into a file that `token_file` names; without one it is made anew at each start"),
    Habit::new("listen", "port,host,bind,bind_address,listen,url,uri,ip,interface,endpoint",
        "where calls are taken stands in `address`, with the port, such as 127.0.0.1:7431; names that callers use stand in `hosts`"),
    Habit::new("listen", "tls,ssl,https,use_tls,cert,certificate,cert_file,key,key_file,ca_file",
        "calls are taken without TLS: across a network that others share, put a reverse proxy with TLS in front"),
    Habit::meant("listen", "allow,allowed,allowed_ips,allow_list,white_list,acl,networks,peers", "allow_from"),
    Habit::meant("subscribe", SECRETS_OF_BROKERS, "password"),
    Habit::new("subscribe", "url,uri,server,servers,server_url,host,hosts,host_name,address,port,broker_url,broker_ip,endpoint,nodes",
        "the broker's whole address stands in `broker`: mqtts://broker.example:8883"),
    Habit::new("subscribe", "tls,ssl,use_tls,use_ssl,secure,transport,scheme", "`broker` begins with it: mqtts:// or wss:// is TLS"),
    Habit::meant("subscribe", "user_name,login,login_name,account,benutzer", "user"),
    Habit::meant("subscribe", AUTHORITIES, "ca_file"),
    Habit::meant("subscribe", "cert,cert_file,certificate_file,client_cert,client_certificate,tls_cert", "certificate"),
    Habit::meant("subscribe", "key_file,private_key,client_key,tls_key", "key"),
    Habit::new("subscribe", UNCHECKED, CHECKED),
    Habit::meant("hook", PROGRAMS, "exec"),
    Habit::meant("hook", PARAMETERS, "parameters"),
    Habit::new("hook", "url,uri,link,browser,webhook,endpoint,curl,request,http,get,post",
        "`open` opens a link in the browser, and `rest` makes a request by a curl command"),
    Habit::new("hook", "method,header,headers,content_type,body,data,json,payload,user,user_name",
        "it stands in the curl command of `rest`"),
    Habit::new("hook", "ca_file,certificate,key,insecure,proxy,verify,verify_ssl",
        "it stands in the curl command of `rest`: --cacert, --cert, --key, --proxy"),
    Habit::new("hook", SECRETS, "it stands in the curl command of `rest` or in `env`, as `${secret.NAME}`, and is named under [secrets]"),
    Habit::new("hook", "secret,token_file,password_file,secret_file", "it stands in the curl command of `rest` or in `env`, as `${secret.NAME}`, and is named under [secrets]"),
    Habit::meant("hook", "event,events,trigger,triggers,type", "on"),
    Habit::meant("hook", "filter,filters,match,condition,conditions,if,rule,rules", "when"),
    Habit::new("hook", "enabled,enable,active,disabled,disable,off", "a hook that is there is on; put # before its lines to switch it off"),
    Habit::new("secrets", "value,token,password,secret,key,text,plain,api_key",
        "what nobody may see stands in no configuration: `file`, `env` or `store` says where it is kept"),
    Habit::meant("secrets", "path,file_name", "file"),
    Habit::meant("secrets", "environment,variable,env_var", "env"),
    Habit::new("secrets", "keyring,keychain,credential,credential_store,vault", "write store = true, and run `miniclient secret set NAME`"),
    Habit::meant("oauth", "url,uri,endpoint,token_endpoint,token_uri,auth_url,authority,token,server", "token_url"),
    Habit::meant("oauth", "secret,password,client_password,app_secret,key,api_key", "client_secret"),
    Habit::meant("oauth", "id,user,user_name,app_id,application_id", "client_id"),
    Habit::new("oauth", "audience,resource,tenant", "it stands in `parameters`, such as { audience = 'https://api.example.com' }"),
];

const SECRETS_OF_BROKERS: &str = "token,api_token,auth_token,access_token,bearer,bearer_token,api_key,passwd,pass,pwd,passwort,kennwort,\
    secret,credential,credentials,auth,password_file,token_file";

#[cfg(test)]
mod tests {
    use crate::config::keys::SCHEMA;

    #[test]
    fn no_setting_is_taken_for_a_habit() {
        for key in SCHEMA.keys {
            let mut habits = SCHEMA.habits.iter();
            assert!(
                !habits.any(|habit| habit.is(key.section, key.name)),
                "{}",
                key.name
            );
        }
        for habit in SCHEMA.habits {
            let right = habit.meant.unwrap_or("base_url");
            let known =
                SCHEMA.sections.contains(&right) || SCHEMA.keys.iter().any(|key| key.name == right);
            assert!(known, "{right}");
        }
    }
}
