package dev.posada.clone;

import dev.posada.client.Connection;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** What tells a clone from every other domain of its daemon. */
final class Identity {
    private static final int TRIES = 256;

    private final Connection connection;
    private final Neighbours neighbours;
    private final RandomGenerator random = new SecureRandom();

    Identity(Connection connection, Neighbours neighbours) {
        this.connection = connection;
        this.neighbours = neighbours;
    }

    /** A uuid no domain has. */
    String uuid() {
        for (int i = 0; i < TRIES; i++) {
            var uuid = UUID.randomUUID();
            if (connection.domainByUuid(uuid).isEmpty()) {
                return uuid.toString();
            }
        }
        throw new CloneException("Failed to generate non-conflicting UUID");
    }

    /** An address no interface has, of the range that QEMU's guests have, or Xen's for others. */
    String mac() {
        var range = connection.uri().driver().equals("qemu") ? "52:54:00" : "00:16:3e";
        for (int i = 0; i < TRIES; i++) {
            var mac = range + octet() + octet() + octet();
            if (!neighbours.hasMac(mac)) {
                return mac;
            }
        }
        throw new CloneException("Failed to generate non-conflicting MAC");
    }

    private String octet() {
        int value = random.nextInt(256);
        return ":" + Character.forDigit(value >> 4, 16) + Character.forDigit(value & 15, 16);
    }
}
