/// Tells events: [io.bessemer.notifications.EventFeed] to those who follow, [io.bessemer.notifications.Relay] to sinks, each in order and at
/// least once.
package io.bessemer.notifications;
