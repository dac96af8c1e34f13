package io.bessemer.cli.image;

import io.bessemer.cli.CommandFailure;
import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.client.ApiException;
import io.bessemer.cli.client.BessemerClient;
import io.bessemer.cli.client.ServerOptions;
import io.bessemer.cli.terminal.Confirmation;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.images.ImageDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// The files are this machine's, but only a server knows who uses them: it is asked when one answers.
@Command(name = "remove", description = {"Remove an image from this machine, unless the server says that a host profile or a node uses it.",
    "An image with several names loses this one."})
final class ImageRemove implements Callable<Integer> {
    private static final int NAMED_USERS = 5;
    private static final List<String> WHERE_USED = List.of("/instance_info/image_source", "/driver_internal_info/instance_ramdisk/iso",
            "/driver_internal_info/instance_ramdisk/kernel", "/driver_internal_info/instance_ramdisk/initramfs");

    private final Terminal terminal;

    @Parameters(paramLabel = "NAME", description = "Its name or id.")
    private String name;

    @Option(names = "--force", description = "Also when it is used: hosts that want it fail until it is there again.")
    private boolean force;

    @Mixin
    private Confirmation confirmation;

    @Mixin
    private DataDirectory data;

    @Mixin
    private ServerOptions options;

    ImageRemove(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (ImageDirectory images = ImageWork.open(data)) {
            ImageInfo image = images.find(name).orElseThrow(() -> new CommandFailure("There is no image '%s' in %s. There are: %s.".formatted(name,
                    images.directory(), images.list().isEmpty() ? "none" : String.join(", ", images.list().stream().map(ImageInfo::name).toList()))));
            Optional<List<String>> users = users(image);
            if (!force && users.isPresent() && !users.get().isEmpty()) {
                throw new CommandFailure("%s is used by %s%s. Give them another image first, or --force.".formatted(name,
                        String.join(", ", users.get().subList(0, Math.min(NAMED_USERS, users.get().size()))),
                        users.get().size() > NAMED_USERS ? " and %d more".formatted(users.get().size() - NAMED_USERS) : ""));
            }
            confirmation.require(terminal, "Remove image %s (%s)%s?".formatted(name, ImageWork.megabytes(image.storedBytes()),
                    users.isEmpty() ? ", with no server to ask whether it is used" : ""), options.json());
            images.remove(name);
        }
        terminal.line("%s", options.json() ? BessemerClient.pretty(Map.of("removed", name)) : "%s is removed.".formatted(name));
        return 0;
    }

    /// Profiles and nodes that name it; nothing when no server answers.
    private Optional<List<String>> users(ImageInfo image) throws InterruptedException {
        return options.ask(client -> {
            try {
                List<String> users = new ArrayList<>();
                for (JsonNode profile : client.list("/v1/host_profiles?detail=true", "host_profiles")) {
                    if (is(image, profile.path("image"))) {
                        users.add("host profile " + profile.path("name").asString(""));
                    }
                }
                for (JsonNode node : client.nodes()) {
                    if (WHERE_USED.stream().anyMatch(where -> is(image, node.at(where)))) {
                        users.add("node %s (%s)".formatted(node.path("name").asString(node.path("uuid").asString("")), node.path("provision_state").asString("")));
                    }
                }
                return Optional.of(users);
            } catch (ApiException e) {
                if (e.status() == 0) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private boolean is(ImageInfo image, JsonNode source) {
        String text = source.asString("");
        return text.equals(name) || text.equals(image.id()) || text.equals(image.name());
    }
}
