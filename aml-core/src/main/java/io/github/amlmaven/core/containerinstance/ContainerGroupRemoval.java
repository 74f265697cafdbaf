package io.github.amlmaven.core.containerinstance;

import com.azure.resourcemanager.containerinstance.ContainerInstanceManager;
import io.github.amlmaven.core.progress.Progress;
import java.time.Duration;

/** Deletes a container group; one that is not there is deleted already. */
public final class ContainerGroupRemoval {

    private final ContainerInstanceManager manager;
    private final Progress progress;

    public ContainerGroupRemoval(ContainerInstanceManager manager, Progress progress) {
        this.manager = manager;
        this.progress = progress;
    }

    /** Whether the group is there. */
    public boolean exists(String resourceGroup, String name) {
        return operations(resourceGroup, name).find().isPresent();
    }

    /** Deletes the group and waits until it is gone; false when there was none. */
    public boolean remove(String resourceGroup, String name, Duration limit, Duration interval) {
        return operations(resourceGroup, name).delete(limit, interval);
    }

    private ContainerGroupOperations operations(String resourceGroup, String name) {
        return new ContainerGroupOperations(
                manager.serviceClient().getContainerGroups(), progress, resourceGroup, name);
    }
}
