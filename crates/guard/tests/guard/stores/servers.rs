//! Real servers of Redis and PostgreSQL, each with a folder and a port of its own, for as long as a test runs.

use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// The password of both.
pub(super) const PASSWORD: &str = "hunter2";
/// PostgreSQL refuses to run as root; there it runs as nobody.
const NOBODY: u32 = 65_534;

/// What a server is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Redis,
    Postgres,
}

/// A server that runs.
pub(super) struct Server {
    kind: Kind,
    child: Option<Child>,
    folder: tempfile::TempDir,
    port: u16,
    options: Vec<String>,
}

impl Server {
    /// A server of Redis that keeps every write before it says so.
    pub(super) fn redis() -> Self {
        let always = ["--appendonly", "yes", "--appendfsync", "always"];
        Self::redis_with(&always)
    }

    /// A server of Redis with other options.
    pub(super) fn redis_with(options: &[&str]) -> Self {
        Self::start(Kind::Redis, options)
    }

    /// A server of PostgreSQL.
    pub(super) fn postgres() -> Self {
        Self::start(Kind::Postgres, &[])
    }

    fn start(kind: Kind, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = options.iter().map(|&option| option.to_owned()).collect();
        let mut server = Self { kind, child: None, folder, port: 0, options };
        if kind == Kind::Postgres {
            server.make_cluster();
        }
        // Somebody else may take the port between the two.
        for _ in 0..9 {
            let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            server.port = free.local_addr().unwrap().port();
            drop(free);
            if server.run() {
                return server;
            }
        }
        panic!("no server of {} starts", server.program());
    }

    /// The address of the store in it.
    pub(super) fn address(&self) -> String {
        let Self { port, .. } = self;
        match self.kind {
            Kind::Redis => format!("redis://:{PASSWORD}@127.0.0.1:{port}/1"),
            Kind::Postgres => format!("postgres://sponsio:{PASSWORD}@127.0.0.1:{port}/postgres"),
        }
    }

    /// Starts it; whether it answers.
    pub(super) fn run(&mut self) -> bool {
        let mut command = Command::new(find(self.program()));
        let port = self.port.to_string();
        let folder = match self.kind {
            Kind::Redis => self.path().to_path_buf(),
            Kind::Postgres => self.cluster(),
        };
        match self.kind {
            Kind::Redis => command
                .args(["--port", &port, "--bind", "127.0.0.1", "--save", ""])
                .args(["--requirepass", PASSWORD, "--dir"]),
            Kind::Postgres => {
                let settings = ["fsync=off", "max_connections=200", "unix_socket_directories="];
                command.args(settings.iter().flat_map(|setting| ["-c", setting]));
                as_nobody(&mut command).args(["-h", "127.0.0.1", "-p", &port, "-D"])
            }
        };
        command.arg(folder).args(&self.options).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        loop {
            if self.answers() {
                return true;
            }
            if self.child.as_mut().unwrap().try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it does what a client says.
    fn answers(&self) -> bool {
        match self.kind {
            Kind::Redis => self.tell("PING"),
            Kind::Postgres => self.tell("SELECT 1"),
        }
    }

    /// Says something to it that the store would not.
    pub(super) fn say(&self, command: &str) {
        assert!(self.tell(command), "{command}");
    }

    fn tell(&self, command: &str) -> bool {
        match self.kind {
            Kind::Redis => {
                let mut words = command.split_whitespace();
                let mut said = redis::cmd(words.next().unwrap());
                for word in words {
                    said.arg(word);
                }
                let client = redis::Client::open(self.address()).unwrap();
                client.get_connection().is_ok_and(|mut link| said.exec(&mut link).is_ok())
            }
            Kind::Postgres => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(async {
                    let address = self.address();
                    let connected = tokio_postgres::connect(&address, tokio_postgres::NoTls).await;
                    let Ok((client, connection)) = connected else { return false };
                    tokio::spawn(connection);
                    client.batch_execute(command).await.is_ok()
                })
            }
        }
    }

    /// Ends it at once, as a crash does.
    pub(super) fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let signal = match self.kind {
            Kind::Redis => Signal::KILL,
            // A killed one would leave its processes and its shared memory.
            Kind::Postgres => Signal::QUIT,
        };
        send(&child, signal);
        child.wait().unwrap();
    }

    /// It answers nobody any more.
    pub(super) fn freeze(&self) {
        self.signal_all(Signal::STOP);
    }

    /// It goes on.
    pub(super) fn thaw(&self) {
        self.signal_all(Signal::CONT);
    }

    fn signal_all(&self, signal: Signal) {
        let child = self.child.as_ref().unwrap();
        let of = format!("/proc/{0}/task/{0}/children", child.id());
        // A server of PostgreSQL is a process for each connection.
        for own in std::fs::read_to_string(of).unwrap_or_default().split_whitespace() {
            let _ = kill_process(Pid::from_raw(own.parse().unwrap()).unwrap(), signal);
        }
        send(child, signal);
    }

    fn program(&self) -> &'static str {
        match self.kind {
            Kind::Redis => "redis-server",
            Kind::Postgres => "postgres",
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder in the one of the test: a cluster begins in an empty one.
    fn cluster(&self) -> PathBuf {
        self.path().join("cluster")
    }

    fn make_cluster(&self) {
        let password = self.path().join("password");
        std::fs::write(&password, PASSWORD).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in [self.path(), &password] {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let mut command = Command::new(find("initdb"));
        as_nobody(&mut command).args([
            "-U",
            "sponsio",
            "-A",
            "scram-sha-256",
            "--no-sync",
            "-E",
            "UTF8",
        ]);
        command.args(["--locale", "C", "--pwfile"]).arg(&password).arg("-D").arg(self.cluster());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &self.child {
            send(child, Signal::CONT);
        }
        self.stop();
    }
}

fn send(child: &Child, signal: Signal) {
    let _ = kill_process(Pid::from_child(child), signal);
}

fn as_nobody(command: &mut Command) -> &mut Command {
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/")
}

/// The path of a program; Debian keeps those of PostgreSQL where no `PATH` leads.
fn find(program: &str) -> PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&paths).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    let found = folders.into_iter().map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("there is no `{program}`; `cargo xtask test setup` installs it"))
}
