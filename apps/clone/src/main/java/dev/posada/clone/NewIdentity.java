package dev.posada.clone;

import java.util.function.Supplier;

/**
 * What tells a clone from its original.
 *
 * @param generation a uuid for guests that ask whether they were copied
 * @param macs gives each interface its address
 */
record NewIdentity(String name, String uuid, String generation, Supplier<String> macs) {}
