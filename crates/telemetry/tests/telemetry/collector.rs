//! A collector, and the listener that it passes things on to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{
    Metric, metric::Data, number_data_point::Value as Number,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// How long something may take to come through.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request of the collector: where to, and what.
type Request = (String, Vec<u8>);

/// A collector that runs until it is dropped.
pub(crate) struct Collector {
    child: Child,
    /// Where it is reached.
    pub(crate) endpoint: String,
    requests: Receiver<Request>,
    _folder: tempfile::TempDir,
    pub(crate) spans: Vec<Span>,
    pub(crate) metrics: Vec<Metric>,
}

impl Collector {
    /// Starts one.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    while let Some(request) = answer(&stream) {
                        let _ = sender.send(request);
                    }
                });
            }
        });
        let folder = tempfile::tempdir().unwrap();
        let [http, grpc] = free_addresses();
        let child = Command::new(program())
            .args(["start", "--exporter", "otlp", "--otlp-exporter-protocol", "http"])
            .args(["--otlp-exporter-endpoint", &format!("http://{to}")])
            .args(["--otlp-http-endpoint", &http, "--otlp-grpc-endpoint", &grpc])
            .arg("--pid-file")
            .arg(folder.path().join("pid"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for(&http);
        let (spans, metrics) = (Vec::new(), Vec::new());
        let endpoint = format!("http://{http}");
        Self { child, endpoint, requests, _folder: folder, spans, metrics }
    }

    /// Waits for so many spans, and for metrics.
    pub(crate) fn take(&mut self, spans: usize) {
        while self.spans.len() < spans || self.metrics.is_empty() {
            let (path, body) = self.requests.recv_timeout(PATIENCE).unwrap();
            if path == "/v1/traces" {
                let request = ExportTraceServiceRequest::decode(&*body).unwrap();
                let scopes = request.resource_spans.into_iter().flat_map(|of| of.scope_spans);
                self.spans.extend(scopes.flat_map(|of| of.spans));
            } else {
                let request = ExportMetricsServiceRequest::decode(&*body).unwrap();
                let scopes = request.resource_metrics.into_iter().flat_map(|of| of.scope_metrics);
                self.metrics.extend(scopes.flat_map(|of| of.metrics));
            }
        }
        self.spans.sort_by_key(|span| span.start_time_unix_nano);
    }

    /// How much a metric counted where an attribute has this value.
    pub(crate) fn count(&self, metric: &str, key: &str, value: &str) -> u64 {
        let has = |attributes: &[KeyValue]| text(attributes, key) == value;
        let of = |metric: &Metric| -> u64 {
            match metric.data.as_ref().unwrap() {
                Data::Sum(sum) => {
                    let points = sum.data_points.iter().filter(|point| has(&point.attributes));
                    points.map(|point| number(point.value.as_ref().unwrap())).sum()
                }
                Data::Histogram(histogram) => {
                    let points =
                        histogram.data_points.iter().filter(|point| has(&point.attributes));
                    points.map(|point| point.count).sum()
                }
                other => panic!("{other:?}"),
            }
        };
        self.metrics.iter().filter(|one| one.name == metric).map(of).sum()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn number(value: &Number) -> u64 {
    match value {
        Number::AsInt(number) => u64::try_from(*number).unwrap(),
        Number::AsDouble(number) => panic!("{number}"),
    }
}

/// The text of an attribute; empty where it is not there.
pub(crate) fn text(attributes: &[KeyValue], key: &str) -> String {
    let found = attributes.iter().find(|attribute| attribute.key == key);
    match found.and_then(|attribute| attribute.value.clone()).and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        None => String::new(),
        Some(other) => panic!("{other:?}"),
    }
}

/// The program, which `cargo xtask test setup` puts beside what is built.
fn program() -> PathBuf {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let program = target.parent().unwrap().join("tools/rotel/rotel/rotel-agent");
    assert!(program.exists(), "`cargo xtask test setup` installs the collector that is missing");
    program
}

/// Addresses that nobody listens at.
fn free_addresses() -> [String; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().to_string())
}

fn wait_for(address: &str) {
    let begin = Instant::now();
    while TcpStream::connect(address).is_err() {
        assert!(begin.elapsed() < PATIENCE, "the collector does not listen");
        std::thread::yield_now();
    }
}

/// Reads one request and says that it arrived.
fn answer(stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().ok()?;
        }
    }
    let mut packed = vec![0; length];
    reader.read_exact(&mut packed).ok()?;
    let mut body = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut body).ok()?;
    (&*stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    Some((path, body))
}
