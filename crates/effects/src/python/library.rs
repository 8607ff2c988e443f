//! What functions and methods of the standard library and of common packages do.

use sponsio_engine::event::{Deed, Flags};

use super::value::Value;
use super::walk::Walk;
use crate::Language;

/// What a function does with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    /// Opens its first argument, in the mode that the second gives.
    Open,
    /// This to the path that is its first argument.
    Path(Deed, Flags),
    /// The first deed to the first path, the second to the second.
    Two(Deed, Deed, Flags),
    /// Its second argument is a path that is created.
    Link,
    /// Creates a path for a while.
    Temporary,
    /// Runs the text or the path that is its first argument as Python.
    Code,
    /// Runs what cannot be told.
    Opaque,
    /// Runs its first argument in a shell.
    Shell,
    /// Runs its first argument in a database.
    Sql,
    /// This with the host of the URL at a place.
    Net(Deed, usize),
    /// This with the host, or the host and port, that is its first argument.
    Address(Deed),
    /// This, to what its first argument names.
    Deed(Deed),
    /// Starts another process of the same program.
    Fork,
    /// This to a path that it knows by itself.
    Own(Deed, &'static str),
    /// Makes its first argument the working directory.
    Enter,
    /// Opens an archive.
    Archive,
    /// Gives the program's input and output to another file.
    Shells,
}

const N: Flags = Flags::NONE;
const R: Flags = Flags::RECURSIVE;

/// What the function with this dotted name does; none where it only computes, or is not known.
pub(super) fn does(name: &str) -> Option<Does> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, does)| *does)
}

