/// What the API says of itself: an OpenAPI description, and a page that shows it.
package io.bessemer.api.description;
