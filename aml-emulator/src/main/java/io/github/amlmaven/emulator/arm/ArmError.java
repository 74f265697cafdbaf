package io.github.amlmaven.emulator.arm;

import io.github.amlmaven.emulator.http.HttpError;

/** Errors that all resource providers word alike. */
public final class ArmError {

    private ArmError() {}

    /** 404 for a resource of its own (not a child), as Resource Manager itself answers. */
    public static HttpError resourceNotFound(ResourceId id) {
        String[] parts = id.value().split("/providers/", 2);
        String group = id.segment("resourceGroups");
        String shown = parts.length > 1 ? parts[1] : id.value();
        return HttpError.arm(
                404,
                "ResourceNotFound",
                "The Resource '" + shown + "' under resource group '" + group
                        + "' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix");
    }

    /** 400 for a body that the provider cannot accept. */
    public static HttpError badRequest(String code, String message) {
        return HttpError.arm(400, code, message);
    }
}
