/// `/v1/nodes` and everything below it.
package io.bessemer.api.node;
