package dev.posada.client;

import dev.posada.protocol.NwfilterRef;
import dev.posada.protocol.RemoteNwfilterGetXmlDescArgs;
import dev.posada.protocol.RemoteNwfilterUndefineArgs;
import java.util.UUID;

/** A packet filter of a {@link Connection}: a handle that asks the daemon for everything but its name and uuid. */
public final class PacketFilter {
    private final Connection connection;
    private final NwfilterRef ref;

    PacketFilter(Connection connection, NwfilterRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    public String name() {
        return ref.name();
    }

    /** What names it for good. */
    public UUID uuid() {
        return ref.uuid();
    }

    /** Its rules, as an XML document. */
    public String xml() {
        return connection
                .remote()
                .nwfilter()
                .nwfilterGetXmlDesc(new RemoteNwfilterGetXmlDescArgs(ref, 0))
                .xml();
    }

    /** Forgets it; refused while an interface uses it. */
    public void undefine() {
        connection.remote().nwfilter().nwfilterUndefine(new RemoteNwfilterUndefineArgs(ref));
    }
}
