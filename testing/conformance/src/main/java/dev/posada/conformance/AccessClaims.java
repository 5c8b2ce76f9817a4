package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import org.junit.jupiter.api.Test;

/** Who may do what, and what the driver says of itself. */
public interface AccessClaims extends Claims {
    @Test
    default void aReadOnlyCallerChangesNothing() {
        try (var stage = Stage.open(driver());
                var guest = stage.open(Caller.SELF.asReadOnly())) {
            var xml = stage.driver().definition("inn");
            var someone = stage.define("someone").uuid();
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_DENIED, () -> guest.domains().define(xml, 0)))
                    .contains("read only access prevents virDomainDefineXML");
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.lifecycle().create(xml, 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.lifecycle().start(someone, 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.lifecycle().destroy(someone, 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.lifecycle().suspend(someone));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.domains().undefine(someone, 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.domains().rename(someone, "x", 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.domains().setAutostart(someone, true));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.resources().setMemory(someone, 1024, 0));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.devices().monitorCommand(someone, "info", 1));
            Stage.refused(ErrorCode.OPERATION_DENIED, () -> guest.devices().openConsole(someone, "", 0));
        }
    }

    @Test
    default void aReadOnlyCallerLooksButSeesNoPasswords() {
        try (var stage = Stage.open(driver());
                var guest = stage.open(Caller.SELF.asReadOnly())) {
            assertThat(guest.domains().list(0)).isNotNull();
            var someone = stage.define("someone").uuid();
            assertThat(Stage.refused(
                            ErrorCode.OPERATION_DENIED, () -> guest.domains().xml(someone, 1)))
                    .contains("virDomainGetXMLDesc with secure flag");
        }
    }

    @Test
    default void aDriverSaysWhatItIs() {
        try (var stage = Stage.open(driver())) {
            var connection = stage.connection();
            assertThat(connection.type()).isNotEmpty();
            assertThat(connection.version()).isPositive();
            assertThat(connection.maxVcpus("")).isPositive();
            assertThat(connection.capabilities())
                    .contains("<capabilities>")
                    .contains("<host>")
                    .contains("<guest>");
            assertThat(connection.host().nodeInfo().cpus()).isPositive();
        }
    }

    @Test
    default void unknownFlagsAreRefusedRatherThanPassedOver() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            int unknown = 1 << 28;
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.domains().list(unknown));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.lifecycle().start(domain, unknown));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.domains().undefine(domain, unknown));
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.domains().xml(domain, unknown));
        }
    }
}
