package dev.posada.image;

import java.util.Locale;
import java.util.Optional;

/** The formats of images that are known by name; which of them can be read or written is said by {@link Images}. */
public enum Format {
    RAW,
    QCOW2,
    VDI,
    VMDK,
    /** Virtual PC's format, files of which end in {@code .vhd}. */
    VPC,
    VHDX,
    /** Encrypted; recognised and described only. */
    LUKS,
    /** QEMU's first copy-on-write format; recognised only. */
    QCOW,
    /** QEMU's enhanced disk; recognised only. */
    QED,
    /** Parallels' format; recognised only. */
    PARALLELS,
    /** Apple's disk image; recognised only. */
    DMG,
    /** Bochs' growing image; recognised only. */
    BOCHS,
    /** A compressed loop image; recognised only. */
    CLOOP;

    /** The name QEMU and libvirt know the format by, such as {@code qcow2}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format of that name; {@code vhd} is understood as {@code vpc}. Empty when there is none of that name. */
    public static Optional<Format> named(String label) {
        for (var format : values()) {
            if (format.label().equals(label)) {
                return Optional.of(format);
            }
        }
        return label.equals("vhd") ? Optional.of(VPC) : Optional.empty();
    }

    @Override
    public String toString() {
        return label();
    }
}
