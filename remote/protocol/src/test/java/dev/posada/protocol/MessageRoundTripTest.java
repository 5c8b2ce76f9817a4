package dev.posada.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.posada.xdr.Opaque;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import dev.posada.xdr.XdrWriter;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every generated message, filled at random: what is written is read again, and what is cut off is refused. */
class MessageRoundTripTest {

    private static final int ROUNDS = 20;
    private static final int MAX_BYTES = 1 << 20;
    private static final int HOST_MODEL_CHARS = 32;

    /** Messages with fields that travel in words but are characters or short integers. */
    private static final Set<Class<?>> NARROW = Set.of(
            RemoteDomainGetInfoRet.class,
            RemoteStoragePoolGetInfoRet.class,
            RemoteStorageVolGetInfoRet.class,
            RemoteStorageVolGetInfoFlagsRet.class);

    private final long seed = System.nanoTime();
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(seed);

    @Test
    void everyMessageSurvivesTheJourney() throws Exception {
        List<Class<?>> messages = messages();
        assertThat(messages).hasSizeGreaterThan(700);
        for (Class<?> type : messages) {
            Method decode = type.getMethod("decode", XdrReader.class);
            for (int round = 0; round < ROUNDS; round++) {
                var message = (XdrMessage) value(type, type);
                var writer = new XdrWriter(MAX_BYTES);
                message.encode(writer);
                XdrReader reader = XdrReader.of(writer.written());

                assertThat(decode.invoke(null, reader)).as("seed %d", seed).isEqualTo(message);
                assertThat(reader.remaining()).as("%s, seed %d", type, seed).isZero();
                assertCutIsRefused(decode, writer.toByteArray());
            }
        }
    }

    private void assertCutIsRefused(Method decode, byte[] bytes) {
        int length = random.nextInt(bytes.length);
        assertThat(catchThrowable(() -> decode.invoke(null, XdrReader.of(bytes, 0, length))))
                .as("cut to %d of %d bytes, seed %d", length, bytes.length, seed)
                .hasCauseInstanceOf(XdrException.class);
    }

    private static List<Class<?>> messages() throws IOException {
        List<Class<?>> messages = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("target/generated-sources/messages/dev/posada/protocol"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                Class<?> type = load("dev.posada.protocol." + name);
                if (type.isRecord() && XdrMessage.class.isAssignableFrom(type)) {
                    messages.add(type);
                }
            }
        }
        return messages;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private Object value(Class<?> owner, Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType list) {
            var items = new ArrayList<Object>();
            for (int i = random.nextInt(4); i > 0; i--) {
                items.add(value(owner, list.getActualTypeArguments()[0]));
            }
            return items;
        }
        if (type instanceof Class<?> record && record.isRecord()) {
            RecordComponent[] components = record.getRecordComponents();
            var values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                boolean absent =
                        components[i].getAnnotatedType().isAnnotationPresent(Nullable.class) && random.nextBoolean();
                values[i] = absent ? null : value(record, components[i].getGenericType());
                if (NARROW.contains(record) && components[i].getType() == int.class) {
                    values[i] = random.nextInt(128);
                }
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return record.getDeclaredConstructor(types).newInstance(values);
        }
        if (type instanceof Class<?> sealed && sealed.isSealed()) {
            Class<?>[] arms = sealed.getPermittedSubclasses();
            return value(sealed, arms[random.nextInt(arms.length)]);
        }
        return scalar(owner, (Class<?>) type);
    }

    private Object scalar(Class<?> owner, Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "Integer" -> random.nextInt();
            case "long", "Long" -> random.nextLong();
            case "double" -> random.nextDouble();
            case "boolean" -> random.nextBoolean();
            case "String" -> "t\u00e9xt".repeat(random.nextInt(5));
            case "UUID" -> new UUID(random.nextLong(), random.nextLong());
            case "Opaque" -> {
                byte[] bytes = new byte[owner == RemoteNodeGetInfoRet.class ? HOST_MODEL_CHARS : random.nextInt(9)];
                random.nextBytes(bytes);
                yield Opaque.copyOf(bytes);
            }
            case "RemoteAuthType" -> random.nextBoolean() ? RemoteAuthType.NONE : RemoteAuthType.POLKIT;
            default -> throw new AssertionError("no values for " + type);
        };
    }
}
