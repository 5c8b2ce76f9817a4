package dev.posada.client;

import dev.posada.protocol.NwfilterBindingRef;
import dev.posada.protocol.RemoteNwfilterBindingDeleteArgs;
import dev.posada.protocol.RemoteNwfilterBindingGetXmlDescArgs;

/** A packet filter on a link of the host: a handle that asks the daemon for all but its names. */
public final class PacketFilterBinding {
    private final Connection connection;
    private final NwfilterBindingRef ref;

    PacketFilterBinding(Connection connection, NwfilterBindingRef ref) {
        this.connection = connection;
        this.ref = ref;
    }

    /** The link, as {@code vnet0}. */
    public String link() {
        return ref.portdev();
    }

    /** The name of the filter. */
    public String filter() {
        return ref.filtername();
    }

    /** Who is filtered and how, as an XML document. */
    public String xml() {
        return connection
                .remote()
                .nwfilter()
                .nwfilterBindingGetXmlDesc(new RemoteNwfilterBindingGetXmlDescArgs(ref, 0))
                .xml();
    }

    /** Takes the filter from the link. */
    public void delete() {
        connection.remote().nwfilter().nwfilterBindingDelete(new RemoteNwfilterBindingDeleteArgs(ref));
    }
}
