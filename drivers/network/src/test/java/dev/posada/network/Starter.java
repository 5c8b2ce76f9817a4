package dev.posada.network;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A daemon that starts a network and is killed by a test while it does. */
final class Starter {
    static final String NETWORK = """
            <network><name>bt-kill</name><uuid>0f0a7d1e-3a87-4f5c-9d0c-6d1f4a5b9c33</uuid><forward mode='nat'/>
              <bridge name='bt-kill' stp='off' delay='0'/><mac address='52:54:00:00:99:01'/>
              <ip address='192.168.162.1' prefix='24'>
                <dhcp><range start='192.168.162.2' end='192.168.162.9'/></dhcp></ip></network>""";

    private Starter() {}

    public static void main(String[] arguments) throws InterruptedException {
        var folder = Path.of(arguments[0]);
        var networks = new HostNetworks(
                true, Optional.empty(), folder.resolve("run"), folder.resolve("state"), folder.resolve("log"));
        var definition = Documents.network(NETWORK);
        System.out.println("starting");
        networks.start(definition);
        new CountDownLatch(1).await();
    }
}
