package io.bessemer.agent.disk;

import io.bessemer.agent.protocol.ImageManifest;
import java.io.IOException;

/// Where the chunks of an image come from.
@FunctionalInterface
interface ChunkSource {
    /// Fetches a chunk's file.
    ///
    /// @return its length in `into`; one that differs from what the manifest says is treated as a wrong chunk
    /// @throws IOException when the source is away or the connection broke: the caller will try again
    int fetch(ImageManifest.Chunk chunk, byte[] into) throws IOException;
}
