/// Figures for monitoring.
package io.bessemer.api.metrics;
