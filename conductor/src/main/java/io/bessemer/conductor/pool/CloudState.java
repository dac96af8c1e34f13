package io.bessemer.conductor.pool;

import io.bessemer.core.pool.Hypervisor;
import java.util.LinkedHashMap;
import java.util.Map;

/// How far a member's cloud was brought, kept in its row: a cloud that is asked to join a host keeps guests away from it, so what was
/// reached must not be asked for again. One word of the facts; hosts cannot set it.
final class CloudState {
    /// takes guests
    static final String ENABLED = "enabled";
    /// was asked to let its guests go, or is about to be
    static final String DRAINING = "draining";
    /// is in quarantine, and was disabled for it
    static final String DISABLED = "disabled";

    private CloudState() {}

    /// joined, after the verification that ran last
    static String joined(Hypervisor member) {
        return "joined " + member.verification();
    }

    static boolean is(Hypervisor member, String state) {
        return state.equals(member.facts().get(Facts.CLOUD));
    }

    static Hypervisor with(Hypervisor member, String state) {
        Map<String, Object> facts = new LinkedHashMap<>(member.facts());
        facts.put(Facts.CLOUD, state);
        return member.toBuilder().facts(facts).build();
    }

    /// What a host's report must not change.
    static void keep(Hypervisor member, Map<String, Object> reported) {
        Object state = member.facts().get(Facts.CLOUD);
        if (state == null) {
            reported.remove(Facts.CLOUD);
            return;
        }
        reported.put(Facts.CLOUD, state);
    }
}
