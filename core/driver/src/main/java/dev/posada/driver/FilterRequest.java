package dev.posada.driver;

import dev.posada.model.FilterDefinition;
import java.util.List;
import java.util.Map;

/**
 * What is to be between a link and the rest, resolved: references are followed.
 *
 * @param link the guest's link on the host, as {@code vnet0}
 * @param mac the guest's hardware address
 * @param filters the filters in the order in which they are referred to
 */
public record FilterRequest(String link, String mac, List<Applied> filters) {
    public FilterRequest {
        filters = List.copyOf(filters);
    }

    /**
     * One filter; its own references are not to be followed.
     *
     * @param filter its rules
     * @param variables the values of its variables, as {@code IP}
     */
    public record Applied(FilterDefinition filter, Map<String, List<String>> variables) {
        public Applied {
            variables = Map.copyOf(variables);
        }
    }
}
