package dev.posada.qemu;

/** Who runs the guest's instructions. */
enum Accelerator {
    /** The host's processor, through the kernel. */
    KVM,
    /** QEMU's own translator. */
    TCG;

    /** The word QEMU knows it by. */
    String word() {
        return this == KVM ? "kvm" : "tcg";
    }

    /** The value of {@code <domain type=…>} that asks for it. */
    String domainType() {
        return this == KVM ? "kvm" : "qemu";
    }
}
