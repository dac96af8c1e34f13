package io.bessemer.images.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HypervisorKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvmHostImagePackagesTest {
    /// A first boot would otherwise make another host than the image.
    @ParameterizedTest
    @EnumSource(value = HypervisorKind.class, names = {"KVM", "QEMU"})
    void the_image_has_what_a_first_boot_installs(HypervisorKind kind) {
        assertThat(KvmHostImage.PACKAGES).containsAll(HostPackages.of(kind));
    }
}
