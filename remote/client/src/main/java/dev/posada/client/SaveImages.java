package dev.posada.client;

import dev.posada.protocol.RemoteDomainRestoreArgs;
import dev.posada.protocol.RemoteDomainRestoreFlagsArgs;
import dev.posada.protocol.RemoteDomainSaveImageDefineXmlArgs;
import dev.posada.protocol.RemoteDomainSaveImageGetXmlDescArgs;
import org.jspecify.annotations.Nullable;

/** Files on the daemon's host that hold the memory of domains; {@link DomainMemory#save} writes them. */
public final class SaveImages {
    private final Connection connection;

    SaveImages(Connection connection) {
        this.connection = connection;
    }

    /**
     * Starts a domain from a file.
     *
     * @param file an absolute path on the daemon's host
     * @param xml the document to start it with; absent for the one in the file
     */
    public void restore(String file, @Nullable String xml, Flag.Save... flags) {
        int bits = DomainMemory.bits(flags);
        var calls = connection.remote().domainSave();
        if (bits == 0 && xml == null) {
            calls.domainRestore(new RemoteDomainRestoreArgs(file));
        } else {
            calls.domainRestoreFlags(new RemoteDomainRestoreFlagsArgs(file, xml, bits));
        }
    }

    /** The document in a file. */
    public String xml(String file, Flag.Xml... flags) {
        return connection
                .remote()
                .domainSave()
                .domainSaveImageGetXmlDesc(new RemoteDomainSaveImageGetXmlDescArgs(file, Flag.bits(flags)))
                .xml();
    }

    /**
     * Changes the document in a file.
     *
     * @param flags whether the domain will run or be paused; neither leaves that as it is
     */
    public void define(String file, String xml, Flag.Save... flags) {
        connection
                .remote()
                .domainSave()
                .domainSaveImageDefineXml(new RemoteDomainSaveImageDefineXmlArgs(file, xml, DomainMemory.bits(flags)));
    }
}
