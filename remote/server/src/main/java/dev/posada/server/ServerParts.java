package dev.posada.server;

import dev.posada.engine.Engine;
import dev.posada.posix.DescriptorPassing;
import java.util.function.Consumer;

/**
 * What all clients of a server share.
 *
 * @param onDeparture called with each client that is gone and has been cleaned up
 */
record ServerParts(
        ServerSettings settings,
        Engine engine,
        Services services,
        DescriptorPassing passing,
        PayloadBudget budget,
        Backlog backlog,
        Counters counters,
        Clock clock,
        Consumer<Client> onDeparture) {}
