/// What happened: `GET /v1/events`, its stream, and the webhooks that are told.
package io.bessemer.api.event;
