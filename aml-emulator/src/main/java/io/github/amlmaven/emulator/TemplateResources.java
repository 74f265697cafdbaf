package io.github.amlmaven.emulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.PlainResourceProvider;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.machinelearning.MachineLearningProvider;
import io.github.amlmaven.emulator.registry.RegistryProvider;
import io.github.amlmaven.emulator.storage.StorageAccountProvider;
import io.github.amlmaven.emulator.template.TemplateProvider;
import java.util.Locale;

/** Hands a template's resources to the services that they belong to; the others are kept as they are. */
record TemplateResources(
        ResourceStore resources,
        StorageAccountProvider accounts,
        RegistryProvider registries,
        MachineLearningProvider machineLearning)
        implements TemplateProvider.ResourceMaker {

    @Override
    public void make(ResourceId id, String type, ObjectNode body) {
        String location = body.path("location").asText(DefaultContent.LOCATION);
        switch (type.toLowerCase(Locale.ROOT)) {
            case "microsoft.storage/storageaccounts" -> accounts.ensure(id, location);
            case "microsoft.containerregistry/registries" -> registries.ensure(id, location, false);
            case "microsoft.machinelearningservices/workspaces" -> machineLearning.createWorkspace(id, body);
            default -> resources.put(id, PlainResourceProvider.document(id, type, body));
        }
    }
}
