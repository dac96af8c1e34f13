/// A rack of QEMU machines with real firmware and real BMC protocol, in two network namespaces of its own.
///
/// Each machine has an `ipmi_sim` as its BMC, which starts and stops a QEMU process through a small generated shell program.
/// Nothing is configured in the root namespace: the machines live in `bsm-ID-rack`, whoever provisions them in `bsm-ID-dc`.
package io.bessemer.lab.qemu;
