package dev.posada.engine;

import dev.posada.driver.FilterRequest.Applied;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows the references of filters.
 *
 * @param filters all by name
 * @param found takes those that are met, in order
 */
record FilterTree(Map<String, FilterDefinition> filters, List<Applied> found) {
    private static final int DEPTH_MAX = 64;

    /** One filter may stand there often, with other values each time. */
    private static final int APPLIED_MAX = 4096;

    /**
     * Adds a filter and all it refers to.
     *
     * @param outer the values of variables where the reference stands; they count before those of the reference
     */
    void add(Element reference, Map<String, List<String>> outer, int depth) {
        var name = reference.attribute("filter", "");
        var filter = filters.get(name);
        if (filter == null) {
            throw internal("Could not find filter '" + name + "'");
        }
        if (depth > DEPTH_MAX || found.size() >= APPLIED_MAX) {
            throw internal("filter '" + name + "' refers to too many others");
        }
        var variables = new TreeMap<String, List<String>>();
        for (var parameter : reference.children("parameter")) {
            variables
                    .computeIfAbsent(parameter.attribute("name", ""), _ -> new ArrayList<>())
                    .add(parameter.attribute("value", ""));
        }
        variables.putAll(outer);
        found.add(new Applied(filter, variables));
        for (var inner : filter.root().children("filterref")) {
            add(inner, variables, depth + 1);
        }
    }

    /** Whether a filter refers to one of this name, itself or by others. */
    static boolean reaches(String name, FilterDefinition from, Map<String, FilterDefinition> filters) {
        return reachable(from.references(), filters).contains(name);
    }

    /** Whether what is bound to a link is a filter of this name or refers to it. */
    static boolean uses(Element binding, String name, Map<String, FilterDefinition> filters) {
        var first = binding.child("filterref")
                .map(reference -> reference.attribute("filter", ""))
                .orElse("");
        return reachable(List.of(first), filters).contains(name);
    }

    private static Set<String> reachable(List<String> from, Map<String, FilterDefinition> filters) {
        var reached = new HashSet<String>();
        var waiting = new ArrayList<>(from);
        while (!waiting.isEmpty()) {
            var name = waiting.removeLast();
            var filter = filters.get(name);
            if (reached.add(name) && filter != null) {
                waiting.addAll(filter.references());
            }
        }
        return reached;
    }

    private static PosadaException internal(String detail) {
        return new PosadaException(ErrorCode.INTERNAL_ERROR, ErrorOrigin.NWFILTER, detail);
    }
}
