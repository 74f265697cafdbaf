package io.github.amlmaven.core.spec;

import java.util.regex.Pattern;

/** What a step of a pipeline binds to: the pipeline's own inputs and outputs. */
final class ParentBinding {

    /** {@code ${{parent.inputs.x}}}; the name may have dots, of groups of inputs. */
    static final Pattern INPUT = Pattern.compile("\\$\\{\\{\\s*parent\\.inputs\\.([\\w.-]+)\\s*}}");

    /** {@code ${{parent.outputs.x}}}. */
    static final Pattern OUTPUT = Pattern.compile("\\$\\{\\{\\s*parent\\.outputs\\.([\\w-]+)\\s*}}");

    private ParentBinding() {}
}
