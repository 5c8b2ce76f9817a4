package dev.posada.server;

import java.util.concurrent.atomic.LongAdder;

/** What a server counts while it runs; written by many threads, read now and then. */
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder calls = new LongAdder();
    final LongAdder failedCalls = new LongAdder();
    final LongAdder events = new LongAdder();
    final LongAdder streams = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
}
