package dev.posada.filter;

/**
 * What the kernel can do with packets that pass a bridge.
 *
 * @param tracking whether connections are known ({@code nf_conntrack_bridge})
 * @param reject whether a packet can be answered with a refusal ({@code nft_reject_bridge})
 */
record Features(boolean tracking, boolean reject) {}
