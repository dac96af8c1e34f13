package io.bessemer.core.image;

import java.util.Map;

/// Makes the ISO 9660 file system, labelled `config-2`, that cloud-init reads a config drive from.
public interface ConfigDriveWriter {
    /// @param files content by path: `openstack/latest/meta_data.json`
    byte[] iso(Map<String, byte[]> files);

    /// Before a machine boots for one.
    ///
    /// @throws RuntimeException when none can be made here, naming what is missing
    default void ready() {}
}
