package io.bessemer.db;

import io.bessemer.core.flow.Flow;
import io.bessemer.core.flow.FlowKind;
import io.bessemer.core.flow.FlowUpdate;
import io.bessemer.core.node.Change;
import io.bessemer.core.node.Node;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.node.NodeStore.CommitResult;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Commits for ever, and prints the node's version after each commit: to be killed.
final class CommittingProcess {
    private CommittingProcess() {
    }

    public static void main(String[] args) {
        Database database = Database.open(DatabaseSettings.embedded(), Path.of(args[0]), Clock.systemUTC());
        database.flowQueue((_, _) -> { });
        Node node = database.nodes().create(Node.builder(NodeId.of(args[1]), "fake").driverInfo(Map.of("ipmi_password", "pw")).build());
        while (true) {
            Flow flow = Flow.start(node.id(), FlowKind.DEPLOY, node.version() + 1, Map.of(), Clock.systemUTC().instant());
            CommitResult result = database.nodes().commit(new Change(node, node.toBuilder().attempt(flow.attempt()).build(), List.of(), List.of(),
                    new FlowUpdate.Start(flow)));
            node = ((CommitResult.Applied) result).node();
            System.out.println(node.version());
        }
    }
}
