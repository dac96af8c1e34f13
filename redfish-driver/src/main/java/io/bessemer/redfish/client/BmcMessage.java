package io.bessemer.redfish.client;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What a BMC says of an outcome: an entry of `@Message.ExtendedInfo`, DSP0266 "Error responses".
///
/// @param id         `Base.1.8.ActionParameterMissing`, or empty
/// @param text       in the BMC's words, or empty
/// @param resolution what it advises, or empty
/// @param about      the properties that it names, and its arguments
public record BmcMessage(String id, String text, String resolution, List<String> about) {
    private static final int MOST = 8;
    private static final int LONGEST = 400;
    private static final int LONGEST_OF_ALL = 900;

    public BmcMessage {
        id = line(id);
        text = line(text);
        resolution = line(resolution);
        about = List.copyOf(about);
    }

    /// Of an error's body, or of a body that carries messages beside its content. Bodies that are not as they should be give what they can.
    static List<BmcMessage> of(JsonNode body) {
        JsonNode error = body.path("error");
        List<BmcMessage> found = new ArrayList<>();
        for (JsonNode where : List.of(error.path("@Message.ExtendedInfo"), body.path("@Message.ExtendedInfo"), body.path("Messages"))) {
            if (where.isObject()) { // Supermicro X11 sends one object where a list belongs
                found.add(one(where));
            }
            for (JsonNode entry : where.isArray() ? where : List.<JsonNode>of()) {
                if (found.size() < MOST) {
                    found.add(one(entry));
                }
            }
        }
        String code = error.path("code").asString("");
        String text = error.path("message").asString("");
        if (found.isEmpty() && !(code.isEmpty() && text.isEmpty())) {
            return List.of(new BmcMessage(code, text, "", List.of()));
        }
        return List.copyOf(found);
    }

    private static BmcMessage one(JsonNode entry) {
        Set<String> about = new LinkedHashSet<>();
        for (String list : List.of("RelatedProperties", "MessageArgs", "MessageArgs@odata.count")) {
            entry.path(list).valueStream().limit(MOST).forEach(value -> about.add(line(value.asString(""))));
        }
        String id = entry.path("MessageId").asString(entry.path("MessageID").asString(""));
        String text = entry.path("Message").asString("");
        String resolution = entry.path("Resolution").asString("");
        return new BmcMessage(id, text.isEmpty() ? String.join(", ", about) : text, resolution.equals("None") || resolution.equals("None.") ? "" : resolution,
                List.copyOf(about));
    }

    boolean is(String key) {
        return id.equals(key) || id.endsWith("." + key);
    }

    boolean mentions(String word) {
        return id.contains(word) || text.contains(word) || about.stream().anyMatch(one -> one.contains(word));
    }

    /// What was said, in one line of bounded length; empty when nothing was.
    static String sentence(List<BmcMessage> messages) {
        return cut(messages.stream().map(BmcMessage::toString).distinct().collect(Collectors.joining("; ")), LONGEST_OF_ALL);
    }

    /// `iDRAC.2.8.SYS428: The server is on already. (No response action is required.)`
    @Override
    public String toString() {
        String said = id.isEmpty() ? text : text.isEmpty() ? id : id + ": " + text;
        return resolution.isEmpty() ? said : "%s (%s)".formatted(said, resolution);
    }

    static String line(String text) {
        return cut(text == null ? "" : text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip(), LONGEST);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
