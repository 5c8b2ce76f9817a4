package dev.posada.engine;

import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.Content;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What stands where a hypervisor would in {@code posada:///system}, the view of all kinds: it answers for all drivers
 * what is asked of none in particular. Domains are never its own.
 */
final class AllKinds implements HypervisorDriver {
    private final List<HypervisorDriver> drivers;
    private final long version;

    /**
     * @param drivers those it answers for, the default one first
     * @param version as {@link #version()}
     */
    AllKinds(List<HypervisorDriver> drivers, long version) {
        this.drivers = List.copyOf(drivers);
        this.version = version;
    }

    @Override
    public String type() {
        return "Posada";
    }

    @Override
    public ErrorOrigin origin() {
        return ErrorOrigin.NONE;
    }

    @Override
    public Set<String> domainTypes() {
        var types = new TreeSet<String>();
        drivers.forEach(driver -> types.addAll(driver.domainTypes()));
        return types;
    }

    @Override
    public Set<Ability> abilities() {
        var abilities = EnumSet.noneOf(Ability.class);
        drivers.forEach(driver -> abilities.addAll(driver.abilities()));
        return abilities;
    }

    /** Posada's own. */
    @Override
    public long version() {
        return version;
    }

    @Override
    public int maxVcpus(String domainType) {
        return ofType(domainType).maxVcpus(domainType);
    }

    /** The host once, and the guests of all kinds. */
    @Override
    public Element capabilities() {
        var documents = drivers.stream().map(HypervisorDriver::capabilities).toList();
        var guests = new GuestCapabilities();
        documents.forEach(document -> document.children("guest").forEach(guests::add));
        var parts = new ArrayList<Content>(documents.getFirst().children());
        parts.removeIf(part -> part instanceof Element element && element.name().equals("guest"));
        parts.addAll(guests.all());
        return Element.of("capabilities").withContent(parts);
    }

    @Override
    public Element domainCapabilities(
            Optional<String> emulator, Optional<String> architecture, Optional<String> machine, Optional<String> type) {
        return ofType(type.orElse("")).domainCapabilities(emulator, architecture, machine, type);
    }

    @Override
    public List<String> cpuModels(String architecture) {
        return drivers.getFirst().cpuModels(architecture);
    }

    @Override
    public String nativeCommand(String format, DomainDefinition definition) {
        return ofType(definition.type()).nativeCommand(format, definition);
    }

    /** By the first kind that has the format. */
    @Override
    public Element fromNative(String format, String configuration) {
        var refused = PosadaException.unsupportedCall(origin(), "virConnectDomainXMLFromNative");
        for (var driver : drivers) {
            try {
                return driver.fromNative(format, configuration);
            } catch (PosadaException e) {
                refused = e.code() == ErrorCode.NO_SUPPORT ? refused : e;
            }
        }
        throw refused;
    }

    @Override
    public DomainDefinition complete(DomainDefinition definition) {
        return ofType(definition.type()).complete(definition);
    }

    private HypervisorDriver ofType(String type) {
        return type.isEmpty()
                ? drivers.getFirst()
                : drivers.stream()
                        .filter(driver -> driver.domainTypes().contains(type))
                        .findFirst()
                        .orElseThrow(() -> new PosadaException(
                                ErrorCode.INVALID_ARG,
                                ErrorOrigin.NONE,
                                "unknown virttype: " + type + "; there are " + String.join(", ", domainTypes())));
    }

    @Override
    public LiveDomain start(StartRequest request, LiveListener listener) {
        throw PosadaException.unsupportedCall(origin(), "virDomainCreate");
    }

    @Override
    public Optional<LiveDomain> recover(DomainRecord record, LiveListener listener) {
        return Optional.empty();
    }

    /** The drivers are others' to close. */
    @Override
    public void close() {
        // Nothing is held.
    }
}
