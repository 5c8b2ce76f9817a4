package dev.posada.qemu;

import dev.posada.driver.OpenFile;
import dev.posada.posix.Descriptor;

/** A descriptor of ours in somebody else's hands. */
record HandedFile(Descriptor descriptor) implements OpenFile {
    @Override
    public int number() {
        return descriptor.number();
    }

    @Override
    public OpenFile copy() {
        return new HandedFile(descriptor.duplicate());
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
