package dev.posada.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.driver.Ability;
import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Consoles, screens, keys and monitors. */
public interface DeviceClaims extends Claims {
    @Test
    default void aScreenIsPicturedOrThatIsRefused() throws IOException {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (!stage.can(Ability.SCREENSHOT)) {
                Stage.unsupported("virDomainScreenshot", () -> stage.devices().screenshot(domain, 0, 0));
                return;
            }
            var shot = stage.devices().screenshot(domain, 0, 0);
            try (var picture = shot.picture()) {
                var start = ByteBuffer.allocate(64);
                assertThat(picture.read(start)).isPositive();
            }
            assertThat(shot.mimeType()).startsWith("image/");
        }
    }

    @Test
    default void keysArePressedOrThatIsRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (stage.can(Ability.SEND_KEY)) {
                stage.devices().sendKey(domain, 0, 0, List.of(30), 0);
            } else {
                Stage.unsupported("virDomainSendKey", () -> stage.devices().sendKey(domain, 0, 0, List.of(30), 0));
            }
            Stage.refused(ErrorCode.INVALID_ARG, () -> stage.devices().sendKey(domain, 0, 0, List.of(), 0));
            Stage.refused(
                    ErrorCode.INVALID_ARG, () -> stage.devices().sendKey(domain, 0, 0, Collections.nCopies(17, 30), 0));
        }
    }

    @Test
    default void anNmiIsInjectedOrThatIsRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (stage.can(Ability.NMI)) {
                stage.devices().injectNmi(domain, 0);
            } else {
                Stage.unsupported("virDomainInjectNMI", () -> stage.devices().injectNmi(domain, 0));
            }
        }
    }

    @Test
    default void aConsoleOpensOrThatIsRefused() throws IOException {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (!stage.can(Ability.CONSOLE)) {
                Stage.unsupported("virDomainOpenConsole", () -> stage.devices().openConsole(domain, "", 0));
                Stage.unsupported("virDomainOpenChannel", () -> stage.devices().openChannel(domain, "", 0));
                return;
            }
            try (var console = stage.devices().openConsole(domain, "", 0)) {
                assertThat(console.isOpen()).isTrue();
            }
        }
    }

    @Test
    default void aConsolesWindowIsToldOrThatIsRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (stage.can(Ability.CONSOLE_SIZE)) {
                assertThat(stage.devices().monitorCommand(domain, "console-resize 40 132", 1))
                        .isEmpty();
                for (var wrong : List.of("", " 0 0", " 40", " 40 132 1 2", " 40 65536", " -1 80")) {
                    Stage.refused(
                            ErrorCode.INVALID_ARG,
                            () -> stage.devices().monitorCommand(domain, "console-resize" + wrong, 1));
                }
            } else {
                Stage.unsupported(
                        "console-resize", () -> stage.devices().monitorCommand(domain, "console-resize 40 132", 1));
            }
        }
    }

    @Test
    default void theMonitorAnswersOrThatIsRefused() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.run("inn").uuid();
            if (stage.can(Ability.MONITOR)) {
                assertThat(stage.devices().monitorCommand(domain, "help", 1)).isNotEmpty();
            } else {
                Stage.unsupported(
                        "virDomainQemuMonitorCommand", () -> stage.devices().monitorCommand(domain, "info name", 1));
            }
        }
    }

    @Test
    default void devicesOfAnInactiveDomainAreOutOfReach() {
        try (var stage = Stage.open(driver())) {
            var domain = stage.define("inn").uuid();
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.devices().screenshot(domain, 0, 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.devices().openConsole(domain, "", 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.devices().injectNmi(domain, 0));
            Stage.refused(ErrorCode.OPERATION_INVALID, () -> stage.devices().monitorCommand(domain, "info name", 1));
        }
    }
}
