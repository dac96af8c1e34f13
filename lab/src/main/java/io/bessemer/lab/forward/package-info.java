/// Carries TCP connections into a rack's network namespace, without any change to the root namespace's network: a loopback port
/// leads to a Unix socket, which has no namespace, and a small process inside leads on from there.
package io.bessemer.lab.forward;
