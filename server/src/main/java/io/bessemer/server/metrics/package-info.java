/// The process's figures by Micrometer, for `/metrics`.
package io.bessemer.server.metrics;
