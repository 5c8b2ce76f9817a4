package dev.posada.engine;

/** The bits of libvirt's flags that calls about virtual networks and their ports take, one group per enumeration. */
final class NetworkFlags {
    // virNetworkXMLFlags
    static final int XML_INACTIVE = 1;

    // virNetworkDefineFlags, virNetworkCreateFlags
    static final int VALIDATE = 1;

    // virNetworkUpdateFlags
    static final int AFFECT_LIVE = 1;
    static final int AFFECT_CONFIG = 2;
    static final int AFFECT_ALL = 3;

    // virNetworkPortCreateFlags
    static final int PORT_RECLAIM = 1;
    static final int PORT_VALIDATE = 2;

    // virTypedParameterFlags: sent by every client that can read texts
    static final int TYPED_STRINGS = 4;

    private NetworkFlags() {}
}
