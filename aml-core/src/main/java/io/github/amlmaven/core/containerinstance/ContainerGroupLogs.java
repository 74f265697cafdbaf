package io.github.amlmaven.core.containerinstance;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.containerinstance.ContainerInstanceManager;
import com.azure.resourcemanager.containerinstance.fluent.models.ContainerGroupInner;
import com.azure.resourcemanager.containerinstance.models.Container;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import io.github.amlmaven.core.progress.Progress;
import java.util.ArrayList;
import java.util.List;

/** Reads the end of the log of a container group's containers, as {@code az container logs} does. */
public final class ContainerGroupLogs {

    private static final int NOT_FOUND = 404;

    private final ContainerInstanceManager manager;
    private final Progress progress;

    public ContainerGroupLogs(ContainerInstanceManager manager, Progress progress) {
        this.manager = manager;
        this.progress = progress;
    }

    /**
     * The last {@code tail} lines of each container; with the container's name in front where there are several.
     *
     * @throws AmlException {@link ErrorCode#ARM_NOT_FOUND} without such a group
     */
    public List<String> read(String resourceGroup, String name, int tail) {
        ContainerGroupInner group = new ContainerGroupOperations(
                        manager.serviceClient().getContainerGroups(), progress, resourceGroup, name)
                .find()
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.ARM_NOT_FOUND,
                                "There is no container group '" + name + "' in resource group '" + resourceGroup + "'")
                        .remedy("Deploy it with 'mvn aml:deploy-aci', or name another one: -Daml.deploy.name,"
                                + " -Daml.deploy.resourceGroup.")
                        .build());
        List<Container> containers = group.containers() == null ? List.of() : group.containers();
        List<String> lines = new ArrayList<>();
        for (Container container : containers) {
            String before = containers.size() > 1 ? container.name() + " | " : "";
            Redaction.of(log(resourceGroup, name, container.name(), tail))
                    .lines()
                    .forEach(line -> lines.add(before + line));
        }
        return lines;
    }

    /** A container that was never started has no log, which the service says by a status. */
    private String log(String resourceGroup, String name, String container, int tail) {
        try {
            String content = manager.serviceClient()
                    .getContainers()
                    .listLogsWithResponse(resourceGroup, name, container, tail, false, Context.NONE)
                    .getValue()
                    .content();
            return content == null ? "" : content.stripTrailing();
        } catch (HttpResponseException e) {
            if (e.getResponse() != null && e.getResponse().getStatusCode() == NOT_FOUND) {
                return "";
            }
            throw ArmErrors.ofFailure("read the log of container " + container, e);
        }
    }
}
