package dev.posada.model;

import java.util.UUID;

/**
 * What is known of a secret but its value, as a document in canonical form: the root is {@code secret}, with
 * {@code ephemeral} and {@code private}; {@code uuid} is there.
 *
 * @param root the {@code secret} element
 */
public record SecretDefinition(Element root) {

    public SecretDefinition {
        if (!root.name().equals("secret")) {
            throw new IllegalArgumentException("a secret's definition begins with <secret>, not <" + root.name() + ">");
        }
    }

    public UUID uuid() {
        return UUID.fromString(root.childText("uuid").orElseThrow());
    }

    /** Whether it is kept in memory only and gone with the daemon. */
    public boolean ephemeral() {
        return root.has("ephemeral", "yes");
    }

    /** Whether its value is never told to a client. */
    public boolean confidential() {
        return root.has("private", "yes");
    }

    public SecretUsage usage() {
        return root.child("usage")
                .flatMap(usage -> SecretUsage.ofWord(usage.attribute("type", "")))
                .orElse(SecretUsage.NONE);
    }

    public String usageId() {
        return root.child("usage")
                .flatMap(element -> element.childText(usage().element()))
                .orElse("");
    }

    public SecretIdentity identity() {
        return new SecretIdentity(uuid(), usage(), usageId());
    }
}
