package io.github.amlmaven.core.spec;

/** A component where it is used: registered, or written out. */
public sealed interface ComponentUse {

    /** What the service is told about where the step comes from. */
    String source();

    /** One that exists in the workspace or a registry. */
    record Reference(AssetReference reference) implements ComponentUse {
        @Override
        public String source() {
            return reference instanceof AssetReference.Uri ? "REMOTE.REGISTRY" : "REMOTE.WORKSPACE.COMPONENT";
        }
    }

    /** One from a file, or made of the step itself. */
    record Inline(ComponentSpec component, String source) implements ComponentUse {}

    /** The text for a request. */
    default String resolve(AssetResolver assets) {
        if (this instanceof Inline inline) {
            return assets.component(inline.component());
        }
        return assets.component(((Reference) this).reference());
    }
}
