/// `/v1/chassis`.
package io.bessemer.api.chassis;
