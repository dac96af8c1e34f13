/// Events by POST, as the Standard Webhooks specification 1.0 has them.
package io.bessemer.notifications.webhook;
