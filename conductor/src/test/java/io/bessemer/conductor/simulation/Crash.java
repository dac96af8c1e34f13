package io.bessemer.conductor.simulation;

/// The process dies here. Not an exception: nothing may handle it.
final class Crash extends Error {
    Crash() {
        super("kill -9", null, false, false);
    }
}
