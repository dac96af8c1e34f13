/// `/v1/ports` and `/v1/portgroups`.
package io.bessemer.api.port;
