package io.bessemer.host;

import java.util.HashMap;
import java.util.Map;

/// Short lines for the journal and the serial console.
final class Console {
    private static final Map<String, String> LAST = new HashMap<>();

    private Console() {}

    static void say(String message) {
        System.out.println("bessemer-compute-agent: " + message);
    }

    /// Only when it is not what was said last about the subject.
    static synchronized void sayOnce(String subject, String message) {
        if (!message.equals(LAST.put(subject, message))) {
            say(subject + ": " + message);
        }
    }
}
