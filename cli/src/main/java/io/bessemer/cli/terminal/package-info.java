/// Output that suits a person at a terminal, a log file and a script.
package io.bessemer.cli.terminal;