const FUNCTIONS: &[(&str, Does)] = &[
    ("open", Does::Open),
    ("io.open", Does::Open),
    ("io.FileIO", Does::Open),
    ("codecs.open", Does::Open),
    ("os.open", Does::Open),
    ("gzip.open", Does::Open),
    ("bz2.open", Does::Open),
    ("lzma.open", Does::Open),
    ("aiofiles.open", Does::Open),
    ("file", Does::Open),
    ("os.remove", Does::Path(Deed::Delete, N)),
    ("os.unlink", Does::Path(Deed::Delete, N)),
    ("os.rmdir", Does::Path(Deed::Delete, N)),
    ("os.removedirs", Does::Path(Deed::Delete, N)),
    ("shutil.rmtree", Does::Path(Deed::Delete, R)),
    ("send2trash.send2trash", Does::Path(Deed::Delete, R)),
    ("os.truncate", Does::Path(Deed::Write, N)),
    ("os.mkdir", Does::Path(Deed::Write, N)),
    ("os.makedirs", Does::Path(Deed::Write, N)),
    ("os.mkfifo", Does::Path(Deed::Write, N)),
    ("os.mknod", Does::Path(Deed::Write, N)),
    ("os.rename", Does::Two(Deed::Delete, Deed::Write, N)),
    ("os.renames", Does::Two(Deed::Delete, Deed::Write, N)),
    ("os.replace", Does::Two(Deed::Delete, Deed::Write, N)),
    ("shutil.move", Does::Two(Deed::Delete, Deed::Write, R)),
    ("shutil.copy", Does::Two(Deed::Read, Deed::Write, N)),
    ("shutil.copy2", Does::Two(Deed::Read, Deed::Write, N)),
    ("shutil.copyfile", Does::Two(Deed::Read, Deed::Write, N)),
    ("shutil.copytree", Does::Two(Deed::Read, Deed::Write, R)),
    ("shutil.unpack_archive", Does::Two(Deed::Read, Deed::Write, R)),
    ("shutil.make_archive", Does::Path(Deed::Write, N)),
    ("os.symlink", Does::Link),
    ("os.link", Does::Link),
    ("os.chmod", Does::Path(Deed::Chmod, N)),
    ("os.lchmod", Does::Path(Deed::Chmod, N)),
    ("os.chown", Does::Path(Deed::Chmod, N)),
    ("os.lchown", Does::Path(Deed::Chmod, N)),
    ("os.chflags", Does::Path(Deed::Chmod, N)),
    ("os.setxattr", Does::Path(Deed::Chmod, N)),
    ("shutil.chown", Does::Path(Deed::Chmod, N)),
    ("tempfile.mkdtemp", Does::Temporary),
    ("tempfile.mkstemp", Does::Temporary),
    ("tempfile.NamedTemporaryFile", Does::Temporary),
    ("tempfile.TemporaryDirectory", Does::Temporary),
    ("linecache.getline", Does::Path(Deed::Read, N)),
    ("linecache.getlines", Does::Path(Deed::Read, N)),
    ("fileinput.input", Does::Path(Deed::Read, N)),
    ("logging.FileHandler", Does::Path(Deed::Write, N)),
    ("dbm.open", Does::Path(Deed::Write, N)),
    ("numpy.save", Does::Path(Deed::Write, N)),
    ("numpy.load", Does::Path(Deed::Read, N)),
    ("numpy.loadtxt", Does::Path(Deed::Read, N)),
    ("pandas.read_csv", Does::Open),
    ("pandas.read_json", Does::Open),
    ("pandas.read_excel", Does::Open),
    ("pandas.read_parquet", Does::Open),
    ("pandas.read_sql", Does::Sql),
    ("pandas.read_sql_query", Does::Sql),
    ("zipfile.ZipFile", Does::Archive),
    ("tarfile.open", Does::Archive),
    ("tarfile.TarFile", Does::Archive),
    ("os.chdir", Does::Enter),
    ("os.fork", Does::Fork),
    ("os.forkpty", Does::Fork),
    ("multiprocessing.Process", Does::Fork),
    ("os.dup2", Does::Shells),
    ("eval", Does::Code),
    ("exec", Does::Code),
    ("execfile", Does::Code),
    ("runpy.run_path", Does::Path(Deed::Exec, N)),
    ("runpy.run_module", Does::Opaque),
    ("types.FunctionType", Does::Opaque),
    ("types.CodeType", Does::Opaque),
    ("code.interact", Does::Opaque),
    ("code.InteractiveInterpreter", Does::Opaque),
    ("pickle.load", Does::Opaque),
    ("pickle.loads", Does::Opaque),
    ("pickle.Unpickler", Does::Opaque),
    ("dill.load", Does::Opaque),
    ("dill.loads", Does::Opaque),
    ("cloudpickle.loads", Does::Opaque),
    ("jsonpickle.decode", Does::Opaque),
    ("joblib.load", Does::Opaque),
    ("torch.load", Does::Opaque),
    ("marshal.load", Does::Opaque),
    ("marshal.loads", Does::Opaque),
    ("shelve.open", Does::Opaque),
    ("yaml.load", Does::Opaque),
    ("yaml.unsafe_load", Does::Opaque),
    ("yaml.full_load", Does::Opaque),
    ("ctypes.CDLL", Does::Opaque),
    ("ctypes.cdll.LoadLibrary", Does::Opaque),
    ("ctypes.PyDLL", Does::Opaque),
    ("ctypes.WinDLL", Does::Opaque),
    ("importlib.util.spec_from_file_location", Does::Opaque),
    ("imp.load_source", Does::Opaque),
    ("timeit.timeit", Does::Code),
    ("requests.get", Does::Net(Deed::NetReceive, 0)),
    ("requests.head", Does::Net(Deed::NetReceive, 0)),
    ("requests.options", Does::Net(Deed::NetReceive, 0)),
    ("requests.post", Does::Net(Deed::NetSend, 0)),
    ("requests.put", Does::Net(Deed::NetSend, 0)),
    ("requests.patch", Does::Net(Deed::NetSend, 0)),
    ("requests.delete", Does::Net(Deed::NetSend, 0)),
    ("requests.request", Does::Net(Deed::NetSend, 1)),
    ("httpx.get", Does::Net(Deed::NetReceive, 0)),
    ("httpx.head", Does::Net(Deed::NetReceive, 0)),
    ("httpx.stream", Does::Net(Deed::NetReceive, 1)),
    ("httpx.post", Does::Net(Deed::NetSend, 0)),
    ("httpx.put", Does::Net(Deed::NetSend, 0)),
    ("httpx.patch", Does::Net(Deed::NetSend, 0)),
    ("httpx.delete", Does::Net(Deed::NetSend, 0)),
    ("httpx.request", Does::Net(Deed::NetSend, 1)),
    ("urllib.request.urlopen", Does::Net(Deed::NetReceive, 0)),
    ("urllib.urlopen", Does::Net(Deed::NetReceive, 0)),
    ("urllib.request.Request", Does::Net(Deed::NetReceive, 0)),
    ("urllib.request.urlretrieve", Does::Net(Deed::NetReceive, 0)),
    ("urllib.urlretrieve", Does::Net(Deed::NetReceive, 0)),
    ("wget.download", Does::Net(Deed::NetReceive, 0)),
    ("webbrowser.open", Does::Net(Deed::NetReceive, 0)),
    ("websockets.connect", Does::Net(Deed::NetConnect, 0)),
    ("websocket.create_connection", Does::Net(Deed::NetConnect, 0)),
    ("http.client.HTTPConnection", Does::Address(Deed::NetConnect)),
    ("http.client.HTTPSConnection", Does::Address(Deed::NetConnect)),
    ("socket.create_connection", Does::Address(Deed::NetConnect)),
    ("socket.create_server", Does::Address(Deed::NetListen)),
    ("asyncio.open_connection", Does::Address(Deed::NetConnect)),
    ("http.server.HTTPServer", Does::Address(Deed::NetListen)),
    ("http.server.ThreadingHTTPServer", Does::Address(Deed::NetListen)),
    ("socketserver.TCPServer", Does::Address(Deed::NetListen)),
    ("smtplib.SMTP", Does::Address(Deed::NetConnect)),
    ("smtplib.SMTP_SSL", Does::Address(Deed::NetConnect)),
    ("ftplib.FTP", Does::Address(Deed::NetConnect)),
    ("ftplib.FTP_TLS", Does::Address(Deed::NetConnect)),
    ("telnetlib.Telnet", Does::Address(Deed::NetConnect)),
    ("imaplib.IMAP4_SSL", Does::Address(Deed::NetConnect)),
    ("poplib.POP3_SSL", Does::Address(Deed::NetConnect)),
    ("socket.gethostbyname", Does::Address(Deed::NetConnect)),
    ("socket.getaddrinfo", Does::Address(Deed::NetConnect)),
    ("sqlite3.connect", Does::Open),
    ("os.putenv", Does::Deed(Deed::EnvSet)),
    ("os.environ.setdefault", Does::Deed(Deed::EnvSet)),
    ("os.environ.update", Does::Deed(Deed::EnvSet)),
    ("os.environ.items", Does::Deed(Deed::EnvRead)),
    ("os.environ.copy", Does::Deed(Deed::EnvRead)),
    ("os.environ.values", Does::Deed(Deed::EnvRead)),
    ("os.kill", Does::Deed(Deed::ProcessKill)),
    ("os.killpg", Does::Deed(Deed::ProcessKill)),
    ("signal.pthread_kill", Does::Deed(Deed::ProcessKill)),
    ("os.setuid", Does::Deed(Deed::PrivilegeRaise)),
    ("os.setgid", Does::Deed(Deed::PrivilegeRaise)),
    ("os.seteuid", Does::Deed(Deed::PrivilegeRaise)),
    ("os.setreuid", Does::Deed(Deed::PrivilegeRaise)),
    ("os.chroot", Does::Deed(Deed::PrivilegeEscape)),
    ("keyring.get_password", Does::Deed(Deed::SecretRead)),
    ("pyperclip.paste", Does::Deed(Deed::SecretRead)),
    ("PIL.ImageGrab.grab", Does::Deed(Deed::SecretRead)),
    ("PIL.ImageGrab.grabclipboard", Does::Deed(Deed::SecretRead)),
    ("pyautogui.screenshot", Does::Deed(Deed::SecretRead)),
    ("pyscreenshot.grab", Does::Deed(Deed::SecretRead)),
    ("keyring.set_password", Does::Deed(Deed::SecretRead)),
    // What the system tells of itself.
    ("psutil.cpu_percent", Does::Own(Deed::Read, "/proc/stat")),
    ("psutil.cpu_times", Does::Own(Deed::Read, "/proc/stat")),
    ("psutil.cpu_times_percent", Does::Own(Deed::Read, "/proc/stat")),
    ("psutil.cpu_stats", Does::Own(Deed::Read, "/proc/stat")),
    ("psutil.cpu_freq", Does::Own(Deed::Read, "/sys/devices/system/cpu")),
    ("psutil.boot_time", Does::Own(Deed::Read, "/proc/stat")),
    ("psutil.virtual_memory", Does::Own(Deed::Read, "/proc/meminfo")),
    ("psutil.swap_memory", Does::Own(Deed::Read, "/proc/meminfo")),
    ("psutil.disk_io_counters", Does::Own(Deed::Read, "/proc/diskstats")),
    ("psutil.disk_partitions", Does::Own(Deed::Read, "/proc/mounts")),
    ("psutil.net_io_counters", Does::Own(Deed::Read, "/proc/net/dev")),
    ("psutil.net_connections", Does::Own(Deed::Read, "/proc/net/tcp")),
    ("psutil.net_if_addrs", Does::Own(Deed::Read, "/proc/net/dev")),
    ("psutil.net_if_stats", Does::Own(Deed::Read, "/proc/net/dev")),
    ("psutil.sensors_temperatures", Does::Own(Deed::Read, "/sys/class/hwmon")),
    ("psutil.sensors_battery", Does::Own(Deed::Read, "/sys/class/power_supply")),
    ("psutil.users", Does::Own(Deed::Read, "/var/run/utmp")),
    ("psutil.process_iter", Does::Own(Deed::List, "/proc")),
    ("psutil.pids", Does::Own(Deed::List, "/proc")),
    // Actions of a browser, which are names of nothing else.
    ("goto", Does::Net(Deed::NetReceive, 0)),
    ("upload_file", Does::Two(Deed::Read, Deed::Read, N)),
    ("sys.settrace", Does::Opaque),
    ("IPython.get_ipython().system", Does::Shell),
];

