package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.SecretEvent;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final SecretValue VALUE = SecretValue.of("open sesame".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path root;

    private static String document(String attributes, String usage) {
        return "<secret " + attributes + ">" + usage + "</secret>";
    }

    private static final String CEPH = "<usage type='ceph'><name>pool</name></usage>";

    private static Secrets secrets(House house) {
        return house.connection().secrets().orElseThrow();
    }

    private Path file(UUID secret, String ending) {
        return root.resolve("etc/secrets").resolve(secret + ending);
    }

    private static void refused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void aSecretAndItsValueAreFilesTheirOwnerAloneReads() throws IOException {
        UUID uuid;
        try (var house = new House(root)) {
            uuid = secrets(house).define(document("", CEPH), 0).uuid();
            secrets(house).setValue(uuid, VALUE, 0);
            assertThat(file(uuid, ".xml")).content().doesNotContain("sesame").doesNotContain(VALUE.base64());
            for (var ending : new String[] {".xml", ".base64"}) {
                assertThat(Files.getPosixFilePermissions(file(uuid, ending))).hasSize(2);
            }
            house.killAndStart();
            assertThat(secrets(house).value(uuid, 0)).isEqualTo(VALUE);
            secrets(house).undefine(uuid);
            assertThat(root.resolve("etc/secrets")).isEmptyDirectory();
            refused(
                    ErrorCode.NO_SECRET,
                    "no secret with matching uuid",
                    () -> secrets(house).byUuid(uuid));
        }
    }

    @Test
    void anEphemeralSecretNeverTouchesTheDisk() {
        try (var house = new House(root)) {
            var uuid =
                    secrets(house).define(document("ephemeral='yes'", CEPH), 0).uuid();
            secrets(house).setValue(uuid, VALUE, 0);
            assertThat(secrets(house).value(uuid, 0)).isEqualTo(VALUE);
            assertThat(root.resolve("etc/secrets")).doesNotExist();
            house.restart();
            assertThat(secrets(house).list(0)).isEmpty();
        }
    }

    @Test
    void anEphemeralSecretThatIsToLastTakesItsValueAlongAndBack() {
        try (var house = new House(root)) {
            var uuid =
                    secrets(house).define(document("ephemeral='yes'", CEPH), 0).uuid();
            var named = "<uuid>" + uuid + "</uuid>" + CEPH;
            secrets(house).setValue(uuid, VALUE, 0);
            secrets(house).define(document("", named), 0);
            house.restart();
            assertThat(secrets(house).value(uuid, 0)).isEqualTo(VALUE);
            secrets(house).define(document("ephemeral='yes'", named), 0);
            assertThat(root.resolve("etc/secrets")).isEmptyDirectory();
            assertThat(secrets(house).value(uuid, 0)).isEqualTo(VALUE);
        }
    }

    @Test
    void aPrivateValueIsToldToNobodyAndStaysPrivate() {
        try (var house = new House(root)) {
            var uuid = secrets(house).define(document("private='yes'", CEPH), 0).uuid();
            secrets(house).setValue(uuid, VALUE, 0);
            refused(
                    ErrorCode.INVALID_SECRET,
                    "secret is private",
                    () -> secrets(house).value(uuid, 0));
            refused(
                    ErrorCode.INTERNAL_ERROR,
                    "cannot change private flag on existing secret",
                    () -> secrets(house).define(document("", "<uuid>" + uuid + "</uuid>" + CEPH), 0));
        }
    }

    @Test
    void aReadOnlyCallerSeesTheDefinitionOnly() {
        try (var house = new House(root)) {
            var uuid = secrets(house).define(document("", CEPH), 0).uuid();
            secrets(house).setValue(uuid, VALUE, 0);
            try (var reader = house.engine().open("", Caller.SELF.asReadOnly())) {
                var seen = reader.secrets().orElseThrow();
                assertThat(seen.xml(uuid, 0)).contains("<name>pool</name>");
                refused(ErrorCode.OPERATION_DENIED, "virSecretGetValue", () -> seen.value(uuid, 0));
                refused(ErrorCode.OPERATION_DENIED, "virSecretSetValue", () -> seen.setValue(uuid, VALUE, 0));
            }
        }
    }

    @Test
    void twoSecretsNeverServeOneUse() {
        try (var house = new House(root)) {
            var first = secrets(house).define(document("", CEPH), 0);
            assertThat(secrets(house).byUsage(SecretUsage.CEPH, "pool")).isEqualTo(first);
            refused(
                    ErrorCode.INTERNAL_ERROR,
                    "already defined for use with pool",
                    () -> secrets(house).define(document("", CEPH), 0));
            refused(
                    ErrorCode.INTERNAL_ERROR,
                    "is already defined for use with pool",
                    () -> secrets(house)
                            .define(document("", "<uuid>" + first.uuid() + "</uuid>" + CEPH.replace("pool", "x")), 0));
        }
    }

    @Test
    void listsAreFilteredInPairs() {
        try (var house = new House(root)) {
            secrets(house).define(document("ephemeral='yes' private='yes'", ""), 0);
            secrets(house).define(document("ephemeral='no' private='yes'", ""), 0);
            secrets(house).define(document("", ""), 0);
            assertThat(secrets(house).list(1)).hasSize(1);
            assertThat(secrets(house).list(2)).hasSize(2);
            assertThat(secrets(house).list(4)).hasSize(2);
            assertThat(secrets(house).list(2 | 4)).hasSize(1);
            assertThat(secrets(house).list(1 | 8)).isEmpty();
        }
    }

    @Test
    void whoeverAskedIsToldOfEveryStep() throws InterruptedException {
        try (var house = new House(root)) {
            var told = new LinkedBlockingQueue<SecretEvent>();
            house.connection().secretEvents().orElseThrow().subscribe(new EventSink<>() {
                @Override
                public void event(SecretEvent event) {
                    told.add(event);
                }

                @Override
                public void lost(long count) {
                    throw new AssertionError(count + " events lost");
                }
            });
            var secret = secrets(house).define(document("", CEPH), 0);
            secrets(house).setValue(secret.uuid(), VALUE, 0);
            secrets(house).undefine(secret.uuid());
            for (var happening : new SecretEvent.Happening[] {
                new SecretEvent.Lifecycle(true), new SecretEvent.ValueChanged(), new SecretEvent.Lifecycle(false)
            }) {
                assertThat(told.poll(2, TimeUnit.MINUTES)).isEqualTo(new SecretEvent(secret, happening));
            }
        }
    }

    @Test
    void anEmptyValueIsNone() {
        try (var house = new House(root)) {
            var uuid = secrets(house).define(document("", CEPH), 0).uuid();
            refused(
                    ErrorCode.INVALID_ARG,
                    "must not be NULL",
                    () -> secrets(house).setValue(uuid, SecretValue.of(new byte[0]), 0));
            refused(
                    ErrorCode.NO_SECRET,
                    "does not have a value",
                    () -> secrets(house).value(uuid, 0));
        }
    }

    @Test
    void aValueDoesNotShowItself() {
        assertThat(VALUE.toString()).isEqualTo("(a secret)");
    }
}
