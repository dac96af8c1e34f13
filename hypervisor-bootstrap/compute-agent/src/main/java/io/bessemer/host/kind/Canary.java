package io.bessemer.host.kind;

import java.nio.file.Path;

/// @param kernel  of the host
/// @param initrd  that prints the kernel argument `canary` and powers off
/// @param root    the same as a folder, for containers: `/init WORD FILE`
/// @param console file of the host
/// @param word    not to be guessed, so that an old console proves nothing
public record Canary(String name, Path kernel, Path initrd, Path root, Path console, String word) {}
