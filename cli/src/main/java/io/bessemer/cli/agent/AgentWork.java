package io.bessemer.cli.agent;

import io.bessemer.cli.DataDirectory;
import io.bessemer.cli.terminal.Terminal;
import io.bessemer.cli.terminal.WorkProgress;
import io.bessemer.images.build.ComputeAgentArchive;
import java.io.IOException;

/// Builds the archive of the compute agent, if it is not up to date, and shows how far it is.
public final class AgentWork {
    private AgentWork() {}

    public static ComputeAgentArchive.Built build(Terminal terminal, DataDirectory data) throws IOException {
        var progress = new WorkProgress(terminal, "Agent  ");
        ComputeAgentArchive.Built built = new ComputeAgentArchive(DataDirectory.computeAgentBuild()).build(data.boot(), data.cache(), progress);
        progress.done("%s: %s, %.0f MB".formatted(built.built() ? "built" : "up to date", built.archive().name(), built.bytes() / 1e6));
        return built;
    }
}
