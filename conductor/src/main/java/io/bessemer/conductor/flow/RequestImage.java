package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import io.bessemer.core.node.Node;
import java.time.Duration;
import java.util.Map;

/// Has the image imported. The first such step only begins it, so that it goes on while the machine boots; the second waits.
record RequestImage(Tools tools, String name, boolean blocking) implements Step {
    /// What `instance_info` says of the image, by Ironic's keys.
    static ImageSource source(Node node) {
        Map<String, Object> info = node.instanceInfo();
        String algorithm = text(info, "image_os_hash_algo");
        String value = text(info, "image_os_hash_value");
        if (value == null && text(info, "image_checksum") != null) {
            value = text(info, "image_checksum");
            algorithm = switch (value.length()) {
                case 64 -> "sha256";
                case 128 -> "sha512";
                case 32 -> "md5";
                default -> null; // the URL of a checksum file, or nonsense: the library says
            };
        }
        return new ImageSource(text(info, "image_source"), algorithm, value, text(info, "image_disk_format"));
    }

    private static String text(Map<String, Object> info, String key) {
        return info.get(key) instanceof String text && !text.isBlank() ? text : null;
    }

    @Override
    public StepResult run(StepContext context) {
        ImageSource source = source(context.node());
        return switch (tools.images().request(source)) {
            case ImageStatus.Ready _ -> StepResult.done();
            case ImageStatus.Importing(long done, long total) when blocking -> waiting(context, done, total);
            case ImageStatus.Importing _ -> StepResult.done();
            case ImageStatus.Failed(String reason, boolean retryable) -> retryable
                    ? new StepResult.Retry(Duration.ofSeconds(5), reason) : StepResult.failed(reason);
        };
    }

    private StepResult waiting(StepContext context, long done, long total) {
        String what = total > 0 ? "the image, %d %% imported".formatted(done * 100 / total) : "the image, %d MB imported".formatted(done / 1_000_000);
        return new StepResult.Wait(context.within(tools.settings().imageTimeout()), context.now().plusSeconds(1), what, true);
    }
}
