//! Names that are tried in `mc-start.toml`, after other programs' files or the words of the thing itself, and what to
//! write instead.

use mc_cli::settings::Habit;

/// All of them; none is a setting's own.
#[rustfmt::skip] // a row each
pub(crate) const HABITS: &[Habit] = &[
    Habit::new("", "token,api_token,auth_token,access_token,bearer_token,jtel_token,rest_token,private_token,token_value,\
        token_env,token_store,bearer,jwt,key,api_key,x_api_key,api_secret,auth_key,password,passwd,passphrase,\
        pass,pwd,passwort,kennwort,secret,secrets,client_secret,credential,credentials,auth,authorization,\
        authentication", "a token stands in no setting: put it into a file that `token_file` names, set API_TOKEN, or run `mc-start token set`"),
    Habit::meant("", "token_path,token_location,api_token_file,bearer_token_file,auth_token_file,access_token_file,auth_file,\
        password_file,secret_file,api_key_file,key_file,credential_file,credentials_file,tokendatei", "token_file"),
    Habit::new("", "server,servers,server_url,server_name,server_address,host,port,base_url,rest_url,rest,api,api_url,\
        api_base,endpoint,uri,address,link,target,acd,jtel_url,run_url,webhook,report_url,https,tls,ssl,use_tls,\
        use_ssl,clients_id,client_id,tenant,application,application_id,app,app_id,routing_application,\
        routing_application_id", "the whole address stands in `url`: https://SERVER/rest/v1.0/CLIENTSID/routingApplications/run/APPLICATION"),
    Habit::meant("", "program,program_path,exe,exec,exe_path,executable,command,cmd,path,client_path,client_exe,client_program,\
        client_file,client_command,mini_client", "client"),
    Habit::meant("", "args,arguments,params,parameters,options,command_line,client_parameters,client_params,client_arguments,\
        client_options", "client_args"),
    Habit::new("", "ip_address,ip_rule,ip_v4,client_ip,local_ip,interface,interface_name,interface_alias,adapter,\
        network_adapter,network_interface,network,nic,subnet,cidr,route,bind,bind_address", "`ip` says which address is reported: route, interface:NAME, cidr:NETWORK or first"),
    Habit::meant("", "ca,ca_path,ca_cert,ca_certs,ca_certificate,ca_certificates,ca_bundle,cert,certs,cert_file,certificate,\
        certificates,certificate_file,root_ca,root_cert,ssl_ca,ssl_cert,ssl_ca_file,tls_ca,tls_ca_file,\
        trusted_certs", "ca_file"),
    Habit::new("", "insecure,verify,verify_ssl,verify_tls,ssl_verify,tls_verify,skip_verify,tls_insecure,\
        insecure_skip_verify,skip_certificate_check,ignore_certificate", "certificates are always checked: a company's own authority goes into the file that `ca_file` names"),
    Habit::new("", "http_proxy,https_proxy,all_proxy,no_proxy,use_proxy,proxy_url,proxy_server,proxy_host,proxy_port,\
        proxy_address", "`proxy` is system, none or the proxy's URL"),
    Habit::new("", "WindowsLoginName,ComputerName,DomainName,DnsName,IPv6Address,SessionID,SessionName,ClientName,Version,\
        user,user_name,login,login_name,computer,host_name,domain,session,body,data,payload", "what is reported stands in `fields`, and a fixed value below [extra]"),
];
