/// IPMI commands: one record per request, which knows its numbers and decodes its answer. A refusal is a value
/// ([io.bessemer.ipmi.command.Answer.Refused] with its completion code), not an exception.
package io.bessemer.ipmi.command;
