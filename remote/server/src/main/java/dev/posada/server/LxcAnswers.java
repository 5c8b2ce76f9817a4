package dev.posada.server;

import dev.posada.protocol.LxcCalls;
import dev.posada.protocol.LxcDomainOpenNamespaceArgs;

/** What is offered for containers alone. */
final class LxcAnswers implements LxcCalls<Call> {
    @Override
    public void domainOpenNamespace(Call call, LxcDomainOpenNamespaceArgs args) {
        call.requireFilePassage();
        call.attach(call.of(args.dom()).devices().openNamespaces(args.dom().uuid(), args.flags()));
    }
}
