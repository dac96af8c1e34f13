/// The Spring Boot application: configuration, wiring, start and stop. The one place that knows every module.
package io.bessemer.server;
