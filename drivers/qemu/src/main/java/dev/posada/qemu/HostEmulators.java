package dev.posada.qemu;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The emulators of this host, each probed once and remembered. Safe for use by any number of threads: one binary is
 * probed by one thread at a time, different binaries at once.
 */
final class HostEmulators implements Emulators {
    private final Path cacheDirectory;

    /**
     * @param cacheDirectory where what was found out is kept; made when first needed
     * @param scratchDirectory for the sockets of probes; made when first needed
     */
    HostEmulators(Path cacheDirectory, Path scratchDirectory) {
        this.cacheDirectory = cacheDirectory.resolve(scratchDirectory.getFileName());
    }

    @Override
    public List<Path> found() {
        return List.of();
    }

    @Override
    public Optional<Path> forArchitecture(String architecture) {
        return Optional.empty();
    }

    @Override
    public QemuCapabilities capabilities(Path emulator) {
        throw new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.QEMU, "cannot probe yet: " + cacheDirectory);
    }
}
