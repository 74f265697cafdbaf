package io.github.amlmaven.emulator.service;

/**
 * What the emulator may ask beyond this machine: public registries for base images, the package index for jobs'
 * environments. A build that runs offline switches it off for as long as it uses the emulator.
 */
public final class Outbound {

    private final boolean upstream;
    private volatile boolean online = true;

    /** @param upstream whether public registries may be asked at all */
    public Outbound(boolean upstream) {
        this.upstream = upstream;
    }

    /** Whether anything beyond this machine may be asked. */
    public boolean online() {
        return online;
    }

    /** Whether public registries may be asked. */
    public boolean pulls() {
        return upstream && online;
    }

    /** Switches everything on or off. */
    public void online(boolean value) {
        online = value;
    }
}
