package dev.posada.install;

import java.util.List;
import java.util.Optional;

/**
 * What the media of an installation contribute to the guest's first document.
 *
 * @param kernel the path of the kernel, where the hypervisor can read it
 * @param initrd the path of the initial file system
 * @param kernelArgs the kernel's command line
 * @param extraDrives images that are in a drive during the first start alone, such as the seed of cloud-init
 * @param minimumMemoryKib so much memory the first start needs; 0 when nothing is known
 */
record InstallBoot(
        Optional<String> kernel,
        Optional<String> initrd,
        Optional<String> kernelArgs,
        List<String> extraDrives,
        long minimumMemoryKib) {

    /** Nothing at all. */
    static final InstallBoot NOTHING =
            new InstallBoot(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), 0);

    InstallBoot {
        extraDrives = List.copyOf(extraDrives);
    }
}
