package dev.posada.engine;

import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What stands where a hypervisor would, in a connection to one kind of a host's objects, as {@code storage:///system}.
 * Which calls such a connection takes is {@link #admit}'s to say; the others are refused before they get anywhere.
 */
final class NoHypervisor implements HypervisorDriver {
    /** The part of a function's name that says that it is about the objects, by the word for the connection. */
    private static final Map<String, String> OBJECTS = Map.of(
            "storage", "Storage",
            "network", "Network",
            "secret", "Secret",
            "nodedev", "Device",
            "nwfilter", "NWFilter",
            "interface", "Interface");

    /** What can be asked of any connection. */
    private static final Set<String> OF_ANY = Set.of(
            "virConnectOpen",
            "virConnectClose",
            "virConnectGetType",
            "virConnectGetVersion",
            "virConnectGetLibVersion",
            "virConnectGetURI",
            "virConnectIsSecure",
            "virConnectSupportsFeature",
            "virConnectSetIdentity",
            "virConnectRegisterCloseCallback",
            "virConnectUnregisterCloseCallback");

    private final String word;

    private NoHypervisor(String word) {
        this.word = word;
    }

    /** What stands for the hypervisor of connections with this scheme; nothing when it is no kind of objects. */
    static Optional<NoHypervisor> of(String scheme) {
        return OBJECTS.containsKey(scheme) ? Optional.of(new NoHypervisor(scheme)) : Optional.empty();
    }

    /** Refuses what is not about the objects. */
    void admit(Operation operation) {
        var api = operation.api();
        boolean about = !api.startsWith("virDomain") && api.contains(OBJECTS.getOrDefault(word, api));
        if (!about && !OF_ANY.contains(api)) {
            throw PosadaException.unsupportedCall(origin(), api);
        }
    }

    @Override
    public String type() {
        return word;
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.NONE;
    }

    @Override
    public Set<String> domainTypes() {
        return Set.of();
    }

    @Override
    public Set<Ability> abilities() {
        return Set.of();
    }

    @Override
    public long version() {
        throw PosadaException.unsupportedCall(origin(), "virConnectGetVersion");
    }

    @Override
    public int maxVcpus(String domainType) {
        throw PosadaException.unsupportedCall(origin(), "virConnectGetMaxVcpus");
    }

    @Override
    public Element capabilities() {
        throw PosadaException.unsupportedCall(origin(), "virConnectGetCapabilities");
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        throw PosadaException.unsupportedCall(origin(), "virConnectGetDomainCapabilities");
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        throw PosadaException.unsupportedCall(origin(), "virDomainDefineXML");
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        throw PosadaException.unsupportedCall(origin(), "virDomainCreate");
    }

    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        return Optional.empty();
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
