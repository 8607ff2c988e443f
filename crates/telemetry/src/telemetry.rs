//! Lines in, spans and metrics out.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{BatchSpanProcessor, SpanProcessor};
use sponsio_guard::recorder::Observer;
use sponsio_record::schema::line::Line;

use crate::client::Client;
use crate::deliveries::{Counting, Deliveries};
use crate::limits::LAST_SECONDS_MAX;
use crate::meters::Meters;
use crate::names::SERVICE;
use crate::settings::Settings;
use crate::spans::{Finished, Spans};

/// What the service is called where the variables do not say.
const NAME: &str = "sponsio";

/// Sends what was decided to a collector. Clones are the same.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    spans: Mutex<Spans>,
    processor: Option<BatchSpanProcessor>,
    meters: Option<(SdkMeterProvider, Meters)>,
    deliveries: Deliveries,
    /// Spans that were handed to the SDK.
    told: AtomicU64,
}

/// Telemetry cannot begin.
#[derive(Debug, thiserror::Error)]
#[error("spans and metrics cannot be sent: {0}")]
pub struct StartError(#[from] ExporterBuildError);

/// How the telling went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Spans that a collector took.
    pub taken: u64,
    /// Spans that no collector took, or for which there was no place.
    pub lost: u64,
    /// Reports of all metrics that no collector took.
    pub reports_lost: u64,
    /// Why the latest was lost; empty where the SDK does not say.
    pub why: String,
}

impl fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telemetry").field("deliveries", &self.0.deliveries).finish_non_exhaustive()
    }
}

impl Telemetry {
    /// Begins to send what is told from here on.
    ///
    /// # Errors
    ///
    /// The SDK does not understand a variable that names an address or a header.
    pub fn start(settings: &Settings) -> Result<Self, StartError> {
        let client = Client::new(settings.timeout);
        let resource = resource(settings);
        let deliveries = Deliveries::default();
        let processor = match settings.spans {
            true => Some(processor(settings, client.clone(), &resource, deliveries.clone())?),
            false => None,
        };
        let meters = match settings.metrics {
            true => {
                let exporter = MetricExporter::builder().with_http().with_http_client(client);
                let exporter = at(exporter, settings, "/v1/metrics");
                let exporter = Counting::new(exporter.build()?, deliveries.clone());
                let provider = SdkMeterProvider::builder()
                    .with_resource(resource)
                    .with_periodic_exporter(exporter);
                let provider = provider.build();
                let meters = Meters::new(&provider.meter(NAME));
                Some((provider, meters))
            }
            false => None,
        };
        let (spans, told) = (Mutex::new(Spans::new()), AtomicU64::default());
        Ok(Self(Arc::new(Inner { spans, processor, meters, deliveries, told })))
    }

    /// Takes a line in. Waits for nobody.
    pub fn tell(&self, line: &Line) {
        if let Some((_, meters)) = &self.0.meters {
            meters.tell(line);
        }
        let finished = self.0.spans.lock().unwrap_or_else(PoisonError::into_inner).tell(line);
        self.hand_over(finished);
    }

    /// Waits until what was told is with the collector, or was not taken.
    pub fn flush(&self) {
        let Inner { processor, meters, .. } = &*self.0;
        // What fails here is counted where it fails.
        if let Some(processor) = processor {
            let _ = processor.force_flush();
        }
        if let Some((provider, _)) = meters {
            let _ = provider.force_flush();
        }
    }

    /// Tells what is open, waits until it is delivered, and ends.
    pub fn finish(&self) -> Told {
        let finished = self.0.spans.lock().unwrap_or_else(PoisonError::into_inner).finish();
        self.hand_over(finished);
        let last = Duration::from_secs(LAST_SECONDS_MAX);
        let Inner { processor, meters, deliveries, told, .. } = &*self.0;
        if let Some(processor) = processor {
            let _ = processor.shutdown_with_timeout(last);
        }
        if let Some((provider, _)) = meters {
            let _ = provider.shutdown_with_timeout(last);
        }
        let taken = deliveries.spans_taken();
        Told {
            taken,
            lost: told.load(Ordering::Relaxed).saturating_sub(taken),
            reports_lost: deliveries.reports_lost(),
            why: deliveries.why(),
        }
    }

    fn hand_over(&self, finished: Vec<Finished>) {
        let Inner { processor, meters, told, .. } = &*self.0;
        for Finished { span, took } in finished {
            if let (Some((_, meters)), Some(took)) = (meters, &took) {
                meters.took(took);
            }
            if let Some(processor) = processor {
                told.fetch_add(1, Ordering::Relaxed);
                processor.on_end(span);
            }
        }
    }
}

impl Observer for Telemetry {
    fn told(&self, line: &Line) {
        self.tell(line);
    }
}

/// The exporter, for the collector that the settings name.
fn at<E: WithExportConfig>(exporter: E, settings: &Settings, path: &str) -> E {
    match &settings.endpoint {
        Some(endpoint) => {
            exporter.with_endpoint(format!("{}{path}", endpoint.trim_end_matches('/')))
        }
        None => exporter,
    }
}

fn processor(
    settings: &Settings,
    client: Client,
    resource: &Resource,
    deliveries: Deliveries,
) -> Result<BatchSpanProcessor, StartError> {
    let exporter = SpanExporter::builder().with_http().with_http_client(client);
    let exporter = at(exporter, settings, "/v1/traces").build()?;
    let mut processor = BatchSpanProcessor::builder(Counting::new(exporter, deliveries)).build();
    processor.set_resource(resource);
    Ok(processor)
}

fn resource(settings: &Settings) -> Resource {
    let builder = Resource::builder();
    match settings.is_named {
        true => builder,
        false => builder.with_attribute(KeyValue::new(SERVICE, NAME)),
    }
    .build()
}
