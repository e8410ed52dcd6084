//! What the telephone system knows, in `SQLite`. Values reach SQL as parameters only.

mod records;

pub(crate) use records::{Call, CallState};
pub use records::{Dial, User, Workstation};

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tables named and spelled in the style of the system that this stands in for.
const SCHEMA: &str = "
    PRAGMA foreign_keys = ON;
    CREATE TABLE IF NOT EXISTS Clients (
        ID INTEGER PRIMARY KEY, Name TEXT NOT NULL, Token TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS Users (
        ID INTEGER PRIMARY KEY, ClientsID INTEGER NOT NULL REFERENCES Clients(ID),
        UID TEXT NOT NULL COLLATE NOCASE, LDAPUserName TEXT NOT NULL COLLATE NOCASE,
        FirstName TEXT NOT NULL, LastName TEXT NOT NULL, NickName TEXT NOT NULL DEFAULT '',
        UNIQUE (ClientsID, UID));
    CREATE TABLE IF NOT EXISTS Groups (
        ClientsID INTEGER NOT NULL REFERENCES Clients(ID), Name TEXT NOT NULL COLLATE NOCASE,
        CRMUrl TEXT NOT NULL, PRIMARY KEY (ClientsID, Name));
    CREATE TABLE IF NOT EXISTS RoutingApplications (
        ID INTEGER PRIMARY KEY, ClientsID INTEGER NOT NULL REFERENCES Clients(ID), Name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS Workstations (
        ClientsID INTEGER NOT NULL REFERENCES Clients(ID), UsersUID TEXT NOT NULL COLLATE NOCASE,
        ComputerName TEXT NOT NULL, IPAddress TEXT NOT NULL, SessionID TEXT NOT NULL,
        ListenPort TEXT NOT NULL, ListenToken TEXT NOT NULL,
        dtRegistered TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (ClientsID, UsersUID));
    CREATE TABLE IF NOT EXISTS Calls (
        Number INTEGER PRIMARY KEY AUTOINCREMENT, UFN TEXT UNIQUE,
        ClientsID INTEGER NOT NULL REFERENCES Clients(ID), UsersUID TEXT NOT NULL COLLATE NOCASE,
        State TEXT NOT NULL, Document TEXT NOT NULL DEFAULT '', dtBegin TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE IF NOT EXISTS Dials (
        ID INTEGER PRIMARY KEY AUTOINCREMENT, ClientsID INTEGER NOT NULL REFERENCES Clients(ID),
        UsersUID TEXT NOT NULL, DialNumber TEXT NOT NULL, ComputerName TEXT NOT NULL,
        dtDialled TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP);
";

/// One connection: statements take microseconds, so callers wait for one another.
pub(crate) struct Database(Mutex<Connection>);

type Result<T> = rusqlite::Result<T>;

impl Database {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    fn get(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put_client(&self, id: i64, name: &str, token: &str) -> Result<()> {
        let sql = "INSERT INTO Clients (ID, Name, Token) VALUES (?1, ?2, ?3)
                   ON CONFLICT (ID) DO UPDATE SET Name = ?2, Token = ?3";
        self.get().execute(sql, params![id, name, token]).map(drop)
    }

    /// Whether this token is the client's; a client that is not there has none.
    pub(crate) fn authorizes(&self, client: i64, token: &str) -> Result<bool> {
        let sql = "SELECT Token FROM Clients WHERE ID = ?1";
        let expected: Option<String> = self
            .get()
            .query_row(sql, [client], |row| row.get(0))
            .optional()?;
        Ok(expected.is_some_and(|expected| expected == token))
    }

    pub(crate) fn put_user(&self, client: i64, user: &User) -> Result<()> {
        let sql = "INSERT INTO Users (ClientsID, UID, LDAPUserName, FirstName, LastName, NickName)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (ClientsID, UID) DO UPDATE SET LDAPUserName = ?3, FirstName = ?4, LastName = ?5";
        let values = params![
            client,
            user.uid,
            user.ldap_user_name,
            user.first_name,
            user.last_name,
            user.nick_name
        ];
        self.get().execute(sql, values).map(drop)
    }

    pub(crate) fn put_group(&self, client: i64, name: &str, crm_url: &str) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO Groups (ClientsID, Name, CRMUrl) VALUES (?1, ?2, ?3)";
        self.get()
            .execute(sql, params![client, name, crm_url])
            .map(drop)
    }

    pub(crate) fn put_application(&self, client: i64, id: u32, name: &str) -> Result<()> {
        let sql =
            "INSERT OR REPLACE INTO RoutingApplications (ID, ClientsID, Name) VALUES (?1, ?2, ?3)";
        self.get().execute(sql, params![id, client, name]).map(drop)
    }

    pub(crate) fn crm_url(&self, client: i64, group: &str) -> Result<Option<String>> {
        let sql = "SELECT CRMUrl FROM Groups WHERE ClientsID = ?1 AND Name = ?2";
        self.get()
            .query_row(sql, params![client, group], |row| row.get(0))
            .optional()
    }

    pub(crate) fn user_by_uid(&self, client: i64, uid: &str) -> Result<Option<User>> {
        let sql = "SELECT * FROM Users WHERE ClientsID = ?1 AND UID = ?2";
        self.get()
            .query_row(sql, params![client, uid], read_user)
            .optional()
    }

    /// The empty name is nobody's, though users without a login name have it.
    pub(crate) fn user_by_ldap(&self, client: i64, name: &str) -> Result<Option<User>> {
        let sql = "SELECT * FROM Users WHERE ClientsID = ?1 AND LDAPUserName = ?2 AND ?2 <> '' ORDER BY ID";
        self.get()
            .query_row(sql, params![client, name], read_user)
            .optional()
    }

    /// User records; one alone when an id is given.
    pub(crate) fn user_records(&self, client: i64, id: Option<i64>) -> Result<Vec<Value>> {
        let connection = self.get();
        let sql =
            "SELECT * FROM Users WHERE ClientsID = ?1 AND (?2 IS NULL OR ID = ?2) ORDER BY UID";
        let mut statement = connection.prepare(sql)?;
        let record = |row: &Row<'_>| {
            let user = read_user(row)?;
            Ok(json!({
                "ID": row.get::<_, i64>("ID")?, "ClientsID": client, "UID": user.uid,
                "LDAPUserName": user.ldap_user_name, "FirstName": user.first_name, "LastName": user.last_name,
                "NickName": user.nick_name,
            }))
        };
        statement.query_map(params![client, id], record)?.collect()
    }

    pub(crate) fn has_application(&self, client: i64, id: u32) -> Result<bool> {
        let sql = "SELECT 1 FROM RoutingApplications WHERE ClientsID = ?1 AND ID = ?2";
        self.get()
            .query_row(sql, params![client, id], |_| Ok(()))
            .optional()
            .map(|found| found.is_some())
    }

    pub(crate) fn application_records(&self, client: i64) -> Result<Vec<Value>> {
        let connection = self.get();
        let sql = "SELECT ID, Name FROM RoutingApplications WHERE ClientsID = ?1 ORDER BY Name";
        let mut statement = connection.prepare(sql)?;
        let record = |row: &Row<'_>| {
            let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
            Ok(json!({
                "ID": id, "Name": name, "ClientsID": client, "WorkFlowApplicationTypesID": 1,
                "RoutingApplicationTypesID": 1, "RoutingApplicationFilesActiveID": id,
                "RoutingApplicationFilesTestID": null, "TestCLI": "", "dtCallLogStart": null,
                "bOverflowLicense": false,
            }))
        };
        statement.query_map([client], record)?.collect()
    }

    /// Whether there was such a user.
    pub(crate) fn update_nick_name(&self, client: i64, uid: &str, nick_name: &str) -> Result<bool> {
        let sql = "UPDATE Users SET NickName = ?3 WHERE ClientsID = ?1 AND UID = ?2";
        self.get()
            .execute(sql, params![client, uid, nick_name])
            .map(|rows| rows > 0)
    }

    pub(crate) fn register(&self, client: i64, workstation: &Workstation) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO Workstations
                   (ClientsID, UsersUID, ComputerName, IPAddress, SessionID, ListenPort, ListenToken)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let w = workstation;
        let values = params![
            client,
            w.users_uid,
            w.computer_name,
            w.ip_address,
            w.session_id,
            w.listen_port,
            w.listen_token
        ];
        self.get().execute(sql, values).map(drop)
    }

    /// Forgets the user's workstation if it is this one, as far as it was told which it is.
    pub(crate) fn unregister(
        &self,
        client: i64,
        uid: &str,
        [computer, address, port]: [&str; 3],
    ) -> Result<bool> {
        let sql = "DELETE FROM Workstations WHERE ClientsID = ?1 AND UsersUID = ?2
                   AND ComputerName IN (?3, '') AND IPAddress IN (?4, '') AND ListenPort IN (?5, '')";
        self.get()
            .execute(sql, params![client, uid, computer, address, port])
            .map(|rows| rows > 0)
    }

    pub(crate) fn workstations(&self, client: i64) -> Result<Vec<Workstation>> {
        let connection = self.get();
        let mut statement = connection
            .prepare("SELECT * FROM Workstations WHERE ClientsID = ?1 ORDER BY UsersUID")?;
        let read = |row: &Row<'_>| {
            Ok(Workstation {
                users_uid: row.get("UsersUID")?,
                computer_name: row.get("ComputerName")?,
                ip_address: row.get("IPAddress")?,
                session_id: row.get("SessionID")?,
                listen_port: row.get("ListenPort")?,
                listen_token: row.get("ListenToken")?,
            })
        };
        statement.query_map([client], read)?.collect()
    }

    pub(crate) fn insert_dial(&self, client: i64, dial: &Dial) -> Result<()> {
        let sql = "INSERT INTO Dials (ClientsID, UsersUID, DialNumber, ComputerName) VALUES (?1, ?2, ?3, ?4)";
        let values = params![client, dial.users_uid, dial.dial_number, dial.computer_name];
        self.get().execute(sql, values).map(drop)
    }

    pub(crate) fn dials(&self, client: i64) -> Result<Vec<Dial>> {
        let connection = self.get();
        let mut statement =
            connection.prepare("SELECT * FROM Dials WHERE ClientsID = ?1 ORDER BY ID")?;
        let read = |row: &Row<'_>| {
            Ok(Dial {
                users_uid: row.get("UsersUID")?,
                dial_number: row.get("DialNumber")?,
                computer_name: row.get("ComputerName")?,
            })
        };
        statement.query_map([client], read)?.collect()
    }

    /// Keeps a new call that rings; `document` gets its UFN and makes the call event.
    pub(crate) fn insert_call(
        &self,
        client: i64,
        uid: &str,
        document: impl FnOnce(&str) -> Value,
    ) -> Result<(String, Value)> {
        let mut connection = self.get();
        let transaction = connection.transaction()?;
        let sql = "INSERT INTO Calls (ClientsID, UsersUID, State) VALUES (?1, ?2, ?3)";
        transaction.execute(sql, params![client, uid, CallState::Ringing.name()])?;
        let number = transaction.last_insert_rowid();
        let ufn: String =
            transaction.query_row("SELECT strftime('%s') || '.' || ?1", [number], |row| {
                row.get(0)
            })?;
        let document = document(&ufn);
        let sql = "UPDATE Calls SET UFN = ?2, Document = ?3 WHERE Number = ?1";
        transaction.execute(sql, params![number, ufn, document.to_string()])?;
        transaction.commit()?;
        Ok((ufn, document))
    }

    pub(crate) fn call(&self, client: i64, ufn: &str) -> Result<Option<Call>> {
        let sql = "SELECT * FROM Calls WHERE ClientsID = ?1 AND UFN = ?2";
        self.get()
            .query_row(sql, params![client, ufn], read_call)
            .optional()
    }

    /// Moves a call from one state to another; `None` ends it. Whether it was in that state.
    pub(crate) fn move_call(
        &self,
        client: i64,
        ufn: &str,
        from: CallState,
        to: Option<CallState>,
    ) -> Result<bool> {
        let connection = self.get();
        let rows = if let Some(to) = to {
            let sql =
                "UPDATE Calls SET State = ?4 WHERE ClientsID = ?1 AND UFN = ?2 AND State = ?3";
            connection.execute(sql, params![client, ufn, from.name(), to.name()])?
        } else {
            let sql = "DELETE FROM Calls WHERE ClientsID = ?1 AND UFN = ?2 AND State = ?3";
            connection.execute(sql, params![client, ufn, from.name()])?
        };
        Ok(rows > 0)
    }

    pub(crate) fn call_records(&self, client: i64) -> Result<Vec<Value>> {
        let connection = self.get();
        let mut statement =
            connection.prepare("SELECT * FROM Calls WHERE ClientsID = ?1 ORDER BY UFN")?;
        let record = |row: &Row<'_>| {
            let call = read_call(row)?;
            Ok(json!({
                "UFN": row.get::<_, String>("UFN")?, "ClientsID": client, "UsersUID": call.users_uid,
                "State": call.state.name(), "ANumber": call.document["ANumber"],
                "ServiceNumber": call.document["ServiceNumber"], "GroupName": call.document["GroupName"],
                "dtBegin": row.get::<_, String>("dtBegin")?,
            }))
        };
        statement.query_map([client], record)?.collect()
    }
}

fn read_user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        uid: row.get("UID")?,
        ldap_user_name: row.get("LDAPUserName")?,
        first_name: row.get("FirstName")?,
        last_name: row.get("LastName")?,
        nick_name: row.get("NickName")?,
    })
}

fn read_call(row: &Row<'_>) -> Result<Call> {
    let (state, document): (String, String) = (row.get("State")?, row.get("Document")?);
    let state = match state.as_str() {
        "active" => CallState::Active,
        "held" => CallState::Held,
        _ => CallState::Ringing,
    };
    Ok(Call {
        users_uid: row.get("UsersUID")?,
        state,
        document: serde_json::from_str(&document).unwrap_or_default(),
    })
}
