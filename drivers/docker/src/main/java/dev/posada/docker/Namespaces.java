package dev.posada.docker;

import dev.posada.driver.Abilities;
import dev.posada.driver.OpenFile;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.OpenFlag;
import dev.posada.posix.PosixException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The namespaces of a container's first program, for a program of the host that wants to enter. */
record Namespaces(Machinery machinery, DockerDomain domain) implements Abilities.HasNamespaces {
    /** In the order in which libvirt hands them over: the one of files last, for it takes the others' names away. */
    private static final List<String> KINDS = List.of("user", "ipc", "uts", "net", "pid", "mnt");

    /** One that is open. */
    private record Held(Descriptor descriptor) implements OpenFile {
        @Override
        public int number() {
            return descriptor.number();
        }

        @Override
        public OpenFile copy() {
            return new Held(descriptor.duplicate());
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }

    @Override
    public List<OpenFile> openNamespaces() {
        long process = domain.run().map(Sight::pid).orElse(0L);
        var held = new ArrayList<OpenFile>();
        try {
            for (var kind : KINDS) {
                held.add(
                        new Held(Descriptor.open(Path.of("/proc", Long.toString(process), "ns", kind), OpenFlag.READ)));
            }
        } catch (PosixException e) {
            held.forEach(OpenFile::close);
            throw refused("the namespaces of process " + process + " cannot be opened: " + e.getMessage());
        }
        // Looked at afterwards: what is open now is the container's only if the number was still its own.
        if (!machinery.isOf(process, domain.container())) {
            held.forEach(OpenFile::close);
            throw refused("its first program is not a process of this host");
        }
        return held;
    }

    private PosadaException refused(String why) {
        return new PosadaException(
                ErrorCode.OPERATION_FAILED,
                ErrorOrigin.DOMAIN,
                "cannot enter the container of domain '" + domain.definition().name() + "': " + why);
    }
}
