package io.bessemer.ipmi.command;

import io.bessemer.ipmi.protocol.CompletionCode;

/// What a BMC said to a command.
public sealed interface Answer<R> {
    record Done<R>(R value) implements Answer<R> {}

    record Refused<R>(CompletionCode code) implements Answer<R> {}
}
