package dev.posada.server;

import dev.posada.protocol.DomainRef;
import dev.posada.protocol.NoPayload;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.Opaque;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes arguments that can be decoded, for any procedure: often of things that exist, and with flags that do. */
final class AnyArguments {
    private static final UUID SIMULATED_GUEST = UUID.fromString("6695eb01-f6a4-8304-79aa-97f2502e193f");

    private final RandomGenerator random;

    AnyArguments(RandomGenerator random) {
        this.random = random;
    }

    XdrMessage of(Procedure procedure) {
        var program = procedure.program().name();
        var name = camel(program) + camel(procedure.name()) + "Args";
        try {
            return (XdrMessage) value(Class.forName("dev.posada.protocol." + name));
        } catch (ClassNotFoundException e) {
            return NoPayload.INSTANCE;
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    private static String camel(String constant) {
        return Arrays.stream(constant.split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType list) {
            var items = new ArrayList<Object>();
            for (int i = random.nextInt(3); i > 0; i--) {
                items.add(value(list.getActualTypeArguments()[0]));
            }
            return items;
        }
        if (type == DomainRef.class && random.nextInt(8) != 0) {
            return new DomainRef("test", SIMULATED_GUEST, 1);
        }
        var plain = (Class<?>) type;
        if (plain.isRecord()) {
            return record(plain);
        }
        if (plain.isSealed()) {
            var arms = plain.getPermittedSubclasses();
            return value(arms[random.nextInt(arms.length)]);
        }
        return scalar(plain);
    }

    private Object record(Class<?> record) throws ReflectiveOperationException {
        RecordComponent[] components = record.getRecordComponents();
        var values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            boolean absent =
                    components[i].getAnnotatedType().isAnnotationPresent(Nullable.class) && random.nextBoolean();
            values[i] = absent ? null : value(components[i].getGenericType());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return record.getDeclaredConstructor(types).newInstance(values);
    }

    private Object scalar(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "int", "Integer" ->
                switch (random.nextInt(4)) {
                    case 0 -> random.nextInt();
                    case 1 -> 1 << random.nextInt(32);
                    default -> random.nextInt(4);
                };
            case "long", "Long" -> random.nextBoolean() ? random.nextLong() : (long) random.nextInt(5000);
            case "double" -> random.nextDouble();
            case "boolean" -> random.nextBoolean();
            case "String" -> text();
            case "UUID" -> random.nextBoolean() ? SIMULATED_GUEST : new UUID(random.nextLong(), 1);
            case "Opaque" -> {
                var bytes = new byte[random.nextInt(9)];
                random.nextBytes(bytes);
                yield Opaque.copyOf(bytes);
            }
            default -> throw new AssertionError("no values for " + type);
        };
    }

    private String text() {
        return switch (random.nextInt(6)) {
            case 0 -> "";
            case 1 -> "vda";
            case 2 -> "<domain type='test'><name>m</name><memory>1</memory><os><type>hvm</type></os></domain>";
            case 3 -> "<<&\u0000\uffff";
            case 4 -> "x".repeat(random.nextInt(10_000));
            default -> "test";
        };
    }
}
