package dev.posada.dockerengine;

import com.github.dockerjava.api.model.Network;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks an engine has made itself. Every method throws {@link EngineException}. */
public final class EngineNetworks {
    private final DockerEngine engine;

    EngineNetworks(DockerEngine engine) {
        this.engine = engine;
    }

    /** All of them; {@code bridge}, {@code host} and {@code none} are always there. */
    public List<Network> all() {
        return List.copyOf(engine.ask(
                "listing networks", client -> client.listNetworksCmd().exec()));
    }

    /**
     * Makes one.
     *
     * @param driver {@code bridge}, {@code macvlan}…
     * @param internal whether it leads nowhere else
     * @param options of the driver
     * @return its id
     * @throws EngineException CONFLICT for a name that is taken
     */
    public String create(String name, String driver, boolean internal, Map<String, String> options) {
        var body = new LinkedHashMap<String, Object>();
        body.put("Name", name);
        body.put("CheckDuplicate", true);
        body.put("Driver", driver);
        body.put("Internal", internal);
        body.put("Options", options);
        return engine.post("creating network " + name, "/networks/create", body)
                .path("Id")
                .asText();
    }

    /** Plugs a container into one, running or not. */
    public void connect(String network, String container) {
        connect(network, container, Optional.empty(), Optional.empty());
    }

    /** Plugs a container into one with addresses of its own; a network has to have said its range for that. */
    public void connect(String network, String container, Optional<String> ipv4, Optional<String> ipv6) {
        var addresses = new LinkedHashMap<String, Object>();
        ipv4.ifPresent(address -> addresses.put("IPv4Address", address));
        ipv6.ifPresent(address -> addresses.put("IPv6Address", address));
        var body = new LinkedHashMap<String, Object>();
        body.put("Container", container);
        if (!addresses.isEmpty()) {
            body.put("EndpointConfig", Map.of("IPAMConfig", addresses));
        }
        engine.post(
                "connecting container " + container + " to network " + network,
                "/networks/" + Targets.part(network) + "/connect",
                body);
    }

    /** Unplugs a container. */
    public void disconnect(String network, String container) {
        engine.post(
                "disconnecting container " + container + " from network " + network,
                "/networks/" + Targets.part(network) + "/disconnect",
                Map.of("Container", container, "Force", true));
    }

    /** Removes one that nobody is plugged into. */
    public void remove(String network) {
        engine.delete("removing network " + network, "/networks/" + Targets.part(network));
    }
}
