package dev.posada.client;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainHasManagedSaveImageArgs;
import dev.posada.protocol.RemoteDomainManagedSaveArgs;
import dev.posada.protocol.RemoteDomainManagedSaveDefineXmlArgs;
import dev.posada.protocol.RemoteDomainManagedSaveGetXmlDescArgs;
import dev.posada.protocol.RemoteDomainManagedSaveRemoveArgs;

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

    /** Writes the running domain's memory and ends the instance; returns when all is written. */
    public void save(Flag.Save... flags) {
        connection
                .remote()
                .domainSave()
                .domainManagedSave(new RemoteDomainManagedSaveArgs(domain, DomainMemory.bits(flags)));
    }

    /** Removes it: the next start is a fresh boot. */
    public void remove() {
        connection.remote().domainSave().domainManagedSaveRemove(new RemoteDomainManagedSaveRemoveArgs(domain, 0));
    }

    /** The document of the domain as it was saved. */
    public String xml(Flag.Xml... flags) {
        return connection
                .remote()
                .domainSave()
                .domainManagedSaveGetXmlDesc(new RemoteDomainManagedSaveGetXmlDescArgs(domain, Flag.bits(flags)))
                .xml();
    }

    /**
     * Changes the document that the domain will go on with.
     *
     * @param flags whether it will run or be paused; neither leaves that as it is
     */
    public void define(String xml, Flag.Save... flags) {
        connection
                .remote()
                .domainSave()
                .domainManagedSaveDefineXml(
                        new RemoteDomainManagedSaveDefineXmlArgs(domain, xml, DomainMemory.bits(flags)));
    }
}
