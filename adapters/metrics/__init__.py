"""What Prometheus is told: edges that measure themselves, and the state of the installation."""

from adapters.metrics.metered import MeteredAdapter, MeteredLimiter, metered_jobs
from adapters.metrics.prometheus import PrometheusMetrics

__all__ = ["MeteredAdapter", "MeteredLimiter", "PrometheusMetrics", "metered_jobs"]
