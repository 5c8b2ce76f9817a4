package dev.posada.server;

import dev.posada.driver.OpenFile;
import dev.posada.posix.Descriptor;

/**
 * An open file of a client's, shown to those who answer its call.
 *
 * @param ours whether it is closed when the call is answered, and not by those it is shown to
 */
record PassedFile(Descriptor descriptor, boolean ours) implements OpenFile {
    @Override
    public int number() {
        return descriptor.number();
    }

    @Override
    public OpenFile copy() {
        return new PassedFile(descriptor.duplicate(), false);
    }

    @Override
    public void close() {
        if (!ours) {
            descriptor.close();
        }
    }
}
