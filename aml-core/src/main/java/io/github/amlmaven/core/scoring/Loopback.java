package io.github.amlmaven.core.scoring;

import java.net.URI;
import java.util.Locale;

/** Tells addresses of this machine, by their name alone: nothing is resolved. */
public final class Loopback {

    private Loopback() {}

    public static boolean is(URI address) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
