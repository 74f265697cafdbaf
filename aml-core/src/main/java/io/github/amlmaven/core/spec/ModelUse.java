package io.github.amlmaven.core.spec;

/** A model where it is used: registered, or written out. */
public sealed interface ModelUse {

    /** One that exists in the workspace or a registry. */
    record Reference(AssetReference reference) implements ModelUse {}

    /** One that is written out in place or in another file; it is registered first. */
    record Inline(ModelSpec model) implements ModelUse {}

    /** The text for a request. */
    default String resolve(AssetResolver assets) {
        if (this instanceof Inline inline) {
            return assets.model(inline.model());
        }
        return assets.model(((Reference) this).reference());
    }
}
