package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import io.bessemer.core.node.Node;
import io.bessemer.core.timeline.BootPhase;
import java.time.Duration;
import java.util.Map;

/// Has the image imported. The first such step only begins it, so that it goes on while the machine boots; the second waits.
record RequestImage(Tools tools, String name, boolean blocking) implements Step {
    private static final int TOLD_EVERY_PERCENT = 25;

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
        return new ImageSource(text(info, "image_source"), algorithm, value, text(info, "image_disk_format"), text(node.properties(), "cpu_arch"),
                text(info, "image_pull_secret"));
    }

    static String text(Map<String, Object> info, String key) {
        return info.get(key) instanceof String text && !text.isBlank() ? text : null;
    }

    @Override
    public StepResult run(StepContext context) {
        ImageSource source = source(context.node());
        return switch (tools.images().request(source)) {
            case ImageStatus.Ready(ImageInfo image) -> ready(context, image);
            case ImageStatus.Importing(long done, long total) when blocking -> waiting(context, done, total);
            case ImageStatus.Importing _ -> begun(context, source);
            case ImageStatus.Failed(String reason, boolean retryable) -> retryable
                    ? new StepResult.Retry(Duration.ofSeconds(5), reason) : StepResult.failed(reason);
        };
    }

    private static StepResult begun(StepContext context, ImageSource source) {
        context.note(Memo.IMPORT_TOLD, 0);
        context.observe(BootPhase.COMMAND, "image", "image-import", "The image is imported while the machine boots", Map.of());
        return StepResult.done();
    }

    private static StepResult ready(StepContext context, ImageInfo image) {
        context.note(Memo.IMAGE, image.id());
        if (context.memo(Memo.IMPORT_TOLD).isPresent()) {
            context.note(Memo.IMPORT_TOLD, null);
            context.observe(BootPhase.COMMAND, "image", "image-imported", "The image is imported: %d MB of data on a disk of %d MB".formatted(image.dataBytes() / 1_000_000,
                    image.virtualBytes() / 1_000_000), Map.of("image", image.id(), "bytes", image.dataBytes()));
        }
        return StepResult.done();
    }

    private StepResult waiting(StepContext context, long done, long total) {
        int percent = total > 0 ? (int) (done * 100 / total) : 0;
        if (percent / TOLD_EVERY_PERCENT > context.memoInt(Memo.IMPORT_TOLD) / TOLD_EVERY_PERCENT) {
            context.note(Memo.IMPORT_TOLD, percent);
            context.observe(BootPhase.COMMAND, "image", "image-import", "The image is fetched and cut, %d %% of this part are done".formatted(percent), Map.of("percent", percent));
        }
        String what = total > 0 ? "the image, %d %% imported".formatted(done * 100 / total) : "the image, %d MB imported".formatted(done / 1_000_000);
        return new StepResult.Wait(context.within(tools.settings().imageTimeout()), context.now().plusSeconds(1), what, true);
    }
}
