package dev.posada.install;

import java.util.Optional;

/** What the first start of a guest boots from. */
sealed interface InstallSource {

    /** Nothing is installed: the disks hold a system, or something outside brings one. */
    record None() implements InstallSource {}

    /**
     * A medium in the guest's drive.
     *
     * @param path absolute, or a URL that the hypervisor reads itself
     */
    record Cdrom(String path) implements InstallSource {}

    /**
     * A tree or an image out of which a kernel is taken.
     *
     * @param location a URL, a folder or an image
     * @param kernel where the kernel is in it; empty when it is to be found
     * @param initrd where the initial file system is in it; given exactly when the kernel is
     */
    record Location(String location, Optional<String> kernel, Optional<String> initrd) implements InstallSource {}

    /** A kernel that was named outright ({@code --install kernel=}); at least one of the two is there. */
    record Kernel(Optional<String> kernel, Optional<String> initrd) implements InstallSource {}

    /** A device of the guest, such as {@code network} for PXE. */
    record BootDevice(String device) implements InstallSource {}
}
