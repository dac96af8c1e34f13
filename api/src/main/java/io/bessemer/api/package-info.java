/// Ironic's REST API. What all resources share (microversions, errors, JSON-Patch, paging, field tables) is in `wire` and was
/// built once; each other package holds resources, and a further one is a class here and a row in `docs/reference/api.md`.
package io.bessemer.api;
