package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainBackupBeginArgs;
import dev.posada.protocol.RemoteDomainBackupGetXmlDescArgs;
import org.jspecify.annotations.Nullable;

/** The backup of a running domain's disks: at most one at a time, a job of the domain while it lasts. */
public final class DomainBackup {
    private static final int REUSE_EXTERNAL = 1;

    private final Connection connection;
    private final DomainRef domain;

    DomainBackup(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /**
     * Begins one.
     *
     * @param checkpointXml a checkpoint to set at the same moment; absent for none
     * @param reuseFiles whether to write into files that are there already
     */
    public void begin(String xml, @Nullable String checkpointXml, boolean reuseFiles) {
        connection
                .remote()
                .domainSnapshot()
                .domainBackupBegin(
                        new RemoteDomainBackupBeginArgs(domain, xml, checkpointXml, reuseFiles ? REUSE_EXTERNAL : 0));
    }

    /** The document of the one that is under way. */
    public String xml() {
        return connection
                .remote()
                .domainSnapshot()
                .domainBackupGetXmlDesc(new RemoteDomainBackupGetXmlDescArgs(domain, 0))
                .xml();
    }
}
