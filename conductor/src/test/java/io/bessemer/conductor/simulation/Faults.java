package io.bessemer.conductor.simulation;

/// How often what goes wrong, as probabilities.
///
/// @param crash      at each write of the stores, before it and after it
/// @param bmcLost    a BMC call fails, with or without its effect
/// @param bmcDies    a BMC call finds that the BMC is dead for some minutes
/// @param bootHangs  a machine hangs in a boot phase
/// @param agentDies  a machine hangs or reboots while its agent works, per report
/// @param replyLost  a reply to an agent is lost, after its effect
/// @param commandFails the agent reports a failure
/// @param abort      the operator aborts a busy node, per look
record Faults(double crash, double bmcLost, double bmcDies, double bootHangs, double agentDies, double replyLost, double commandFails, double abort) {
    static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, 0, 0);
    static final Faults MANY = new Faults(0.004, 0.05, 0.002, 0.02, 0.01, 0.03, 0.03, 0.01);
}
