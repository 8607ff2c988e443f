//! Sessions in a server of Redis or Valkey: the store of agents on many machines.
//!
//! A visit holds a lease: a key that only one process can make, that ends by itself, and whose value is a number that
//! no other visit of the session has. What is put back is written by a script that first compares that number. So a
//! process that stalls until its lease has ended, while another one visits the session, changes nothing any more: its
//! visit fails, and its call is refused. A process that is killed holds the session until the lease ends and has put
//! nothing back.
//!
//! ```text
//!  take   no lease → lease := number, version, state      a lease → wait until it is given back, or ends
//!  put    lease = number → state, version := number, no lease      else → lost
//! ```
//!
//! Who gives a lease back leaves one mark in a list, for which one of those who wait is woken. Nothing depends on it: a
//! mark that is lost is waited for until the lease ends.
//!
//! The number is the time of the server in microseconds, or one more than the version where that is not later. A server
//! that lost its data and begins again therefore never says a version that a guard remembers with another state.
//!
//! What the server acknowledged is as safe as the server keeps it. One that may throw keys away when its memory is full
//! is refused, because a session that was thrown away would begin anew.

use std::time::Duration;

use redis::{
    Client, Connection, FromRedisValue, IntoConnectionInfo as _, ParsingError, RedisError, Script,
    ScriptInvocation,
};
use url::Url;

use super::address::AddressError;
use super::spare::Spare;
use super::{Key, Left, PROGRAMS, SHARED, Store, StoreError, Taken, Visit};
use crate::clock::Since;
use crate::limits::{STORE_LEASE_MILLISECONDS, STORE_PREFIX_BYTES_MAX, STORE_WAIT_MILLISECONDS};

/// The form of what is kept, in the key `<prefix>form`.
const FORM: u32 = 1;
/// What the names of keys begin with, where the address does not say.
const PREFIX: &str = "sponsio:";
/// Takes a lease on a session and says its number, with the version and the state of the session.
const TAKE: &str = "
    local version, state = unpack(redis.call('HMGET', KEYS[1], 'version', 'state'))
    local time = redis.call('TIME')
    local number = tonumber(time[1]) * 1000000 + tonumber(time[2])
    number = string.format('%.0f', math.max(number, (tonumber(version) or 0) + 1))
    if not redis.call('SET', KEYS[2], number, 'NX', 'PX', ARGV[1]) then
        return {tostring(math.max(redis.call('PTTL', KEYS[2]), 1))}
    end
    return {number, version or '0', state}";

/// Goes on where the lease has this number, and gives it back.
const HELD: &str = "
    if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
    redis.call('DEL', KEYS[2], KEYS[3])
    redis.call('RPUSH', KEYS[3], 1)
    redis.call('PEXPIRE', KEYS[3], ARGV[2])";
/// Writes the session.
const PUT: &str = "
    redis.call('HSET', KEYS[1], 'version', ARGV[1], 'state', ARGV[3])
    if ARGV[4] == '0' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
    return 1";
/// Removes the session.
const END: &str = "
    redis.call('DEL', KEYS[1])
    return 1";
/// Leaves the session as it is.
const RELEASE: &str = "
    return 1";

/// Sessions in a server of Redis or Valkey.
pub struct Redis {
    client: Client,
    /// The server as errors name it, without a password.
    server: Box<str>,
    prefix: Box<str>,
    idle: Option<Duration>,
    scripts: Scripts,
    spare: Spare<Connection>,
}

struct Scripts {
    take: Script,
    put: Script,
    end: Script,
    release: Script,
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis").field("server", &self.server).finish_non_exhaustive()
    }
}

