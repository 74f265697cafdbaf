package io.github.amlmaven.emulator.function;

import java.io.IOException;

/** Looks for what triggers a function. */
interface Listener {

    /** Handles what there is; says whether there was anything, so that it may look again at once. */
    boolean poll() throws IOException;
}
