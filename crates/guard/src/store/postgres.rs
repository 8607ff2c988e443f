//! Sessions in a database of PostgreSQL: the store of agents on many machines where every answer must survive.
//!
//! A visit is one transaction that holds a lock of the name of its session, whether or not there is a row. What a visit
//! has put back is as safe as the server's commits are. A process that is killed loses its transaction, and so does
//! one that stalls for longer than a session is held: the server ends it, and the visit fails. A commit whose answer is
//! lost may have happened: the call is refused, and may be counted.
//!
//! The tables are made when they are missing, in the first schema of the user's `search_path`.
//!
//! The client works on the thread that asks, with a runtime for each connection, so that every answer is waited for
//! with a bound. On a thread of somebody else's runtime nobody may wait; there another thread does.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::AddressError;
use super::spare::Spare;
use super::{Key, Left, PROGRAMS, SHARED, Store, StoreError, Taken, Visit};
use crate::limits::{STORE_EXPIRED_REMOVED_MAX, STORE_LEASE_MILLISECONDS, STORE_WAIT_MILLISECONDS};

/// The form of the tables.
const FORM: i32 = 1;
/// Tells locks of this store from those of others: `Spns`.
const LOCKS: i32 = 0x5370_6E73;

/// Made by one process while the others wait.
const TABLES: &str = "
    BEGIN;
    SELECT pg_advisory_xact_lock(1399877235, 0);
    CREATE TABLE IF NOT EXISTS sponsio_store (form integer NOT NULL);
    INSERT INTO sponsio_store SELECT 1 WHERE NOT EXISTS (SELECT FROM sponsio_store);
    CREATE TABLE IF NOT EXISTS sponsio_session (
        agent bytea NOT NULL, name bytea NOT NULL, version bigint NOT NULL, used bigint NOT NULL,
        state bytea NOT NULL,
        PRIMARY KEY (agent, name));
    CREATE INDEX IF NOT EXISTS sponsio_session_used ON sponsio_session (used);
    COMMIT";
