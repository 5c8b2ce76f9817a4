package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.qmp.GuestAgentClient;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The agent inside a guest, reached through its channel for as long as something is asked of it. */
final class Agent {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long a refusal may take: an agent that obeys goes down with its guest and says nothing. */
    private static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(1);

    private final Supplier<DomainDefinition> definition;

    Agent(Supplier<DomainDefinition> definition) {
        this.definition = definition;
    }

    /** Whether an agent has opened its port. */
    boolean connected() {
        return GuestLife.agentPort(definition.get())
                .filter(alias -> GuestLife.portOpen(definition.get(), alias))
                .isPresent();
    }

    /**
     * Asks the agent to end the guest.
     *
     * @param mode {@code powerdown}, {@code reboot} or {@code halt}
     * @throws PosadaException {@code ARGUMENT_UNSUPPORTED} when the domain has no port for an agent,
     *     {@code AGENT_UNRESPONSIVE} when none is there or it does not answer
     */
    void shutdown(String mode) {
        if (GuestLife.agentPort(definition.get()).isEmpty()) {
            throw failure(ErrorCode.ARGUMENT_UNSUPPORTED, "QEMU guest agent is not configured");
        }
        if (!connected()) {
            throw failure(ErrorCode.AGENT_UNRESPONSIVE, "QEMU guest agent is not connected");
        }
        try (var client = GuestAgentClient.connect(
                socket().orElseThrow(() ->
                        failure(ErrorCode.ARGUMENT_UNSUPPORTED, "the guest agent's channel is no unix socket")),
                () -> {})) {
            ask(client, "guest-ping", Json.object(), PATIENCE, false);
            ask(client, "guest-shutdown", Json.object().with("mode", mode), REFUSAL_PATIENCE, true);
        } catch (QmpException e) {
            throw failure(ErrorCode.AGENT_UNRESPONSIVE, e.description());
        }
    }

    private static void ask(
            GuestAgentClient client, String command, Json.ObjectValue arguments, Duration patience, boolean silent) {
        try {
            client.execute(command, arguments, patience);
        } catch (QmpException e) {
            switch (e.kind()) {
                case TIMED_OUT, DISCONNECTED -> {
                    if (!silent) {
                        throw e;
                    }
                }
                case REFUSED -> throw failure(ErrorCode.AGENT_COMMAND_FAILED, e.description());
                case MALFORMED, INTERRUPTED -> throw e;
            }
        }
    }

    private Optional<Path> socket() {
        return GuestLife.agentPort(definition.get())
                .flatMap(alias -> definition.get().devices("channel").stream()
                        .filter(channel -> LiveEdits.hasAlias(channel, alias) && channel.has("type", "unix"))
                        .flatMap(channel -> channel.child("source").stream())
                        .flatMap(source -> source.attribute("path").stream())
                        .map(Path::of)
                        .findFirst());
    }

    private static PosadaException failure(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.QEMU, detail);
    }
}
