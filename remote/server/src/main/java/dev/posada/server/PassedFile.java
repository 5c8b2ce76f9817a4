package dev.posada.server;

import dev.posada.driver.OpenFile;
import dev.posada.posix.Descriptor;

/** An open file of a client's, shown to those who answer its call; it is closed when the call is answered, not by them. */
record PassedFile(Descriptor descriptor) implements OpenFile {
    @Override
    public int number() {
        return descriptor.number();
    }

    @Override
    public void close() {
        // It is the call's.
    }
}
