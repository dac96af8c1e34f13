package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// The agent writes the image to the root device.
final class WriteImage extends AgentTask {
    WriteImage(Tools tools) {
        super(tools, "write image", "write_image", Duration.ofHours(3));
    }

    @Override
    Map<String, Object> params(StepContext context) {
        ImageInfo image = image(context);
        // below the address that the agent booted from, which differs from network to network
        String base = "/images/" + image.id();
        return Map.of(
                "image", Map.of("id", image.id(), "manifest", base + "/manifest.json", "chunks", base + "/chunks/", "virtual_size", image.virtualBytes()),
                "root_device", hints(context));
    }

    /// Ready a moment ago; it may be looked at just now whether its source has changed, for which this deploy does not wait.
    private ImageInfo image(StepContext context) {
        if (tools.images().request(RequestImage.source(context.node())) instanceof ImageStatus.Ready(ImageInfo newest)) {
            return newest;
        }
        return context.memo(Memo.IMAGE).flatMap(id -> tools.images().find((String) id))
                .orElseThrow(() -> new IllegalStateException("the image went away before it was written")); // tried again by the engine
    }

    /// `instance_info/root_device` goes before `properties/root_device`, as in Ironic.
    private static Map<String, Object> hints(StepContext context) {
        Object hints = context.node().instanceInfo().get("root_device");
        if (hints == null) {
            hints = context.node().properties().get("root_device");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        if (hints instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }

    @Override
    void begin(StepContext context) {
        context.edit(node -> node.toBuilder().deployStep(Map.of("interface", "deploy", "step", "write_image", "priority", 80)).build());
    }

    @Override
    StepResult accept(StepContext context, Map<String, Object> result) {
        Object device = result.get("device");
        context.note(Memo.DEVICE, device);
        context.edit(node -> node.toBuilder().internal("root_device", result).build());
        return StepResult.done();
    }
}
