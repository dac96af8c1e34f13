package io.bessemer.conductor.flow;

import io.bessemer.core.flow.Flow;

/// Keys of a flow's memo.
public final class Memo {
    /// start of the agent session that the flow works with; absent when there is none
    public static final String SESSION = "session";
    /// how often this flow has started the machine again
    public static final String BOOTS = "boots";
    /// when the machine was last seen to be on after we asked for it
    public static final String POWERED_ON_AT = "powered_on_at";
    /// the machine shall find a ramdisk when it boots from the network
    public static final String NETBOOT = "netboot";
    /// it has its turn under the concurrency limit
    public static final String SLOT = "slot";
    /// the imaged host proves itself with this
    public static final String HOST_TOKEN = "host_token";
    /// device that the image was written to
    public static final String DEVICE = "device";
    /// how far the import of the image was when the timeline was last told, in percent
    static final String IMPORT_TOLD = "import_told";
    /// id of the image that was ready
    static final String IMAGE = "image";
    static final String ASKED_AT = "asked_at";

    private Memo() {
    }

    /// Whether the machine of this flow shall boot a ramdisk when it asks the network.
    public static boolean netboots(Flow flow) {
        return Boolean.TRUE.equals(flow.memo().get(NETBOOT));
    }
}
