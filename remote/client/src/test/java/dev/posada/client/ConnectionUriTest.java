package dev.posada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionUriTest {

    @Test
    void everyPartIsFound() {
        ConnectionUri uri =
                ConnectionUri.parse("qemu+ssh://ro%40ot@host_1.example:2222/system?socket=/run/a%20b&no_tty=1&x=y");

        assertThat(uri.driver()).isEqualTo("qemu");
        assertThat(uri.transport()).isEqualTo("ssh");
        assertThat(uri.user()).isEqualTo("ro@ot");
        assertThat(uri.host()).isEqualTo("host_1.example");
        assertThat(uri.port()).hasValue(2222);
        assertThat(uri.path()).isEqualTo("/system");
        assertThat(uri.parameter("socket")).contains("/run/a b");
        assertThat(uri.isSet("no_tty")).isTrue();
        assertThat(uri.isSet("no_verify")).isFalse();
    }

    @Test
    void addressesOfTheSixthVersionKeepTheirColons() {
        ConnectionUri uri = ConnectionUri.parse("qemu+tcp://[fe80::1]:16509/system");

        assertThat(uri.host()).isEqualTo("fe80::1");
        assertThat(uri.port()).hasValue(16_509);
        assertThat(ConnectionUri.parse("qemu+tcp://[::1]/system").port()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "qemu:///system, unix",
        "test:///default, unix",
        "qemu://host/system, tls",
        "qemu+tcp://host/system, tcp",
        "qemu+SSH://host/system, ssh",
    })
    void transportIsNamedOrFollowsFromTheHost(String text, String transport) {
        assertThat(ConnectionUri.parse(text).effectiveTransport()).isEqualTo(transport);
    }

    @ParameterizedTest
    @CsvSource({
        "qemu:///system, qemu:///system",
        "qemu+unix:///system?socket=/a/b, qemu:///system",
        "qemu+ssh://u@h:22/session?keyfile=/k&no_verify=1, qemu:///session",
        "test:///default?foo=bar&x=1, test:///default?foo=bar&x=1",
        "test+unix:///default?foo=b%20r&socket=/s&x=1, test:///default?foo=b%20r&x=1",
        "test+tcp://h/default?name=test:///other, test:///other",
        "remote+unix:///, ''",
        "remote+unix:///system?socket=/s, remote:///system",
    })
    void daemonIsToldWhatConcernsIt(String text, String name) {
        assertThat(ConnectionUri.parse(text).nameForDaemon()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "://x",
                ":",
                "a b",
                "qemu:///system?socket=\"x\"",
                "qemu://host:x/system",
                "qemu://host:70000/",
                "qemu:///s?socket=%zz"
            })
    void whatIsNoAddressIsRefusedWithAReason(String text) {
        PosadaException refusal = catchThrowableOfType(PosadaException.class, () -> ConnectionUri.parse(text));

        assertThat(refusal.code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(refusal).hasMessage("internal error: Unable to parse URI " + text);
    }

    @Test
    void whatNamesNoDriverIsToldSo() {
        PosadaException refusal = catchThrowableOfType(PosadaException.class, () -> ConnectionUri.parse("qemu"));

        assertThat(refusal).hasMessage("no connection driver available for URI 'qemu' does not include a driver name");
    }

    @Test
    void randomTextIsAnAddressOrRefused() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String alphabet = "aq+:/@?&=%[]0;.-";
        for (int round = 0; round < 100_000; round++) {
            var text = new StringBuilder("q:");
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                ConnectionUri.parse(text.toString()).nameForDaemon();
            } catch (PosadaException refused) {
                assertThat(refused.code()).isIn(ErrorCode.INTERNAL_ERROR, ErrorCode.NO_CONNECT);
            } catch (RuntimeException other) {
                throw new AssertionError("seed " + seed + " '" + text + "'", other);
            }
        }
    }
}
