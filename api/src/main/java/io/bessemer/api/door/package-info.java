/// The doors: what Tomcat's connectors lack against clients that are slow on purpose, and against one client that takes every place.
///
/// A place at a door is a connection. What it may be kept for is bound: a request's head by a deadline, its body and its answer by a rate, the time between two requests by another deadline.
/// Requests that wait on our side (an agent's long poll, a stream of events, a console) are not bound.
package io.bessemer.api.door;
