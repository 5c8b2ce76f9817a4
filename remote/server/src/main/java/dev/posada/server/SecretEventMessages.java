package dev.posada.server;

import dev.posada.model.SecretEvent;
import dev.posada.model.SecretEvent.Happening;
import dev.posada.model.SecretEvent.Lifecycle;
import dev.posada.model.SecretEvent.ValueChanged;
import dev.posada.model.SecretIdentity;
import dev.posada.protocol.RemoteEvent;
import dev.posada.protocol.RemoteSecretEventLifecycleMsg;
import dev.posada.protocol.RemoteSecretEventValueChangedMsg;
import dev.posada.protocol.SecretRef;

/** Turns what happened to a secret into messages. */
final class SecretEventMessages {
    /** {@code VIR_SECRET_EVENT_DEFINED} and {@code VIR_SECRET_EVENT_UNDEFINED}. */
    private static final int DEFINED = 0;

    private static final int UNDEFINED = 1;

    private SecretEventMessages() {}

    /** The id of the event a happening is ({@code virSecretEventID}). */
    static int id(Happening happening) {
        return switch (happening) {
            case Lifecycle _ -> 0;
            case ValueChanged _ -> 1;
        };
    }

    /** The message, with the number of a registration. */
    static RemoteEvent message(SecretEvent event, int number) {
        var secret = ref(event.secret());
        return switch (event.happening()) {
            case Lifecycle(boolean defined) ->
                new RemoteSecretEventLifecycleMsg(number, secret, defined ? DEFINED : UNDEFINED, 0);
            case ValueChanged _ -> new RemoteSecretEventValueChangedMsg(number, secret);
        };
    }

    static SecretRef ref(SecretIdentity secret) {
        return new SecretRef(secret.uuid(), secret.usage().number(), secret.usageId());
    }
}