/// The time of the server.
const SECONDS: &str = "extract(epoch FROM clock_timestamp())::bigint";
const MICROSECONDS: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// Sessions in a database of PostgreSQL.
pub struct Postgres {
    config: Config,
    /// The server as errors name it, without a password.
    server: Box<str>,
    idle: Option<Duration>,
    spare: Spare<Connection>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Why a visit does not go on.
enum Refused {
    /// The connection is gone.
    Gone(tokio_postgres::Error),
    Other(StoreError),
}

impl Postgres {
    /// The store at an address such as `postgres://user:password@host:5432/database?sslmode=require`. Nobody is asked
    /// yet.
    ///
    /// # Errors
    ///
    /// It is no such address.
    pub fn at(address: &str, idle: Option<Duration>) -> Result<Self, AddressError> {
        let malformed = |why: &dyn std::fmt::Display| {
            AddressError::malformed("postgres://user:password@host:5432/database", why)
        };
        let (address, settings) = address.split_once('?').unwrap_or((address, ""));
        let mut mode = SslMode::Disable;
        let mut others = Vec::new();
        for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("sslmode", "disable")) => mode = SslMode::Disable,
                Some(("sslmode", "require" | "verify-full")) => mode = SslMode::Require,
                Some(("sslmode", _)) => {
                    let why =
                        "`sslmode` is `require` or `disable`; certificates are always looked at";
                    return Err(malformed(&why));
                }
                _ => others.push(setting),
            }
        }
        let wait = Duration::from_millis(STORE_WAIT_MILLISECONDS);
        let mut config: Config = format!("{address}?{}", others.join("&"))
            .parse()
            .map_err(|error| malformed(&caused(&error)))?;
        if config.get_hosts().is_empty() {
            return Err(malformed(&"it names no host"));
        }
        config.ssl_mode(mode).application_name("sponsio").connect_timeout(wait);
        let server = shown(&config);
        Ok(Self { config, server, idle, spare: Spare::default() })
    }

    fn unusable(&self, why: &dyn std::fmt::Display) -> StoreError {
        StoreError::Unusable(format!("`{}` cannot be used: {why}", self.server))
    }

    fn of(&self, error: tokio_postgres::Error) -> Refused {
        match error.code() {
            Some(code)
                if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::QUERY_CANCELED =>
            {
                Refused::Other(StoreError::Busy)
            }
            Some(code) if *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => {
                Refused::Other(StoreError::Lost)
            }
            None if error.is_closed() => Refused::Gone(error),
            _ => Refused::Other(self.unusable(&caused(&error))),
        }
    }

    fn error(&self, refused: Refused) -> StoreError {
        match refused {
            Refused::Gone(error) => self.unusable(&caused(&error)),
            Refused::Other(error) => error,
        }
    }

    /// What is waited for with a bound.
    fn within<T: Send>(
        &self,
        connection: &Connection,
        work: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
    ) -> Result<T, Refused> {
        match connection.run(work) {
            Some(done) => done.map_err(|error| self.of(error)),
            None => Err(Refused::Other(StoreError::Busy)),
        }
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| self.unusable(&error))?;
        let tls = match self.config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(tls().map_err(|why| self.unusable(&why))?),
        };
        let connect = async {
            match tls {
                None => self.config.connect(NoTls).await.map(spawned),
                Some(tls) => self.config.connect(tls).await.map(spawned),
            }
        };
        let client = match run(&runtime, connect) {
            Some(client) => client.map_err(|error| self.unusable(&caused(&error)))?,
            None => return Err(StoreError::Busy),
        };
        let connection = Connection { runtime: Some(runtime), client };
        self.prepare(&connection).map_err(|refused| self.error(refused))?;
        Ok(connection)
    }

    /// Makes the tables where they are missing.
    fn prepare(&self, connection: &Connection) -> Result<(), Refused> {
        let client = &connection.client;
        let form = || client.simple_query("SELECT form FROM sponsio_store");
        let found = self.within(connection, async {
            match form().await {
                Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => {
                    client.batch_execute(TABLES).await?;
                    form().await
                }
                found => found,
            }
        })?;
        match row(&found).and_then(|row| row.get(0)?.parse().ok()) {
            Some(FORM) => Ok(()),
            _ => Err(Refused::Other(self.unusable(&"another version of Sponsio made its tables"))),
        }
    }

    /// Seconds after which a session expires; longer than any time where it does not.
    fn idle_seconds(&self) -> i64 {
        let never = i64::from(i32::MAX).saturating_mul(1_000);
        self.idle.map_or(never, |idle| i64::try_from(idle.as_secs()).unwrap_or(never).min(never))
    }

    /// Begins a visit, over a connection that rested or, where that one is gone, over another one.
    fn take(&self, key: Key<'_>) -> Result<(Connection, Held), StoreError> {
        if let Some(connection) = self.spare.take() {
            match self.lock(&connection, key) {
                Err(Refused::Gone(_)) => {}
                held => return Ok((connection, held.map_err(|refused| self.error(refused))?)),
            }
        }
        let connection = self.connect()?;
        let held = self.lock(&connection, key).map_err(|refused| self.error(refused))?;
        Ok((connection, held))
    }

    /// Begins a transaction that has the session.
    fn lock(&self, connection: &Connection, key: Key<'_>) -> Result<Held, Refused> {
        let (agent, name) = (hex(key.agent.as_bytes()), hex(key.session.as_bytes()));
        let idle = self.idle_seconds();
        // One message. The row is read by a statement of its own, which sees what was committed during the wait.
        let take = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
             SET LOCAL lock_timeout = {STORE_WAIT_MILLISECONDS};
             SET LOCAL statement_timeout = {STORE_WAIT_MILLISECONDS};
             SET LOCAL idle_in_transaction_session_timeout = {STORE_LEASE_MILLISECONDS};
             SELECT FROM pg_advisory_xact_lock({LOCKS}, hashtext('{agent}/{name}'));
             SELECT version, encode(state, 'hex') FROM sponsio_session
             WHERE agent = decode('{agent}', 'hex') AND name = decode('{name}', 'hex')
             AND used >= {SECONDS} - {idle}"
        );
        let found = self.within(connection, connection.client.simple_query(&take))?;
        let held = match row(&found).filter(|row| row.len() == 2) {
            None => Some(Held { version: 0, state: None }),
            Some(row) => Held::of(row),
        };
        held.ok_or_else(|| {
            Refused::Other(self.unusable(&"a row of its tables is none of a session"))
        })
    }

    /// Ends a visit; the version that the session has then.
    fn finish(
        &self,
        connection: &Connection,
        key: Key<'_>,
        held: &Held,
        left: &Left,
    ) -> Result<u64, Refused> {
        let (agent, name) = (hex(key.agent.as_bytes()), hex(key.session.as_bytes()));
        let finish = match left {
            Left::Unchanged => "ROLLBACK".to_owned(),
            // The version is the time, or one more than the version before it where that is not later.
            Left::Changed(state) => format!(
                "INSERT INTO sponsio_session AS old (agent, name, version, used, state)
                 VALUES (decode('{agent}', 'hex'), decode('{name}', 'hex'), {MICROSECONDS}, {SECONDS},
                 decode('{}', 'hex'))
                 ON CONFLICT (agent, name) DO UPDATE SET state = excluded.state, used = excluded.used,
                 version = greatest(old.version + 1, excluded.version) RETURNING version;
                 {}COMMIT",
                hex(state),
                self.remove(held)
            ),
            Left::Ended => format!(
                "DELETE FROM sponsio_session
                 WHERE agent = decode('{agent}', 'hex') AND name = decode('{name}', 'hex');
                 COMMIT"
            ),
        };
        let found = self.within(connection, connection.client.simple_query(&finish))?;
        match left {
            Left::Unchanged => Ok(held.version),
            Left::Ended => Ok(0),
            Left::Changed(_) => {
                let version = row(&found).and_then(|row| row.get(0)?.parse().ok());
                version.ok_or_else(|| Refused::Other(self.unusable(&"it says no version")))
            }
        }
    }

    /// Where a session begins: removes some that have expired and that nobody removes at the same time.
    fn remove(&self, held: &Held) -> String {
        if held.version > 0 || self.idle.is_none() {
            return String::new();
        }
        let idle = self.idle_seconds();
        format!(
            "DELETE FROM sponsio_session WHERE ctid = ANY (ARRAY (
                 SELECT ctid FROM sponsio_session WHERE used < {SECONDS} - {idle}
                 ORDER BY used LIMIT {STORE_EXPIRED_REMOVED_MAX} FOR UPDATE SKIP LOCKED));"
        )
    }
}

