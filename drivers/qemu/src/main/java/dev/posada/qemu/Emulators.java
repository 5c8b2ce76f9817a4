package dev.posada.qemu;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The emulators of a host. */
interface Emulators {
    /** The emulators found on the host, each an executable file, in a stable order. */
    List<Path> found();

    /** The emulator taken for a guest architecture when a definition names none. */
    Optional<Path> forArchitecture(String architecture);

    /**
     * What an emulator can do. The first question about a binary runs it, later ones are answered from memory or from
     * the cache folder.
     *
     * @throws dev.posada.model.PosadaException when there is no such binary or it does not answer
     */
    QemuCapabilities capabilities(Path emulator);
}
