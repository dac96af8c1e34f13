/// `/v1/ports`.
package io.bessemer.api.port;