/// The first row of an answer.
fn row(answer: &[SimpleQueryMessage]) -> Option<&SimpleQueryRow> {
    answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) if !row.is_empty() => Some(row),
        _ => None,
    })
}

/// Bytes in a statement: nothing that is written like this can end a text in it.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |[high, low]: &[u8; 2]| Some(digit(*high)? << 4 | digit(*low)?);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

/// The client of a connection that is worked on whenever somebody waits in its runtime.
fn spawned<C>((client, connection): (Client, C)) -> Client
where
    C: Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
{
    tokio::spawn(connection);
    client
}

/// A connection, and the runtime that it is used in.
struct Connection {
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
    client: Client,
}

impl Connection {
    /// What comes of the work; `None` where it takes longer than anybody waits.
    fn run<T: Send>(&self, work: impl Future<Output = T> + Send) -> Option<T> {
        run(self.runtime.as_ref()?, work)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // A runtime that is dropped waits for what it runs, which nobody may on a thread of another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn run<T: Send>(runtime: &Runtime, work: impl Future<Output = T> + Send) -> Option<T> {
    // The server ends what takes too long; where it does not, nobody waits for it much longer.
    let wait =
        Duration::from_millis(STORE_WAIT_MILLISECONDS.saturating_add(STORE_LEASE_MILLISECONDS));
    let bounded = async { tokio::time::timeout(wait, work).await.ok() };
    match Handle::try_current() {
        Err(_) => runtime.block_on(bounded),
        Ok(_) => std::thread::scope(|scope| {
            scope.spawn(|| runtime.block_on(bounded)).join().unwrap_or(None)
        }),
    }
}

/// A session whose lock is ours.
struct Held {
    version: u64,
    state: Option<Vec<u8>>,
}

impl Held {
    fn of(row: &SimpleQueryRow) -> Option<Self> {
        let version = row.get(0)?.parse().ok()?;
        Some(Self { version, state: Some(of_hex(row.get(1)?)?) })
    }
}

/// The same, and where it was taken from.
struct Lent<'s> {
    store: &'s Postgres,
    held: &'s Held,
}

impl Taken for Lent<'_> {
    fn version(&self) -> u64 {
        self.held.version
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.held.state.clone())
    }

    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        self.store.visit(key, visit)
    }
}

impl Store for Postgres {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        let (connection, held) = self.take(key)?;
        let left = visit(&mut Lent { store: self, held: &held });
        let finished = match &left {
            Ok(left) => self.finish(&connection, key, &held, left),
            Err(_) => self.finish(&connection, key, &held, &Left::Unchanged),
        };
        if finished.is_ok() {
            self.spare.give(connection);
        }
        match left? {
            Left::Unchanged => Ok(held.version),
            Left::Changed(_) | Left::Ended => finished.map_err(|refused| self.error(refused)),
        }
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        let connection = self.connect()?;
        let idle = self.idle_seconds();
        let own =
            [PROGRAMS, SHARED].map(|agent| format!("decode('{}', 'hex')", hex(agent.as_bytes())));
        let count = format!(
            "SELECT count(*) FROM sponsio_session
             WHERE used >= {SECONDS} - {idle} AND agent NOT IN ({})",
            own.join(", ")
        );
        let found = self.within(&connection, connection.client.simple_query(&count));
        let found = found.map_err(|refused| self.error(refused))?;
        let count = row(&found).and_then(|row| row.get(0)?.parse().ok());
        count.ok_or_else(|| self.unusable(&"it says no number"))
    }
}

/// TLS with the certificates that the system trusts, or those of the file in `SSL_CERT_FILE`.
fn tls() -> Result<MakeRustlsConnect, String> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(
            "the system trusts no certificate; name a file of them in `SSL_CERT_FILE`".to_owned()
        );
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// An error with what caused it.
fn caused(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}

/// The address without whose it is.
fn shown(config: &Config) -> Box<str> {
    let mut text = String::from("postgres://");
    for (at, host) in config.get_hosts().iter().enumerate() {
        let separator = if at == 0 { "" } else { "," };
        let host = match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        let port = config.get_ports().get(at).or(config.get_ports().first());
        let _ = write!(text, "{separator}{host}:{}", port.unwrap_or(&5432));
    }
    let _ = write!(text, "/{}", config.get_dbname().unwrap_or_default());
    text.into()
}
