package io.bessemer.pxe.tftp;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What client and server agree on for one transfer.
///
/// @param granted what the OACK says; empty means that none is sent
record TransferOptions(int blockSize, int windowSize, Duration timeout, Map<String, String> granted) {
    /// RFC 1350's
    static final int DEFAULT_BLOCK_SIZE = 512;
    /// a DATA of this size fits an Ethernet frame; larger ones would be sent in fragments, which much firmware cannot join
    static final int LARGEST_BLOCK_SIZE = 1468;
    static final int LARGEST_WINDOW = 64;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

    /// Options with values out of their bounds, and unknown ones, are left out of the answer, as RFC 2347 §2 asks.
    static TransferOptions negotiate(Map<String, String> asked, long fileSize) {
        var granted = new LinkedHashMap<String, String>();
        int blockSize = DEFAULT_BLOCK_SIZE;
        OptionalLong askedBlockSize = number(asked.get("blksize"), 8, 65464);
        if (askedBlockSize.isPresent()) {
            blockSize = (int) Math.min(askedBlockSize.getAsLong(), LARGEST_BLOCK_SIZE);
            granted.put("blksize", Integer.toString(blockSize));
        }
        Duration timeout = DEFAULT_TIMEOUT;
        OptionalLong askedTimeout = number(asked.get("timeout"), 1, 255);
        if (askedTimeout.isPresent()) {
            timeout = Duration.ofSeconds(askedTimeout.getAsLong());
            granted.put("timeout", Long.toString(askedTimeout.getAsLong()));
        }
        if (asked.containsKey("tsize")) {
            granted.put("tsize", Long.toString(fileSize));
        }
        int windowSize = 1;
        OptionalLong askedWindow = number(asked.get("windowsize"), 1, 65535);
        if (askedWindow.isPresent()) {
            windowSize = (int) Math.min(askedWindow.getAsLong(), LARGEST_WINDOW);
            granted.put("windowsize", Integer.toString(windowSize));
        }
        return new TransferOptions(blockSize, windowSize, timeout, granted);
    }

    private static OptionalLong number(String text, long lowest, long highest) {
        return Optional.ofNullable(text).filter(value -> value.matches("[0-9]{1,9}")).map(Long::parseLong)
                .filter(value -> value >= lowest && value <= highest).map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
