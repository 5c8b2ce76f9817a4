package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageArgs;

/** The memory of a domain, put to rest on disk under the daemon's care: its next start goes on from there. */
public final class ManagedSave {
    private final Connection connection;
    private final DomainRef domain;

    ManagedSave(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** Whether there is one. */
    public boolean exists() {
        return connection
                        .remote()
                        .domainSave()
                        .domainHasManagedSaveImage(new RemoteDomainHasManagedSaveImageArgs(domain, 0))
                        .result()
                != 0;
    }
}
