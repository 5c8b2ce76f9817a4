package dev.posada.storage;

import dev.posada.driver.Ability;
import dev.posada.driver.DomainRecord;
import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import dev.posada.driver.LiveDomain;
import dev.posada.driver.LiveListener;
import dev.posada.driver.StartRequest;
import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.Optional;
import java.util.Set;

/** A hypervisor that runs nothing: for connections whose storage is all that matters. */
final class EmptyHypervisor implements DriverProvider {
    @Override
    public String scheme() {
        return "empty";
    }

    @Override
    public HypervisorDriver open(DriverContext context) {
        return new Driver();
    }

    private static final class Driver implements HypervisorDriver {
        @Override
        public String type() {
            return "EMPTY";
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
            return 1;
        }

        @Override
        public int maxVcpus(String domainType) {
            return 1;
        }

        @Override
        public Element capabilities() {
            return Element.of("capabilities");
        }

        @Override
        public Element domainCapabilities(
                Optional<String> emulator,
                Optional<String> architecture,
                Optional<String> machine,
                Optional<String> type) {
            return Element.of("domainCapabilities");
        }

        @Override
        public DomainDefinition complete(DomainDefinition definition) {
            return definition;
        }

        @Override
        public LiveDomain start(StartRequest request, LiveListener listener) {
            throw new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.NONE, "nothing runs here");
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
}
