package dev.posada.engine;

import dev.posada.model.TypedParameter;
import java.util.List;

/**
 * Processor time of a domain.
 *
 * @param groups one list of figures per host processor asked for, or one list of totals
 * @param parametersPerGroup how many figures a group has at most
 * @param hostCpus how many host processors can be asked for
 */
public record CpuStats(List<List<TypedParameter>> groups, int parametersPerGroup, int hostCpus) {
    public CpuStats {
        groups = List.copyOf(groups);
    }
}
