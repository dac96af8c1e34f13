/// The program of the deploy ramdisk. It dials out to the server, asks for commands by long poll, runs one at a time, and
/// reports. It is started by the ramdisk's init as `java ... -cp /app/* io.bessemer.agent.Main` once the network is up.
package io.bessemer.agent;
