package io.github.amlmaven.core.spec;

/** An environment where it is used: named, or written out. */
public sealed interface EnvironmentUse {

    /** One that exists in the workspace or a registry. */
    record Reference(AssetReference reference) implements EnvironmentUse {}

    /** One that is written out in place or in another file. */
    record Inline(EnvironmentSpec environment) implements EnvironmentUse {}

    /** The text for a request. */
    default String resolve(AssetResolver assets) {
        if (this instanceof Inline inline) {
            return assets.environment(inline.environment());
        }
        return assets.environment(((Reference) this).reference());
    }
}
