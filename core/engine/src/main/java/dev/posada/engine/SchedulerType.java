package dev.posada.engine;

/**
 * How processor time is shared out.
 *
 * @param name the scheduler's name, as {@code posix}
 * @param parameters how many parameters it has
 */
public record SchedulerType(String name, int parameters) {}
