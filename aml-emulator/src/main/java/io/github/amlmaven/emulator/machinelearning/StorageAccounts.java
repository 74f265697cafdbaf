package io.github.amlmaven.emulator.machinelearning;

import io.github.amlmaven.emulator.arm.ResourceId;

/** Makes a storage account when it is not there. */
@FunctionalInterface
public interface StorageAccounts {

    void ensure(ResourceId id, String location);
}
