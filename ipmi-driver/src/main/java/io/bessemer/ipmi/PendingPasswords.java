package io.bessemer.ipmi;

import io.bessemer.ipmi.session.BmcAccess;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which of two passwords a BMC takes while its password is changed. Known from the last login, so that not each one tries the wrong one first: BMCs lock
/// accounts out for that.
final class PendingPasswords {
    private final Map<InetSocketAddress, BmcAccess> taken = new ConcurrentHashMap<>();

    /// By which to ask first.
    BmcAccess first(InetSocketAddress bmc, IpmiDriverInfo info) {
        if (info.pending().isEmpty()) {
            taken.remove(bmc);
            return info.access();
        }
        BmcAccess pending = info.pending().get();
        return pending.equals(taken.get(bmc)) ? pending : info.access();
    }

    /// The other one than `refused`; null when there is none.
    static BmcAccess other(IpmiDriverInfo info, BmcAccess refused) {
        return info.pending().map(pending -> refused.equals(pending) ? info.access() : pending).orElse(null);
    }

    void took(InetSocketAddress bmc, BmcAccess access) {
        taken.put(bmc, access);
    }
}
