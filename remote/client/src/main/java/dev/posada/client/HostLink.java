package dev.posada.client;

import dev.posada.protocol.HostInterfaceStub;
import dev.posada.protocol.InterfaceRef;
import dev.posada.protocol.RemoteInterfaceCreateArgs;
import dev.posada.protocol.RemoteInterfaceDestroyArgs;
import dev.posada.protocol.RemoteInterfaceGetXmlDescArgs;
import dev.posada.protocol.RemoteInterfaceIsActiveArgs;
import dev.posada.protocol.RemoteInterfaceUndefineArgs;

/** A network link of the host behind a {@link Connection}: a handle that asks the daemon for all but its names. */
public final class HostLink {
    private static final int XML_INACTIVE = 1;

    private final Connection connection;
    private final InterfaceRef ref;

    HostLink(Connection connection, InterfaceRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** As {@code eth0}. */
    public String name() {
        return ref.name();
    }

    /** Its hardware address; empty when it has none. */
    public String mac() {
        return ref.mac();
    }

    /** What it is now, as an XML document. */
    public String xml() {
        return calls().interfaceGetXmlDesc(new RemoteInterfaceGetXmlDescArgs(ref, 0))
                .xml();
    }

    /** What it is defined to be, as an XML document. */
    public String definition() {
        return calls().interfaceGetXmlDesc(new RemoteInterfaceGetXmlDescArgs(ref, XML_INACTIVE))
                .xml();
    }

    /** Whether packets can pass. */
    public boolean isActive() {
        return calls().interfaceIsActive(new RemoteInterfaceIsActiveArgs(ref)).active() != 0;
    }

    /** Brings it up as it is defined. */
    public void start() {
        calls().interfaceCreate(new RemoteInterfaceCreateArgs(ref, 0));
    }

    /** Takes it down. */
    public void destroy() {
        calls().interfaceDestroy(new RemoteInterfaceDestroyArgs(ref, 0));
    }

    /** Forgets its definition. */
    public void undefine() {
        calls().interfaceUndefine(new RemoteInterfaceUndefineArgs(ref));
    }

    private HostInterfaceStub calls() {
        return connection.remote().hostInterface();
    }
}
