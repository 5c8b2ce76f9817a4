package dev.posada.network;

import dev.posada.link.Rate;
import dev.posada.model.Element;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The {@code bandwidth} of a network: {@code inbound} is what its guests receive, so what leaves the host by the bridge.
 *
 * @param leaving the host by the bridge
 * @param entering the host from it
 */
record Bandwidth(Optional<Rate> leaving, Optional<Rate> entering) {
    private static final String NUMBER = "[0-9]{1,15}";

    static Bandwidth of(NetworkPlan plan) {
        var bandwidth = plan.root().child("bandwidth");
        return new Bandwidth(
                bandwidth.flatMap(element -> element.child("inbound")).flatMap(rate -> rate(plan, rate)),
                bandwidth.flatMap(element -> element.child("outbound")).flatMap(rate -> rate(plan, rate)));
    }

    boolean limited() {
        return leaving.isPresent() || entering.isPresent();
    }

    private static Optional<Rate> rate(NetworkPlan plan, Element element) {
        var average = number(plan, element, "average");
        // A rate with only a floor is a promise to single interfaces, not a limit of the network.
        return average.isEmpty() || average.getAsLong() == 0
                ? Optional.empty()
                : Optional.of(
                        new Rate(average.getAsLong(), number(plan, element, "peak"), number(plan, element, "burst")));
    }

    private static OptionalLong number(NetworkPlan plan, Element element, String attribute) {
        var text = element.attribute(attribute);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (!text.get().matches(NUMBER)) {
            throw NetworkErrors.unsupported("network '" + plan.name() + "': bandwidth " + attribute + " '" + text.get()
                    + "' is no number of kilobytes");
        }
        return OptionalLong.of(Long.parseLong(text.get()));
    }
}
