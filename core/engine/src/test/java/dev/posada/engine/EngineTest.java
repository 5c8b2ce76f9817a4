package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.DriverContext;
import dev.posada.driver.DriverProvider;
import dev.posada.driver.HypervisorDriver;
import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    @TempDir
    Path root;

    @Test
    void anEmptyUriIsTheDefaultDrivers() {
        try (var house = new House(root)) {
            assertThat(house.engine().defaultUri()).isEqualTo("play:///session");
            assertThat(house.connection().uri()).isEqualTo("play:///session");
        }
    }

    @Test
    void howTheClientCameHereIsNoPartOfTheUri() {
        try (var house = new House(root);
                var connection = house.engine().open("play+unix://host/session?socket=/run/x", Caller.SELF)) {
            assertThat(connection.uri()).isEqualTo("play:///session");
        }
    }

    @Test
    void whatNoDriverAnswersIsRefusedByItsUri() {
        try (var house = new House(root)) {
            for (var uri : List.of("xen:///system", "nonsense", ":///", "a b")) {
                assertThatThrownBy(() -> house.engine().open(uri, Caller.SELF))
                        .isInstanceOfSatisfying(
                                PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_CONNECT))
                        .hasMessage("no connection driver available for " + uri);
            }
        }
    }

    @Test
    void aConnectionToStorageTakesCallsAboutStorageOnly() {
        try (var house = new House(root);
                var connection = house.engine().open("storage+unix:///session?socket=/run/x", Caller.SELF)) {
            assertThat(connection.uri()).isEqualTo("storage:///session");
            assertThat(connection.type()).isEqualTo("storage");
            connection.admit(Operation.query("virConnectNumOfStoragePools"));
            connection.admit(Operation.query("virStorageVolGetInfo"));
            connection.admit(Operation.query("virConnectGetLibVersion"));
            for (var other : List.of("virConnectNumOfDomains", "virConnectNumOfNetworks", "virConnectGetHostname")) {
                assertThatThrownBy(() -> connection.admit(Operation.query(other)))
                        .isInstanceOfSatisfying(
                                PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUPPORT))
                        .hasMessageContaining(other);
            }
        }
    }

    @Test
    void aPathThisDaemonDoesNotHaveIsRefusedWithOneItHas() {
        try (var house = new House(root)) {
            assertThatThrownBy(() -> house.engine().open("play:///system", Caller.SELF))
                    .hasMessageContaining("unexpected PLAY URI path '/system', try play:///session");
            assertThatThrownBy(() -> house.engine().open("play:///", Caller.SELF))
                    .hasMessageContaining("no PLAY URI path given, try play:///session");
        }
    }

    @Test
    void connectionsToOneDriverSeeTheSameDomains() {
        try (var house = new House(root);
                var other = house.engine().open("", Caller.SELF)) {
            var domain = house.define("inn");
            assertThat(other.domains().byName("inn").uuid()).isEqualTo(domain);
        }
    }

    /** Opens on the second try only, and counts. */
    private static final class Reluctant implements DriverProvider {
        private final AtomicInteger tries = new AtomicInteger();
        private final DriverProvider willing = new Theatre().provider();

        @Override
        public String scheme() {
            return "play";
        }

        @Override
        public HypervisorDriver open(DriverContext context) {
            if (tries.incrementAndGet() == 1) {
                throw new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.TEST, "not yet");
            }
            return willing.open(context);
        }
    }

    @Test
    void aDriverThatCouldNotBeOpenedIsTriedAgain() {
        var provider = new Reluctant();
        var settings = EngineSettings.of(Directories.under(root), false).withDefaultScheme("play");
        try (var engine = new Engine(settings, List.of(provider), House.host())) {
            assertThatThrownBy(() -> engine.open("", Caller.SELF)).hasMessageContaining("not yet");
            engine.open("", Caller.SELF).close();
            engine.open("", Caller.SELF).close();
            assertThat(provider.tries).hasValue(2);
        }
    }

    @Test
    void aDriverIsOpenedOnceHoweverManyComeAtOnce() {
        var provider = new Reluctant();
        provider.tries.set(1);
        var settings = EngineSettings.of(Directories.under(root), false).withDefaultScheme("play");
        try (var engine = new Engine(settings, List.of(provider), House.host())) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 50; i++) {
                    var _ = threads.submit(() -> engine.open("", Caller.SELF).close());
                }
            }
            assertThat(provider.tries).hasValue(2);
        }
    }

    @Test
    void twoDriversCannotHaveOneScheme() {
        var settings = EngineSettings.of(Directories.under(root), false);
        var twice = List.of(new Theatre().provider(), new Theatre().provider());
        assertThatThrownBy(() -> new Engine(settings, twice, House.host()).close())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
