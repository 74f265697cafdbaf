package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;

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

    /** One that the service brings along. */
    record Builtin(String id) implements ComponentUse {

        private static final String REGISTRY = "azureml://registries/azureml/components/";

        /** What moves data between a datastore and a database or file system. */
        static Builtin transfer(String task, ObjectNode step) {
            String end = task.equals("import_data") ? "source" : "sink";
            boolean database = "database".equals(step.path(end).path("type").asText());
            String what = task.replace("_data", "_data_") + (database ? "database" : "file_system");
            return new Builtin(REGISTRY + what + "/versions/0.0.1");
        }

        @Override
        public String source() {
            return "BUILTIN";
        }
    }

    /** One from a file, or made of the step itself. */
    record Inline(ComponentSpec component, String source) implements ComponentUse {}

    /** The text for a request. */
    default String resolve(AssetResolver assets) {
        if (this instanceof Inline inline) {
            return assets.component(inline.component());
        }
        return this instanceof Reference reference ? assets.component(reference.reference()) : ((Builtin) this).id();
    }
}