/// Whether the call fetches something whose text may be run.
pub(super) fn is_fetch(maker: &str) -> bool {
    ["requests.", "httpx.", "urllib.", "aiohttp."].iter().any(|module| maker.starts_with(module))
}

/// Opens a path in a mode: what is not told is only read.
pub(super) fn open(walk: &mut Walk<'_, '_, '_>, path: &Value, mode: Option<&Value>) {
    if path.known().is_some_and(|text| text.contains("://")) {
        walk.network(Deed::NetReceive, path, Flags::NONE);
        return;
    }
    if path.known().as_deref() == Some(":memory:") {
        return;
    }
    let mode = match mode {
        None => Some("r".to_owned()),
        Some(Value::Name(name)) => {
            Some(if name.ends_with("O_RDONLY") { "r".to_owned() } else { "r+".to_owned() })
        }
        Some(value) => value.known(),
    };
    let Some(mode) = mode else {
        walk.path(Deed::Read, path, Flags::NONE);
        return walk.maybe(|walk| walk.path(Deed::Write, path, Flags::NONE));
    };
    let mode = mode.to_ascii_lowercase();
    if mode.contains(['r', '+']) || !mode.contains(['w', 'a', 'x']) {
        walk.path(Deed::Read, path, Flags::NONE);
    }
    if mode.contains(['w', 'x', '+', 'a']) {
        let flags = if mode.contains('a') { Flags::APPEND } else { Flags::NONE };
        walk.path(Deed::Write, path, flags);
    }
}

/// Runs Python: a text, or what a file or a server gives.
pub(super) fn code(walk: &mut Walk<'_, '_, '_>, value: &Value) {
    match value {
        Value::Content(word) => {
            walk.path(Deed::Exec, &Value::Text(word.clone()), Flags::NONE);
            walk.opaque(Flags::NONE);
        }
        Value::Made(maker, _) if is_fetch(maker) => walk.opaque(Flags::REMOTE),
        _ => walk.run(Language::Python, value),
    }
}