impl Redis {
    /// The store at an address such as `rediss://user:password@host:6379/0?prefix=sponsio:`. Nobody is asked yet.
    ///
    /// # Errors
    ///
    /// It is no such address.
    pub fn at(address: &str, idle: Option<Duration>) -> Result<Self, AddressError> {
        let malformed = |why: &dyn std::fmt::Display| {
            AddressError::malformed("redis://user:password@host:6379/0", why)
        };
        let mut url = Url::parse(address).map_err(|error| malformed(&error))?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(malformed(&"it names no host"));
        }
        if url.fragment().is_some() {
            return Err(malformed(&"nothing can follow `#`; certificates are always looked at"));
        }
        let prefix = prefix(&url).map_err(|why| malformed(&why))?;
        url.set_query(None);
        let info = url.clone().into_connection_info().map_err(|error| malformed(&error))?;
        let settings = info.redis_settings().clone().set_skip_set_lib_name();
        let info = info.set_redis_settings(settings);
        let client = Client::open(info).map_err(|error| malformed(&error))?;
        let scripts = Scripts {
            take: Script::new(TAKE),
            put: Script::new(&format!("{HELD}{PUT}")),
            end: Script::new(&format!("{HELD}{END}")),
            release: Script::new(&format!("{HELD}{RELEASE}")),
        };
        let server = shown(&url);
        Ok(Self { client, server, prefix, idle, scripts, spare: Spare::default() })
    }

    fn unusable(&self, why: &dyn std::fmt::Display) -> StoreError {
        StoreError::Unusable(format!("`{}` cannot be used: {why}", self.server))
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        // With one provider of cryptography there is nothing else to choose; an earlier choice stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let wait = Duration::from_millis(STORE_WAIT_MILLISECONDS);
        let connected = self.client.get_connection_with_timeout(wait).and_then(|connection| {
            connection.set_read_timeout(Some(wait))?;
            connection.set_write_timeout(Some(wait))?;
            Ok(connection)
        });
        let mut connection = connected.map_err(|error| self.unusable(&error))?;
        let form = format!("{}form", self.prefix);
        let (memory, form): (String, u32) = redis::pipe()
            .cmd("INFO")
            .arg("memory")
            .cmd("SET")
            .arg(&form)
            .arg(FORM)
            .arg("NX")
            .ignore()
            .cmd("GET")
            .arg(&form)
            .query(&mut connection)
            .map_err(|error| self.unusable(&error))?;
        if form != FORM {
            return Err(self.unusable(&"another version of Sponsio made what it holds"));
        }
        match thrown_away(&memory) {
            Some(policy) => Err(self.unusable(&format!(
                "it may throw sessions away when its memory is full (`maxmemory-policy {policy}`); set `noeviction`"
            ))),
            None => Ok(connection),
        }
    }

    /// Takes the lease of a session, over a connection that rested or, where that one is gone, over another one.
    fn take(&self, keys: &Keys) -> Result<(Connection, Held), StoreError> {
        if let Some(mut connection) = self.spare.take() {
            match self.wait(&mut connection, keys) {
                Err(Refused::Redis(error))
                    if error.is_unrecoverable_error() && !error.is_timeout() => {}
                taken => return Ok((connection, taken.map_err(|refused| self.of(refused))?)),
            }
        }
        let mut connection = self.connect()?;
        let held = self.wait(&mut connection, keys).map_err(|refused| self.of(refused))?;
        Ok((connection, held))
    }

    /// Tries to take the lease until it can, for as long as anybody waits.
    fn wait(&self, connection: &mut Connection, keys: &Keys) -> Result<Held, Refused> {
        let since = Since::now();
        loop {
            let mut take = keys.of(&self.scripts.take);
            let taken: Taking = take.arg(STORE_LEASE_MILLISECONDS).invoke(connection)?;
            let ends = match taken {
                Taking::Taken(held) => return Ok(held),
                Taking::Ends(milliseconds) => milliseconds,
            };
            if since.elapsed() >= Duration::from_millis(STORE_WAIT_MILLISECONDS) {
                return Err(Refused::Busy);
            }
            let ends = Duration::from_millis(ends.clamp(1, STORE_LEASE_MILLISECONDS));
            let mut wake = redis::cmd("BLPOP");
            let _: redis::Value = wake.arg(&keys.wake).arg(ends.as_secs_f64()).query(connection)?;
        }
    }

    fn of(&self, refused: Refused) -> StoreError {
        match refused {
            Refused::Busy => StoreError::Busy,
            Refused::Redis(error) => self.unusable(&error),
        }
    }

    fn keys(&self, key: Key<'_>) -> Keys {
        let Self { prefix, .. } = self;
        let (agent, session) = (key.agent, key.session);
        // With its length, no agent's name can be continued by that of a session.
        let name = |kind: &str| format!("{prefix}{kind}:{}:{agent}:{session}", agent.len());
        Keys { session: name("session"), lease: name("lease"), wake: name("wake") }
    }
}

enum Refused {
    Busy,
    Redis(RedisError),
}

impl From<RedisError> for Refused {
    fn from(error: RedisError) -> Self {
        Self::Redis(error)
    }
}

struct Keys {
    session: String,
    lease: String,
    wake: String,
}

impl Keys {
    fn of<'s>(&self, script: &'s Script) -> ScriptInvocation<'s> {
        let mut invocation = script.prepare_invoke();
        invocation.key(&self.session).key(&self.lease).key(&self.wake);
        invocation
    }
}

/// What comes of an attempt to take a session.
enum Taking {
    Taken(Held),
    /// Somebody has it, for at most so many milliseconds.
    Ends(u64),
}

