/// `/v1/volume`.
package io.bessemer.api.volume;
