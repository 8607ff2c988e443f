//! What a collector took.
//!
//! The SDK goes on where a batch was not delivered. Somebody who relies on a dashboard wants to know, so the exporters
//! are wrapped in ones that count.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// What was delivered. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deliveries(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    spans_taken: AtomicU64,
    reports_lost: AtomicU64,
    why: Mutex<String>,
}

impl Deliveries {
    fn note_failure(&self, result: &OTelSdkResult) {
        if let Err(error) = result {
            *self.0.why.lock().unwrap_or_else(PoisonError::into_inner) = error.to_string();
        }
    }

    /// Spans that a collector took.
    pub(crate) fn spans_taken(&self) -> u64 {
        self.0.spans_taken.load(Ordering::Relaxed)
    }

    /// Reports of all metrics that no collector took. The next one has what they said.
    pub(crate) fn reports_lost(&self) -> u64 {
        self.0.reports_lost.load(Ordering::Relaxed)
    }

    /// Why the latest was not taken; empty where every one was.
    pub(crate) fn why(&self) -> String {
        self.0.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An exporter whose deliveries are counted.
pub(crate) struct Counting<E> {
    exporter: E,
    deliveries: Deliveries,
}

impl<E> Counting<E> {
    pub(crate) fn new(exporter: E, deliveries: Deliveries) -> Self {
        Self { exporter, deliveries }
    }
}

impl<E> fmt::Debug for Counting<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counting").field("deliveries", &self.deliveries).finish_non_exhaustive()
    }
}

impl<E: SpanExporter> SpanExporter for Counting<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let many = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let result = self.exporter.export(batch).await;
        self.deliveries.note_failure(&result);
        if result.is_ok() {
            self.deliveries.0.spans_taken.fetch_add(many, Ordering::Relaxed);
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Counting<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let result = self.exporter.export(metrics).await;
        self.deliveries.note_failure(&result);
        if result.is_err() {
            self.deliveries.0.reports_lost.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