impl FromRedisValue for Taking {
    fn from_redis_value(value: redis::Value) -> Result<Self, ParsingError> {
        let parts = Vec::<redis::Value>::from_redis_value(value)?;
        let mut parts = parts.into_iter();
        let number =
            |part: Option<redis::Value>| u64::from_redis_value(part.unwrap_or(redis::Value::Nil));
        let first = parts.next();
        if parts.len() == 0 {
            return number(first).map(Self::Ends);
        }
        let (number, version) = (number(first)?, number(parts.next())?);
        let state = Option::from_redis_value(parts.next().unwrap_or(redis::Value::Nil))?;
        Ok(Self::Taken(Held { number, version, state }))
    }
}

/// A session whose lease is ours.
struct Held {
    number: u64,
    version: u64,
    state: Option<Vec<u8>>,
}

/// The same, and where it was taken from.
struct Lent<'s> {
    store: &'s Redis,
    held: &'s mut Held,
}

impl Taken for Lent<'_> {
    fn version(&self) -> u64 {
        self.held.version
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.held.state.take())
    }

    fn visit(&mut self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        self.store.visit(key, visit)
    }
}

impl Store for Redis {
    fn visit(&self, key: Key<'_>, visit: &mut Visit<'_>) -> Result<u64, StoreError> {
        let keys = self.keys(key);
        let (mut connection, mut held) = self.take(&keys)?;
        let left = visit(&mut Lent { store: self, held: &mut held });
        let (script, state, version) = match &left {
            Ok(Left::Changed(state)) => (&self.scripts.put, &**state, held.number),
            Ok(Left::Ended) => (&self.scripts.end, &[][..], 0),
            Ok(Left::Unchanged) | Err(_) => (&self.scripts.release, &[][..], held.version),
        };
        let idle = self.idle.map_or(0, |idle| idle.as_millis()).to_string();
        let mut finish = keys.of(script);
        finish.arg(held.number).arg(STORE_LEASE_MILLISECONDS).arg(state).arg(idle);
        let finished = finish.invoke(&mut connection);
        if finished.is_ok() {
            self.spare.give(connection);
        }
        match (left?, finished) {
            // Nothing was to be put back, so a lease that ended meanwhile took nothing away.
            (Left::Unchanged, _) | (_, Ok(1)) => Ok(version),
            (_, Ok(_)) => Err(StoreError::Lost),
            (_, Err(error)) => Err(self.unusable(&error)),
        }
    }

    fn idle(&self) -> Option<Duration> {
        self.idle
    }

    fn sessions(&self) -> Result<u64, StoreError> {
        let mut connection = self.connect()?;
        let mut escaped = String::new();
        for letter in self.prefix.chars() {
            if matches!(letter, '*' | '?' | '[' | ']' | '\\') {
                escaped.push('\\');
            }
            escaped.push(letter);
        }
        let pattern = format!("{escaped}session:*");
        let own = [PROGRAMS, SHARED]
            .map(|agent| format!("{}session:{}:{agent}:", self.prefix, agent.len()).into_bytes());
        let is_session = |name: &&Vec<u8>| !own.iter().any(|own| name.starts_with(own.as_slice()));
        let (mut cursor, mut count) = (0_u64, 0_u64);
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(&pattern).arg("COUNT").arg(1_000);
            let (next, found): (u64, Vec<Vec<u8>>) =
                scan.query(&mut connection).map_err(|error| self.unusable(&error))?;
            let found = found.iter().filter(is_session).count();
            count = count.saturating_add(u64::try_from(found).unwrap_or(u64::MAX));
            if next == 0 {
                return Ok(count);
            }
            cursor = next;
        }
    }
}

/// What the names of keys begin with.
fn prefix(url: &Url) -> Result<Box<str>, String> {
    let mut prefix = Box::from(PREFIX);
    for (name, value) in url.query_pairs() {
        if name != "prefix" {
            return Err(format!("`{name}` is no setting of it; there is `prefix`"));
        }
        if value.len() > STORE_PREFIX_BYTES_MAX {
            return Err(format!("the prefix is limited to {STORE_PREFIX_BYTES_MAX} bytes"));
        }
        prefix = value.into();
    }
    Ok(prefix)
}

/// The address without whose it is.
fn shown(url: &Url) -> Box<str> {
    let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
    let host = url.host_str().unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path()).into()
}

/// By which policy the server throws keys away when its memory is full, where it would.
fn thrown_away(memory: &str) -> Option<&str> {
    let of = |name: &str| {
        memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    let policy = of("maxmemory_policy").unwrap_or("unknown");
    let is_bounded = of("maxmemory") != Some("0");
    (is_bounded && policy != "noeviction").then_some(policy)
}
