/// Ironic's versioned notifications, as of Ironic 21.4, by RabbitMQ, as oslo.messaging sends them.
package io.bessemer.notifications.ironic;
