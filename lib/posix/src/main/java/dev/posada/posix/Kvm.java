package dev.posada.posix;

import java.nio.file.Path;

/** The kernel's hypervisor, by its device; Documentation/virt/kvm/api.rst of the kernel. */
public final class Kvm {
    private static final long GET_API_VERSION = 0xAE00;
    private static final long CREATE_VM = 0xAE01;

    private static final NativeCall IOCTL = NativeCall.of("ioctl");

    private Kvm() {}

    /**
     * Asks the device for its interface and has it make a virtual machine, which goes at once.
     *
     * @return the version of the interface, 12 for as long as there have been stable ones
     * @throws PosixException when the device cannot be opened, is none, or makes no machine
     */
    public static int tryOut(Path device) {
        try (var kvm = Descriptor.open(device, OpenFlag.READ_WRITE)) {
            int version = IOCTL.checked(device.toString(), kvm.number(), GET_API_VERSION, 0);
            int machine = IOCTL.checked(device.toString(), kvm.number(), CREATE_VM, 0);
            Descriptor.adopt(machine).close();
            return version;
        }
    }
}
