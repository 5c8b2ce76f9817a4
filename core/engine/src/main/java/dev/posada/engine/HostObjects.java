package dev.posada.engine;

import java.util.Optional;

/**
 * What a host, or one connection, has besides domains, pools and networks.
 *
 * @param secrets passphrases and keys
 */
record HostObjects(Optional<SecretHost> secrets) {
    static final HostObjects NONE = new HostObjects(Optional.empty());

    /** Brings back what earlier daemons left. */
    void load() {
        secrets.ifPresent(SecretHost::load);
    }
}
