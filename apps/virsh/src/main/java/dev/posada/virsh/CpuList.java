package dev.posada.virsh;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Lists of processors as people write them: {@code 0-3,^2,7}. */
final class CpuList {
    /** One more than the largest number of a processor. */
    private static final int MOST = 1024;

    private CpuList() {}

    /** The numbers in a list; nothing when it is none, or empty. */
    static Optional<List<Integer>> parse(String text) {
        var cpus = new TreeSet<Integer>();
        for (var part : text.split(",", -1)) {
            var word = part.strip();
            boolean without = word.startsWith("^");
            if (without) {
                word = word.substring(1);
            }
            int dash = word.indexOf('-');
            var first = Words.decimal(dash < 0 ? word : word.substring(0, dash));
            var last = dash < 0 ? first : Words.decimal(word.substring(dash + 1));
            if (first.isEmpty() || last.isEmpty() || last.getAsInt() < first.getAsInt() || last.getAsInt() >= MOST) {
                return Optional.empty();
            }
            if (without && (dash >= 0 || !cpus.contains(first.getAsInt()))) {
                return Optional.empty();
            }
            for (int cpu = first.getAsInt(); cpu <= last.getAsInt(); cpu++) {
                if (without) {
                    cpus.remove(cpu);
                } else {
                    cpus.add(cpu);
                }
            }
        }
        return cpus.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(cpus));
    }

    /** The list that an option holds; {@code r} stands for all of the host's. */
    static List<Integer> of(String text, int hostCpus) {
        if (text.equals("r")) {
            var all = new ArrayList<Integer>();
            for (int cpu = 0; cpu < hostCpus; cpu++) {
                all.add(cpu);
            }
            return all;
        }
        var cpus = parse(text)
                .orElseThrow(() -> new CommandException(
                        "Invalid cpulist '" + text + "'", "invalid argument: Failed to parse bitmap '" + text + "'"));
        if (cpus.getLast() >= hostCpus) {
            throw new CommandException(
                    "CPU " + cpus.getLast() + " in cpulist '" + text + "' exceed the maxcpu " + hostCpus);
        }
        return cpus;
    }

    /** Numbers as a list with ranges. */
    static String format(List<Integer> cpus) {
        var out = new StringBuilder();
        for (int i = 0; i < cpus.size(); ) {
            int end = i;
            while (end + 1 < cpus.size() && cpus.get(end + 1) == cpus.get(end) + 1) {
                end++;
            }
            out.append(out.isEmpty() ? "" : ",").append(cpus.get(i));
            if (end > i) {
                out.append('-').append(cpus.get(end));
            }
            i = end + 1;
        }
        return out.toString();
    }

    /** A letter for each of the host's processors: whether it is in the list. */
    static String letters(List<Integer> cpus, int hostCpus) {
        var out = new StringBuilder();
        for (int cpu = 0; cpu < hostCpus; cpu++) {
            out.append(cpus.contains(cpu) ? 'y' : '-');
        }
        return out.toString();
    }
}
