package io.github.amlmaven.emulator.job.state;

import io.github.amlmaven.emulator.arm.ResourceId;

/** What a job that consists of others may ask for them. */
public interface JobControl {

    /** Takes a stored job from NotStarted on. */
    void start(Job job);

    /** Asks a job to end; {@link Jobs#end} tells when it has. A job that has ended is left alone. */
    void cancel(ResourceId id);
}
