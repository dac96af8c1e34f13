package io.bessemer.conductor.flow;

import io.bessemer.conductor.engine.Step;
import io.bessemer.conductor.engine.StepContext;
import io.bessemer.conductor.engine.StepResult;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ImageLibrary.BootParts;
import io.bessemer.core.image.ImageLibrary.ImageInfo;
import io.bessemer.core.image.ImageLibrary.ImageStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Has what the machine is to boot imported, and notes it with the node.
record RequestBootFiles(Tools tools) implements Step {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "import boot files";
    }

    @Override
    public StepResult run(StepContext context) {
        BootParts parts = InstanceRamdisk.named(context.node());
        try {
            if (parts.isEmpty()) {
                parts = tools.images().bootParts(RequestImage.source(context.node()).source());
            }
        } catch (Failure.Hardware e) {
            return e.retryable() ? new StepResult.Retry(AGAIN, e.getMessage()) : StepResult.failed(e.getMessage());
        } catch (Failure e) {
            return StepResult.failed(e.getMessage());
        }
        List<String> wanted = parts.iso() != null ? List.of(parts.iso()) : List.of(parts.kernel(), parts.ramdisk());
        List<String> ids = new ArrayList<>();
        for (String source : wanted) {
            switch (tools.images().requestFile(InstanceRamdisk.file(context.node(), source))) {
                case ImageStatus.Ready(ImageInfo file) -> ids.add(file.id());
                case ImageStatus.Importing(long done, long total) -> {
                    String what = total > 0 ? "%s, %d %% fetched".formatted(source, done * 100 / total) : "%s, %d MB fetched".formatted(source, done / 1_000_000);
                    return new StepResult.Wait(context.within(tools.settings().imageTimeout()), context.now().plusSeconds(1), what, true);
                }
                case ImageStatus.Failed(String reason, boolean retryable) -> {
                    return retryable ? new StepResult.Retry(AGAIN, reason) : StepResult.failed(reason);
                }
            }
        }
        InstanceRamdisk ramdisk = ids.size() == 1 ? InstanceRamdisk.iso(ids.getFirst()) : InstanceRamdisk.kernel(context.node(), ids.getFirst(), ids.getLast());
        context.edit(ramdisk::keptBy);
        return StepResult.done();
    }
}
